import type { SigningRequest } from "../../ports/signing-request.ts";
import { bytesToHex } from "../../units/bytes.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { intentIn } from "../ethereum/intent-in.ts";
import { listIn, numberIn, stringIn } from "../ethereum/rlp-fields.ts";
import type { RlpItem } from "../ethereum/rlp-items.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { shares } from "./fees.ts";

/** Where the fields of Kaia's own types are, by the type without fee delegation: https://docs.kaia.io/learn/transactions/ */
interface Places {
  readonly from: number;
  /** Of the fee ratio, in the form that has one. */
  readonly ratio: number;
  /** What it does; left out where that is not known here: an account update, the anchoring of another chain's data. */
  readonly does?: "transfer" | "memo" | "deploy" | "call" | "cancel";
}

const types: ReadonlyMap<number, Places> = new Map([
  [0x08, { from: 6, ratio: 7, does: "transfer" }],
  [0x10, { from: 6, ratio: 8, does: "memo" }],
  [0x20, { from: 4, ratio: 6 }],
  [0x28, { from: 6, ratio: 9, does: "deploy" }],
  [0x30, { from: 6, ratio: 8, does: "call" }],
  [0x38, { from: 4, ratio: 5, does: "cancel" }],
  [0x48, { from: 4, ratio: 6 }],
]);

const unknown: SigningRequest = { kind: "digest" };

/**
 * What the sender's signature stands for, read from the bytes that are hashed and not from what the transaction says of itself.
 *
 * @param encoded - `getRLPEncodingForSignature()`.
 * @returns a digest, of which nothing is known, for types that are not known here: whoever signs an account update gives the account away.
 */
export function senderRequest(ethers: Ethers, encoded: Uint8Array): SigningRequest {
  const ethereum = encoded[0] === 1 || encoded[0] === 2 ? encoded[0] : undefined;
  if (ethereum !== undefined) {
    const all = listIn(encoded.subarray(1));
    if (all.length !== ethereum + 7) return unknown;
    // Type 2 has a tip and a cap in the place of a price.
    const [to, value, data] = all.slice(ethereum + 3);
    return transaction(ethers, all[0], to, value, data);
  }
  const outer = listIn(encoded);
  if (outer.length === 9) {
    const [, , , to, value, data, chainId] = outer;
    return transaction(ethers, chainId, to, value, data);
  }
  if (outer.length !== 4) return unknown;
  const [inner, chainId] = outer;
  const fields = listIn(stringIn(inner));
  const { places } = typeOf(fields);
  const value = fields[5];
  const data = fields[7];
  switch (places?.does) {
    case "transfer":
      return transaction(ethers, chainId, fields[4], value, undefined);
    case "memo":
      return withKind(transaction(ethers, chainId, fields[4], value, data), "memo");
    case "deploy":
      return transaction(ethers, chainId, undefined, value, data);
    case "call":
      return transaction(ethers, chainId, fields[4], value, data);
    case "cancel":
      return withKind(transaction(ethers, chainId, fields[4], undefined, undefined), "cancel");
    case undefined:
      return unknown;
  }
}

/**
 * What the fee payer's signature stands for: at most the price of all the gas, or its part of it.
 *
 * @param encoded - `getRLPEncodingForFeePayerSignature()`.
 */
export function payerRequest(encoded: Uint8Array): SigningRequest {
  const outer = listIn(encoded);
  if (outer.length !== 5) return unknown;
  const [inner, , chain] = outer;
  const fields = listIn(stringIn(inner));
  const { places, form } = typeOf(fields);
  const [, , price, gas] = fields;
  const from = places === undefined ? undefined : addressIn(fields[places.from]);
  const chainId = numberIn(chain);
  if (places === undefined || form === 0 || from === undefined || chainId === undefined) return unknown;
  const ratio = form === 2 ? Number(numberIn(fields[places.ratio]) ?? 0n) : undefined;
  const fee = (numberIn(price) ?? 0n) * (numberIn(gas) ?? 0n);
  return { kind: "fee", chainId: Number(chainId), from, maxFee: shares(fee, { ratio }).payer };
}

/** @returns `form` 1 for a fee-delegated one, 2 with a ratio. */
function typeOf([type]: readonly RlpItem[]): { readonly places: Places | undefined; readonly form: number } {
  const byte = stringIn(type);
  const form = (byte[0] ?? 0) % 8;
  return { places: byte.length === 1 && form <= 2 ? types.get((byte[0] ?? 0) - form) : undefined, form };
}

function transaction(
  ethers: Ethers,
  chain: RlpItem | undefined,
  to: RlpItem | undefined,
  value: RlpItem | undefined,
  data: RlpItem | undefined,
): SigningRequest {
  const chainId = numberIn(chain);
  const destination = to === undefined || stringIn(to).length === 0 ? null : addressIn(to);
  if (chainId === undefined || destination === undefined) return unknown;
  const written = { to: destination, value: numberIn(value) ?? 0n, data: bytesToHex(stringIn(data)) };
  return { kind: "transaction", chainId: Number(chainId), intent: intentIn(ethers, written) };
}

/** For what is no call, whatever its bytes look like. */
function withKind(request: SigningRequest, kind: "memo" | "cancel"): SigningRequest {
  if (request.kind !== "transaction") return request;
  return { ...request, intent: { ...request.intent, kind, function: null, args: [] } };
}

function addressIn(item: RlpItem | undefined): string | undefined {
  const bytes = stringIn(item);
  return bytes.length === 20 ? parseAddress(bytesToHex(bytes)) : undefined;
}
