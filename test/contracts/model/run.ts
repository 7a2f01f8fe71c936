import fc from "fast-check";
import { Reverted, type TestChain } from "../behaviour/chain.ts";
import { type Deployed, errorOf } from "../behaviour/deployed.ts";
import type { Attempt, Kind, Stage } from "./attempt.ts";
import { extraKinds } from "./attempts-extras.ts";
import { mintKinds } from "./attempts-mint.ts";
import { roleKinds } from "./attempts-roles.ts";
import { transferKinds } from "./attempts-transfer.ts";
import { pickerOf } from "./picker.ts";
import { expectedOf, labelsOf, type Seen, type World } from "./views.ts";

/** The collection that the model is compared with. */
export interface Real {
  readonly chain: TestChain;
  readonly token: Deployed;
  readonly world: World;
  look(): Promise<Seen>;
  /** How an account sends: a contract is told to. */
  send(attempt: Attempt): Promise<readonly unknown[]>;
  readonly stage: Stage;
  /** Counts what was done, by kind and outcome. */
  readonly done: Map<string, number>;
}

const kinds: Readonly<Record<string, Kind>> = { ...transferKinds, ...mintKinds, ...roleKinds, ...extraKinds };
export const kindNames = Object.keys(kinds);

/** What there should be more of than of the others. */
const more = {
  transferFrom: 4,
  safeTransferFrom: 2,
  approve: 2,
  burn: 3,
  mint: 3,
  mintBatch: 3,
  mintBatchPacked: 3,
  unpause: 4,
  permit: 2,
};
const weighted = kindNames.flatMap((name) =>
  Array<string>(Object.entries(more).find(([of]) => of === name)?.[1] ?? 1).fill(name),
);

type Step = fc.AsyncCommand<Stage["model"], Real>;

/** A step: what kind, and a number that all its choices follow from. */
function step(kind: string, seed: number): Step {
  let shown = `${kind}#${seed}`;
  return {
    check: () => true,
    toString: () => shown,
    run: async (model, real) => {
      const attempt = kinds[kind]?.({ ...real.stage, model }, pickerOf(seed));
      if (attempt === undefined) throw new Error(`There is no kind ${kind}.`);
      shown = `${attempt.method}(${attempt.args.map(String).join(", ")}) from ${attempt.from}`;
      await take(attempt, real);
      const outcome = `${kind} ${attempt.errors.length === 0 ? "done" : "refused"}`;
      real.done.set(outcome, (real.done.get(outcome) ?? 0) + 1);
      if (attempt.errors.length === 0) attempt.apply();
      const difference = differenceOf(await real.look(), expectedOf(model, real.world), real.world);
      if (difference !== undefined) throw new Error(`After ${shown}: ${difference}`);
    },
  };
}

export const steps = fc.commands(
  [fc.tuple(fc.constantFrom(...weighted), fc.nat(2 ** 31 - 1)).map(([kind, seed]) => step(kind, seed))],
  { maxCommands: 120, size: "max" },
);

/** Sends, and compares the outcome: the very events, or one of the very errors. */
async function take(attempt: Attempt, { token, send }: Real): Promise<void> {
  const { errors, events } = attempt;
  let seen: readonly unknown[];
  try {
    seen = await send(attempt);
  } catch (error) {
    if (!(error instanceof Reverted)) throw error;
    const refused = text(errorOf(token.abi, error.data));
    if (!errors.some((each) => text(each) === refused))
      throw new Error(`Refused with ${refused}; expected: ${errors.map(text).join(" or ") || "no refusal"}.`, {
        cause: error,
      });
    return;
  }
  if (errors.length > 0) throw new Error(`Not refused; expected: ${errors.map(text).join(" or ")}.`);
  if (text(seen) !== text(events)) throw new Error(`Events: ${text(seen)}; expected: ${text(events)}.`);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? each.toString() : each));
}

/** The first view that differs, in words. */
function differenceOf(seen: Seen, expected: Seen, world: World): string | undefined {
  const word = expected.words.findIndex((each, n) => each !== seen.words[n]);
  if (word !== -1 || seen.words.length !== expected.words.length)
    return `${labelsOf(world)[word] ?? "length"} is ${seen.words[word] ?? ""}, expected ${expected.words[word] ?? ""}.`;
  for (const list of ["all", "owned", "beyond"] as const) {
    const [is, should] = [text(seen[list]), text(expected[list])];
    if (is !== should) return `${list} is ${is}, expected ${should}.`;
  }
  return undefined;
}
