import { isPrivate, privateNegate } from "tiny-secp256k1";
import { isLowS } from "../signing-door.ts";

const sequenceTag = 0x30;
const integerTag = 0x02;
const numberBytes = 32;

/**
 * Reads an ECDSA signature as KMS writes it: `SEQUENCE { INTEGER r, INTEGER s }`, in DER and nothing else. A number of fewer bytes is
 * padded on the left; one that starts with a set bit has a zero byte in front. Whether r and s are in range is for the signing door to say.
 * Spec: RFC 3279 2.2.3, X.690 8.3 and 10.1.
 *
 * @returns r and s, 32 bytes each, one after the other; undefined for any other bytes.
 */
export function parseDerSignature(der: Uint8Array): Uint8Array | undefined {
  // Two numbers of at most 33 bytes never need a length in the long form.
  if (der.length < 2 || der[0] !== sequenceTag || der[1] !== der.length - 2) return undefined;
  const first = readInteger(der, 2);
  if (first === undefined) return undefined;
  const second = readInteger(der, first.end);
  if (second?.end !== der.length) return undefined;
  const signature = new Uint8Array(2 * numberBytes);
  signature.set(first.digits, numberBytes - first.digits.length);
  signature.set(second.digits, 2 * numberBytes - second.digits.length);
  return signature;
}

/** With s in the lower half of the group's order: the order less s signs the same (EIP-2). An s that is out of range stays. */
export function withLowS(signature: Uint8Array): Uint8Array {
  const s = signature.subarray(numberBytes);
  if (isLowS(s) || !isPrivate(s)) return signature;
  const low = new Uint8Array(2 * numberBytes);
  low.set(signature.subarray(0, numberBytes));
  // As a number alone: s is no key.
  low.set(privateNegate(s), numberBytes);
  return low;
}

interface Integer {
  /** Without the zero byte in front. */
  readonly digits: Uint8Array;
  readonly end: number;
}

function readInteger(der: Uint8Array, at: number): Integer | undefined {
  const length = der[at + 1];
  if (der[at] !== integerTag || length === undefined || length > numberBytes + 1) return undefined;
  const end = at + 2 + length;
  const content = der.subarray(at + 2, end);
  const [first, second] = content;
  // Cut short, empty, or negative.
  if (content.length < length || first === undefined || first >= 0x80) return undefined;
  if (first !== 0 || length === 1) return length > numberBytes ? undefined : { digits: content, end };
  // A zero in front has to be needed.
  return second !== undefined && second >= 0x80 ? { digits: content.subarray(1), end } : undefined;
}
