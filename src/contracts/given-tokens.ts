import { LatchkeyError } from "../errors/latchkey-error.ts";
import { withChecksum } from "../units/ethereum-address.ts";

/** A token's id and who has it: an address, "hole" for an id that was burned, or "door" for one that waits at the door. */
export interface PlacedToken {
  /** 0 to 2^256-1. */
  readonly id: bigint;
  readonly owner: string;
}

/** The owner that a commitment gives to an id that nobody has. */
export const holeOwner = "0x0000000000000000000000000000000000000000";

/** `KIP17Migrated.DOOR`: the last 20 bytes of Keccak-256 over "latchkey.KIP17Migrated.door". Nobody knows a key for it. */
export const doorOwner = "0xc22a7effd64ecff3ce2b8a7d2a1eca94d2c140ef";

export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

const addressPattern = /^0x[0-9a-fA-F]{40}$/;
const largestId = 2n ** 256n - 1n;

export function checkId(id: unknown, largest: bigint = largestId): bigint {
  if (typeof id !== "bigint") throw invalidTokens("an id is no bigint");
  if (id < 0n) throw invalidTokens("an id is below 0", { id });
  if (id > largest) throw invalidTokens(`an id has more than ${largest === largestId ? "256" : "96"} bits`, { id });
  return id;
}

/**
 * The 40 lower-case digits of an owner. The zero address and the door's have a word, which has to be used: an old
 * contract's answer must not become a hole or wait at the door unseen.
 */
export function ownerDigits(owner: unknown): string {
  if (owner === "hole") return holeOwner.slice(2);
  if (owner === "door") return doorOwner.slice(2);
  const digits = addressDigits(owner);
  if (digits === holeOwner.slice(2)) throw invalidAddress('is the zero address; an id that nobody has is a "hole"');
  if (digits === doorOwner.slice(2))
    throw invalidAddress('is the door itself; an id that waits there has the owner "door"');
  return digits;
}

/** Spec: https://eips.ethereum.org/EIPS/eip-55; all lower or all upper case has no checksum and is taken. */
export function addressDigits(address: unknown): string {
  if (typeof address !== "string" || !addressPattern.test(address))
    throw invalidAddress("is not 0x and 40 hexadecimal digits");
  const given = address.slice(2);
  const digits = given.toLowerCase();
  const hasChecksum = given !== digits && given !== given.toUpperCase();
  if (hasChecksum && withChecksum(digits) !== address)
    throw invalidAddress("fails its EIP-55 checksum: a character is wrong, or its case");
  return digits;
}

export function invalidTokens(
  what: string,
  context: Readonly<Record<string, string | number | bigint>> = {},
): LatchkeyError {
  const which = Object.entries(context).map(([name, value]) => `${name} ${value}`);
  const where = which.length === 0 ? "" : ` (${which.join(", ")})`;
  return new LatchkeyError("ERR_CONFIG_INVALID", `Tokens: ${what}${where}. Nothing was packed or committed.`, {
    context,
  });
}

function invalidAddress(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CHAIN_ADDRESS_INVALID", `An address ${what}. Nothing was packed or committed.`);
}
