import { keccak_256 } from "@noble/hashes/sha3.js";

/** Keccak-256 of what hexadecimal digits with 0x in front stand for, as Ethereum uses it. 32 bytes. */
export function keccakOfHex(hex: string): Uint8Array {
  return keccak_256(Buffer.from(hex.slice(2), "hex"));
}

/** Keccak-256 of bytes. 32 bytes. */
export function keccak(bytes: Uint8Array): Uint8Array {
  return keccak_256(bytes);
}
