import { createHash } from "node:crypto";
import { getAddress } from "ethers";
import type { Hex } from "../../src/units/brands.ts";

/** Counts what it is given: two words after any selector, an address and an amount, added up in the address's slot. */
export const ledger = {
  address: getAddress("0x00000000000000000000000000000000001ed6e7"),
  // amount, to, to's slot; slot + amount stored at to; returns true.
  code: "0x602435600435805482019055600160005260206000f3",
};

/** Reverts whatever is asked of it. */
export const refuser = { address: getAddress("0x0000000000000000000000000000000000bad000"), code: "0x60006000fd" };

export const ledgerAbi = ["function add(address to, uint256 amount)"] as const;

/** 32 bytes that nobody else gets: out of names. */
export function bytesOf(...names: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(names)).digest();
}

/** An address that nobody has. */
export function addressOf(...names: readonly string[]): string {
  return getAddress(
    `0x${bytesOf(...names)
      .subarray(12)
      .toString("hex")}`,
  );
}

/** Init code that leaves a contract of one byte, and says who it is for. */
export function deployable(...names: readonly string[]): Hex {
  return `0x600160005360016000f3${bytesOf(...names).toString("hex")}`;
}
