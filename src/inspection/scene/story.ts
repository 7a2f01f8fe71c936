import type { Simulator } from "../simulation/simulator.ts";
import { defaultGas } from "../simulation/simulator.ts";
import { type EncodedCall, type NamedCall, reader, reasonOf } from "./kip17-calls.ts";
import { cannotTell, conforms, deviates, type Finding } from "./finding.ts";

/** What a line of a story has to do, for the contract to conform. `prepares`: if it fails, the story says nothing. */
export type Expectation =
  | { readonly kind: "prepares" }
  | { readonly kind: "works" }
  | { readonly kind: "throws" }
  /** Any value of its type. */
  | { readonly kind: "returns" }
  | { readonly kind: "answers"; readonly value: unknown };

export interface Line extends NamedCall {
  readonly expect: Expectation;
}

export const prepares = (from: string, name: string, args: readonly unknown[] = []): Line => ({
  from,
  function: name,
  args,
  expect: { kind: "prepares" },
});
export const works = (from: string, name: string, args: readonly unknown[] = []): Line => ({
  from,
  function: name,
  args,
  expect: { kind: "works" },
});
export const throws = (from: string, name: string, args: readonly unknown[] = []): Line => ({
  from,
  function: name,
  args,
  expect: { kind: "throws" },
});
/** A call that returns this very value; asked by anybody. */
export const answers = (name: string, args: readonly unknown[], value: unknown): Line => ({
  from: reader,
  function: name,
  args,
  expect: { kind: "answers", value },
});
/** A call that returns a value of its type, whichever. */
export const returns = (name: string, args: readonly unknown[] = []): Line => ({
  from: reader,
  function: name,
  args,
  expect: { kind: "returns" },
});
export const throwsFor = (name: string, args: readonly unknown[]): Line => throws(reader, name, args);

export interface Parts {
  readonly simulator: Simulator;
  readonly encode: (call: NamedCall) => EncodedCall;
}

/**
 * Plays a story and compares it with what it expects. The first line that is otherwise decides.
 *
 * @param code - runtime code by address, as for a simulator.
 */
export async function play(
  { simulator, encode }: Parts,
  lines: readonly Line[],
  code?: Readonly<Record<string, string>>,
): Promise<Finding> {
  const calls = lines.map(encode);
  const results = await simulator.run(calls, code);
  for (const [index, line] of lines.entries()) {
    const result = results[index];
    const call = calls[index];
    if (result === undefined || call === undefined) return cannotTell("the simulation ended early");
    const what = `${line.function.replace(/\(.*/, "")} (call ${String(index + 1)} of ${String(lines.length)})`;
    const { expect } = line;
    if (expect.kind === "throws") {
      if (result.succeeded) return deviates(`${what} works, although it has to throw`);
      continue;
    }
    if (!result.succeeded) {
      const failed = `${what} reverts ${reasonOf(result, line.gas ?? defaultGas)}`;
      // A view that was given much gas, and used all, may be right and only dear.
      if (line.gas !== undefined && result.gasUsed >= line.gas) return cannotTell(failed);
      return expect.kind === "prepares" ? cannotTell(`not reached: ${failed}`) : deviates(failed);
    }
    if (expect.kind !== "answers" && expect.kind !== "returns") continue;
    const value = call.decode(result);
    if (expect.kind === "returns") {
      if (value === undefined) return deviates(`${what} answers ${shown(value)}`);
      continue;
    }
    if (!isSame(value, expect.value)) {
      const long = result.isCut === true ? ", of a very long answer" : "";
      return deviates(`${what} answers ${shown(value)}${long} instead of ${shown(expect.value)}`);
    }
  }
  return conforms(summary(lines));
}

function summary(lines: readonly Line[]): string {
  const seen = lines.filter(({ expect }) => expect.kind !== "prepares");
  return seen.map(({ function: name, expect }) => `${name.replace(/\(.*/, "")} ${expect.kind}`).join(", ");
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === "string" && typeof other === "string" && /^0x[0-9a-f]*$/i.test(other)) {
    return one.toLowerCase() === other.toLowerCase();
  }
  return one === other;
}

/** A value for a report: short, on one line. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing that its type allows";
  if (typeof value === "string" && !/^0x[0-9a-f]*$/i.test(value)) {
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  }
  const isPlain = typeof value === "string" || typeof value === "bigint" || typeof value === "boolean";
  return isPlain ? String(value).slice(0, 90) : "something of another type";
}
