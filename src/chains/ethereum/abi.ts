import type { Abi } from "../../ports/intent.ts";
import type { Ethers } from "./ethers.ts";
import { attempt, invalidIntent } from "./invalid-intent.ts";
import { isObject } from "./quantity.ts";

export type Interface = InstanceType<Ethers["Interface"]>;
export type FunctionFragment = InstanceType<Ethers["FunctionFragment"]>;
type ParamType = InstanceType<Ethers["ParamType"]>;

/** @throws `ERR_CHAIN_INTENT_INVALID`, also for a single entry that cannot be read. */
export function parseAbi(ethers: Ethers, abi: Abi): Interface {
  return attempt("has an ABI that cannot be read", () => {
    // One by one: ethers' Interface prints the entries that it cannot read, and goes on without them.
    const fragments = abi.map((entry) => ethers.Fragment.from(entry));
    if (fragments.filter(({ type }) => type === "constructor").length > 1)
      throw invalidIntent("has an ABI with several constructors");
    return new ethers.Interface(fragments);
  });
}

/**
 * ethers encodes whatever is truthy as true, the text "false" too. Other types it checks itself.
 *
 * @throws if a value for a `bool` is another one than true and false, at any depth.
 */
export function requireBooleans(ethers: Ethers, types: readonly ParamType[], values: unknown): void {
  types.forEach((type, index) => {
    if (Array.isArray(values)) requireBoolean(ethers, type, values[index]);
    else if (isObject(values)) requireBoolean(ethers, type, values[type.name]);
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
