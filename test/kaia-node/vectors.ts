import { readFileSync } from "node:fs";
import { isRecord } from "../../scripts/guards.ts";
import type { Signature } from "./types.ts";

/** One transaction that a real node mined or refused. */
export interface Vector {
  readonly name: string;
  readonly raw: string;
  readonly hash: string;
  readonly senderTxHash: string;
  readonly signingHash: string;
  readonly feePayerSigningHash: string | undefined;
  /** As the tool that built it named them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly signatures: readonly Signature[];
  readonly feePayerSignatures: readonly Signature[];
  readonly senderKeys: readonly string[];
  readonly feePayerKeys: readonly string[];
  readonly method: string;
  readonly accepted: boolean;
  readonly error: string | undefined;
  readonly receipt: Readonly<Record<string, unknown>>;
  readonly typeInt: number | undefined;
  readonly typeName: string | undefined;
}

/** Recorded from a private Kaia v2.2.1 network, in the order in which the node got them. */
export const vectors: readonly Vector[] = read("vectors.json", "vectors").map((each) => {
  const error = isRecord(each["error"]) ? String(each["error"]["message"]) : undefined;
  const { receiptStatus: status, gasUsed, effectiveGasPrice, txError, receiptContractAddress } = each;
  return {
    name: String(each["name"]),
    raw: String(each["rawTx"]),
    hash: String(each["txHash"]),
    senderTxHash: String(each["senderTxHash"]),
    signingHash: String(each["signingHash"]),
    feePayerSigningHash: optionalText(each["feePayerSigningHash"]),
    fields: isRecord(each["fields"]) ? each["fields"] : {},
    signatures: signaturesOf(each["signatures"]),
    feePayerSignatures: signaturesOf(each["feePayerSignatures"]),
    senderKeys: texts(each["senderPrivateKeys"]),
    feePayerKeys: texts(each["feePayerPrivateKeys"]),
    method: String(each["sendVia"]),
    accepted: each["accepted"] === true,
    error,
    receipt: {
      status,
      gasUsed,
      effectiveGasPrice,
      contractAddress: receiptContractAddress ?? null,
      ...(txError === undefined ? {} : { txError }),
    },
    typeInt: typeof each["typeInt"] === "number" ? each["typeInt"] : undefined,
    typeName: optionalText(each["nodeType"]),
  };
});

/** A list of records from a file of recorded data. */
function read(file: string, member: string): readonly Readonly<Record<string, unknown>>[] {
  const parsed: unknown = JSON.parse(readFileSync(new URL(`../vectors/kaia/${file}`, import.meta.url), "utf8"));
  const list = isRecord(parsed) ? parsed[member] : undefined;
  if (!Array.isArray(list)) throw new Error(`${file} has no ${member}`);
  return list.filter(isRecord);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Either [V, R, S], or a signature as ethers writes it to JSON. */
function signaturesOf(value: unknown): Signature[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map((each) => {
    if (Array.isArray(each)) {
      const [v = "", r = "", s = ""] = texts(each);
      return { v: BigInt(v), r: BigInt(r), s: BigInt(s) };
    }
    const { networkV, v, r, s } = isRecord(each) ? each : {};
    return { v: BigInt(String(networkV ?? v)), r: BigInt(String(r)), s: BigInt(String(s)) };
  });
}
