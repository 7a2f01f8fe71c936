import { type Attempt, freeId, type Kind, mostly, reasons, receiver, type Stage } from "./attempt.ts";
import type { Named } from "../behaviour/deployed.ts";
import { error } from "./errors.ts";
import type { Picker } from "./picker.ts";
import { zero } from "./state.ts";

interface Planned {
  readonly to: string;
  readonly id: bigint;
  readonly uri: string | undefined;
}

const uris = [
  "",
  "x",
  "ipfs://cid/31 bytes long, no more.",
  `https://token.test/${"y".repeat(60)}`,
  "티켓.json",
  "1".repeat(32),
];

/** A URI, empty at times, short and long, at the edges of a storage slot. */
export function someUri(pick: Picker): string {
  return pick.once(4) ? "z".repeat(30 + pick.below(5)) : pick.from(uris);
}

function plan(stage: Stage, pick: Picker, withUri: boolean, most = 2n ** 256n): Planned {
  const id = freeId(stage, pick);
  return {
    to: receiver(stage, pick),
    id: id < most ? id : BigInt(pick.below(2)),
    uri: withUri ? someUri(pick) : undefined,
  };
}

/** Every reason against minting these, one after the other. */
function refusals({ model }: Stage, sender: string, planned: readonly Planned[]): readonly Named[] {
  const ids = planned.map(({ id }) => id);
  return reasons(
    [model.paused, error.paused],
    [!model.minters.has(sender), () => error.notMinter(sender)],
    [planned.some(({ to }) => to === zero), () => error.receiver(zero)],
    [new Set(ids).size < ids.length || ids.some((id) => model.tokens.has(id)), error.exists],
    ...ids.map((id) => [model.tokens.get(id)?.locked === true, () => error.locked(id)] as const),
  );
}

function mint(
  stage: Stage,
  pick: Picker,
  planned: readonly Planned[],
  method: string,
  args: readonly unknown[],
): Attempt {
  const { model } = stage;
  const sender = mostly(model.minters, stage, pick);
  return {
    from: sender,
    method,
    args,
    errors: refusals(stage, sender, planned),
    events: planned.flatMap(({ to, id }): Named[] => [["Transfer", zero, to, id]]),
    apply: () => {
      for (const { to, id, uri } of planned) model.tokens.set(id, { owner: to, approved: zero, uri, locked: false });
    },
  };
}

/** A few at once; the same owner several times running, and at times an id twice. */
function batch(stage: Stage, pick: Picker, withUri: boolean, most?: bigint): readonly Planned[] {
  const planned: Planned[] = [];
  for (let left = pick.below(6); left > 0; left -= 1) {
    const next = plan(stage, pick, withUri, most);
    const last = planned.at(-1);
    const repeated = planned.some(({ id }) => id === next.id) && !pick.once(4);
    if (!repeated) planned.push(last !== undefined && pick.once(2) ? { ...next, to: last.to } : next);
  }
  return planned;
}

const packed = ({ to, id }: Planned): string => `${to.toLowerCase()}${id.toString(16).padStart(24, "0")}`;

/** Takes one off at times: lists of unequal lengths. */
function maybeShorter<T>(list: readonly T[], pick: Picker): readonly T[] {
  return list.length > 0 && pick.once(20) ? list.slice(1) : list;
}

/** A batch in lists, which must be as long as each other and hold something. */
function listed(stage: Stage, pick: Picker, planned: readonly Planned[], method: string, withUri: boolean): Attempt {
  const owners = planned.map(({ to }) => to);
  const ids = maybeShorter(
    planned.map(({ id }) => id),
    pick,
  );
  const uriList = maybeShorter(
    planned.map(({ uri }) => uri ?? ""),
    pick,
  );
  const attempt = mint(stage, pick, planned, method, [owners, ids, ...(withUri ? [uriList] : [])]);
  const wrong = reasons(
    [withUri && uriList.length !== ids.length, () => error.lengths(uriList.length, ids.length)],
    [ids.length === 0, error.empty],
    [owners.length !== ids.length, () => error.lengths(owners.length, ids.length)],
  );
  return { ...attempt, errors: [...wrong, ...attempt.errors] };
}

export const mintKinds = {
  mint: (stage, pick) => {
    const planned = plan(stage, pick, false);
    return mint(stage, pick, [planned], "mint", [planned.to, planned.id]);
  },
  mintWithTokenURI: (stage, pick) => {
    const planned = plan(stage, pick, true);
    return mint(stage, pick, [planned], "mintWithTokenURI", [planned.to, planned.id, planned.uri]);
  },
  mintBatch: (stage, pick) => listed(stage, pick, batch(stage, pick, false), "mintBatch", false),
  mintBatchWithTokenURI: (stage, pick) => listed(stage, pick, batch(stage, pick, true), "mintBatchWithTokenURI", true),
  mintBatchPacked: (stage, pick) => {
    const planned = batch(stage, pick, false, 2n ** 96n);
    const attempt = mint(stage, pick, planned, "mintBatchPacked", [planned.map(packed)]);
    return planned.length === 0 ? { ...attempt, errors: [error.empty(), ...attempt.errors] } : attempt;
  },
} satisfies Readonly<Record<string, Kind>>;
