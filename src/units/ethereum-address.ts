import { keccak_256 } from "@noble/hashes/sha3.js";

/**
 * The last 20 bytes of Keccak-256 over the public key's coordinates (Yellow Paper, appendix F), with the checksum of EIP-55.
 *
 * @param publicKey - uncompressed secp256k1 point, 65 bytes with the leading 0x04.
 */
export function ethereumAddressOf(publicKey: Uint8Array): string {
  return withChecksum(Buffer.from(keccak_256(publicKey.subarray(1)).subarray(12)).toString("hex"));
}

/**
 * An address with 0x in front and the case that is its checksum. Spec: https://eips.ethereum.org/EIPS/eip-55
 *
 * @param digits - 40 lower-case hex digits.
 */
export function withChecksum(digits: string): string {
  const hash = keccak_256(Buffer.from(digits, "ascii"));
  let address = "0x";
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charAt(index);
    const byte = hash[index >> 1] ?? 0;
    const nibble = index % 2 === 0 ? byte >> 4 : byte & 15;
    address += nibble >= 8 ? digit.toUpperCase() : digit;
  }
  return address;
}
