import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature } from "../../ports/signer.ts";
import type { Hex } from "../../units/brands.ts";
import { bytesToHex } from "../../units/bytes.ts";
import { withChecksum } from "../../units/ethereum-address.ts";
import { keccak } from "../../units/keccak.ts";
import { rlpBytes, rlpList, rlpNumber } from "../ethereum/rlp.ts";
import { listIn, stringIn } from "../ethereum/rlp-fields.ts";
import type { GasPrice } from "./fees.ts";

export interface TransactionFields {
  readonly chainId: number;
  readonly nonce: number;
  /** With its checksum; null deploys. */
  readonly to: string | null;
  readonly value: bigint;
  readonly data: Hex;
  readonly gasLimit: bigint;
  readonly price: GasPrice;
}

/** A transaction without its signature. */
export interface UnsignedTransaction {
  readonly unsigned: Hex;
  readonly digest: Uint8Array;
  /** As the bytes to sign say it, with its checksum. */
  readonly to: string | null;
  /** @throws `ERR_VAULT_SIGN_FAILED` it is no signature, or high in s (EIP-2). */
  sign(signature: RecoverableSignature): { readonly raw: Hex; readonly hash: Hex };
}

/**
 * Writes a transaction of type 2 (https://eips.ethereum.org/EIPS/eip-1559), without an access list, or a legacy one with the chain's id
 * (https://eips.ethereum.org/EIPS/eip-155).
 */
export function unsignedTransaction(fields: TransactionFields): UnsignedTransaction {
  const { chainId, nonce, to, value, data, gasLimit, price } = fields;
  const rest = [
    rlpNumber(gasLimit),
    rlpBytes(Buffer.from(to === null ? "" : to.slice(2), "hex")),
    rlpNumber(value),
    rlpBytes(Buffer.from(data.slice(2), "hex")),
  ];
  if (price.type === 2) {
    const fees = [rlpNumber(price.maxPriorityFeePerGas), rlpNumber(price.maxFeePerGas)];
    const items = [rlpNumber(chainId), rlpNumber(nonce), ...fees, ...rest, rlpList([])];
    const write = (signature: readonly Uint8Array[]) => Buffer.concat([typeTwo, rlpList([...items, ...signature])]);
    return unsigned(write([]), 1, 5, to, ({ r, s, yParity }) => write([rlpNumber(yParity), scalar(r), scalar(s)]));
  }
  const items = [rlpNumber(nonce), rlpNumber(price.gasPrice), ...rest];
  const write = (signature: readonly Uint8Array[]) => rlpList([...items, ...signature]);
  const nothing = rlpNumber(0);
  return unsigned(write([rlpNumber(chainId), nothing, nothing]), 0, 3, to, ({ r, s, yParity }) =>
    // Twice the id of a chain may be more than a number holds.
    write([rlpNumber(BigInt(chainId) * 2n + 35n + BigInt(yParity)), scalar(r), scalar(s)]),
  );
}

const typeTwo = Buffer.from([2]);

/** @param start - where the list begins. @param place - of the destination in it. @param intended - spares computing a checksum. */
function unsigned(
  bytes: Uint8Array,
  start: number,
  place: number,
  intended: string | null,
  write: (signature: RecoverableSignature) => Uint8Array,
): UnsignedTransaction {
  return {
    unsigned: bytesToHex(bytes),
    digest: keccak(bytes),
    to: destinationIn(bytes, start, place, intended),
    sign: (signature) => {
      const raw = write(wellFormed(signature));
      return { raw: bytesToHex(raw), hash: bytesToHex(keccak(raw)) };
    },
  };
}

function destinationIn(bytes: Uint8Array, start: number, place: number, intended: string | null): string | null {
  const item = listIn(bytes.subarray(start))[place];
  if (item?.isList === false && item.bytes.length === 0) return null;
  const address = bytesToHex(stringIn(item));
  return address === intended?.toLowerCase() ? intended : withChecksum(address.slice(2));
}

/** A number of 32 bytes as RLP has it: without leading zeros. */
function scalar(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return rlpBytes(first === -1 ? new Uint8Array() : bytes.subarray(first));
}

function wellFormed(signature: RecoverableSignature): RecoverableSignature {
  const { r, s } = signature;
  const yParity: unknown = signature.yParity;
  if (r.length === 32 && s.length === 32 && (s[0] ?? 0) < 0x80 && (yParity === 0 || yParity === 1)) return signature;
  throw new LatchkeyError(
    "ERR_VAULT_SIGN_FAILED",
    "What was to be the sender's signature is malformed, and was discarded. Nothing was sent; correct the signer.",
  );
}
