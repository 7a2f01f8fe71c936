import type { Abi } from "../../ports/intent.ts";
import type { Ethers } from "./ethers.ts";
import { attempt, invalidIntent } from "./invalid-intent.ts";
import { isRecord } from "../../units/is-record.ts";

export type Interface = InstanceType<Ethers["Interface"]>;
export type FunctionFragment = InstanceType<Ethers["FunctionFragment"]>;
type ParamType = InstanceType<Ethers["ParamType"]>;

/** What an ABI was when it was read, entry by entry. */
interface Parsed {
  readonly entries: Abi;
  readonly contract: Interface;
}

const parsed = new WeakMap<Abi, Parsed>();

/**
 * Reads an ABI, once for each array: reading one takes longer than all the rest of a call's encoding. An array whose entries were
 * exchanged since is read anew.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, also for a single entry that cannot be read.
 */
export function parseAbi(ethers: Ethers, abi: Abi): Interface {
  const known = Array.isArray(abi) ? parsed.get(abi) : undefined;
  if (known !== undefined && isSame(known.entries, abi)) return known.contract;
  const contract = read(ethers, abi);
  parsed.set(abi, { entries: [...abi], contract });
  return contract;
}

function isSame(before: Abi, now: Abi): boolean {
  return before.length === now.length && before.every((entry, index) => entry === now[index]);
}

function read(ethers: Ethers, abi: Abi): Interface {
  return attempt("has an ABI that cannot be read", () => {
    // One by one: ethers' Interface prints the entries that it cannot read, and goes on without them.
    const fragments = abi.map((entry) => ethers.Fragment.from(entry));
    if (fragments.filter(({ type }) => type === "constructor").length > 1)
      throw invalidIntent("has an ABI with several constructors");
    return new ethers.Interface(fragments);
  });
}

const mostErrors = 100;
/** Characters of all of them together. */
const longestErrors = 8 * 1024;
const errorsIn = new WeakMap<Interface, readonly string[]>();

/**
 * The custom errors of an ABI, as fragments that name a revert later: `error NotYours(address)`. The first 100 at most, and the first
 * 8 KiB.
 */
export function errorsOf(contract: Interface): readonly string[] {
  const known = errorsIn.get(contract);
  if (known !== undefined) return known;
  const fragments: string[] = [];
  let length = 0;
  for (const fragment of contract.fragments) {
    if (fragment.type !== "error" || fragments.length === mostErrors) continue;
    const text = fragment.format("minimal");
    length += text.length;
    if (length > longestErrors) break;
    fragments.push(text);
  }
  errorsIn.set(contract, fragments);
  return fragments;
}

/**
 * ethers encodes whatever is truthy as true, the text "false" too. Other types it checks itself.
 *
 * @throws if a value for a `bool` is another one than true and false, at any depth.
 */
export function requireBooleans(ethers: Ethers, types: readonly ParamType[], values: unknown): void {
  types.forEach((type, index) => {
    if (Array.isArray(values)) requireBoolean(ethers, type, values[index]);
    else if (isRecord(values)) requireBoolean(ethers, type, values[type.name]);
  });
}

function requireBoolean(ethers: Ethers, type: ParamType, value: unknown): void {
  // Such as Typed.bool(true): ethers has checked it.
  if (ethers.Typed.isTyped(value)) return;
  const { components, arrayChildren } = type;
  if (type.baseType === "bool" && typeof value !== "boolean") throw invalidIntent("has a bool that is none");
  if (components !== null) requireBooleans(ethers, components, value);
  if (arrayChildren !== null && Array.isArray(value))
    for (const each of value) requireBoolean(ethers, arrayChildren, each);
}
