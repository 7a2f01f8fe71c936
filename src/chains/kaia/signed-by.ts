import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature } from "../../ports/signer.ts";
import type { Hex } from "../../units/brands.ts";
import type { Ethers } from "../ethereum/ethers.ts";

/** A signature in the bytes of a transaction, and what it has to be of. */
export interface Signing {
  /** Undefined where the bytes do not say it. */
  readonly address: string | undefined;
  readonly digest: Uint8Array;
  /** Nothing of it was checked but its form. */
  readonly signature: RecoverableSignature;
}

type Rlp = ReturnType<Ethers["decodeRlp"]>;

const dynamicFee = "0x7802";
const signedFields = 9;
/** The place of `from` among the fields, by the first byte of the basic type; its delegated forms have it there too. */
const fromAt: ReadonlyMap<number, number> = new Map([
  [0x08, 5],
  [0x10, 5],
  [0x28, 5],
  [0x30, 5],
  [0x38, 3],
]);

/**
 * Reads, without caver, who signed a transaction of the types that are written here: first the sender, then the fee payer.
 *
 * @returns undefined for other types.
 * @throws `ERR_CHAIN_INTENT_INVALID` it cannot be read.
 */
export function signingsIn(ethers: Ethers, raw: Hex, chainId: number): readonly Signing[] | undefined {
  const type = Number.parseInt(raw.slice(2, 4), 16);
  const form = type % 8;
  const from = fromAt.get(type - form);
  if (raw.startsWith(dynamicFee)) return [dynamicFeeSigning(ethers, listIn(ethers, `0x${raw.slice(6)}`))];
  if (from === undefined || form > 2) return undefined;
  const fields = listIn(ethers, `0x${raw.slice(4)}`);
  const unsigned = fields.slice(0, form === 0 ? -1 : -3);
  const [signatures, payer, payerSignatures] = fields.slice(unsigned.length);
  const encoded = ethers.encodeRlp([`0x${raw.slice(2, 4)}`, ...unsigned]);
  const end = [ethers.toBeArray(chainId), "0x", "0x"];
  const sender = {
    address: text(fields[from]),
    digest: digestOf(ethers, ethers.encodeRlp([encoded, ...end])),
    signature: onlySignature(ethers, signatures, chainId),
  };
  if (form === 0) return [sender];
  return [
    sender,
    {
      address: text(payer),
      digest: digestOf(ethers, ethers.encodeRlp([encoded, text(payer), ...end])),
      signature: onlySignature(ethers, payerSignatures, chainId),
    },
  ];
}

function dynamicFeeSigning(ethers: Ethers, fields: readonly Rlp[]): Signing {
  const unsigned = ethers.concat(["0x02", ethers.encodeRlp(fields.slice(0, signedFields))]);
  const [yParity, r, s] = fields.slice(signedFields);
  return {
    address: undefined,
    digest: digestOf(ethers, unsigned),
    signature: signatureOf(ethers, integer(yParity), r, s),
  };
}

/** Accounts here have one key each. */
function onlySignature(ethers: Ethers, signatures: Rlp | undefined, chainId: number): RecoverableSignature {
  const [only, ...more] = list(signatures);
  if (more.length > 0) throw unreadable();
  const [v, r, s] = list(only);
  return signatureOf(ethers, integer(v) - 2n * BigInt(chainId) - 35n, r, s);
}

function signatureOf(ethers: Ethers, parity: bigint, r: Rlp | undefined, s: Rlp | undefined): RecoverableSignature {
  if (parity !== 0n && parity !== 1n) throw unreadable();
  return { r: word(ethers, r), s: word(ethers, s), yParity: parity === 0n ? 0 : 1 };
}

function integer(value: Rlp | undefined): bigint {
  const bytes = text(value);
  return bytes === "0x" ? 0n : BigInt(bytes);
}

function word(ethers: Ethers, value: Rlp | undefined): Uint8Array {
  const bytes = text(value);
  if (bytes.length > 66) throw unreadable();
  return ethers.getBytes(ethers.zeroPadValue(bytes, 32));
}

function listIn(ethers: Ethers, encoded: string): readonly Rlp[] {
  try {
    return list(ethers.decodeRlp(encoded));
  } catch {
    throw unreadable();
  }
}

function list(value: Rlp | undefined): readonly Rlp[] {
  if (typeof value === "object") return value;
  throw unreadable();
}

function text(value: Rlp | undefined): string {
  if (typeof value === "string") return value;
  throw unreadable();
}

function digestOf(ethers: Ethers, encoded: string): Uint8Array {
  return ethers.getBytes(ethers.keccak256(encoded));
}

function unreadable(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INTENT_INVALID",
    "The signed bytes cannot be read, or are of another chain. Nothing was sent; prepare and sign the intent again.",
  );
}
