import { createHash } from "node:crypto";
import type { SignedTransaction } from "../../src/ports/chain-adapter.ts";
import type { RecoverableSignature, Signer } from "../../src/ports/signer.ts";
import type { Hex } from "../../src/units/brands.ts";
import { bytesToHex, isHex } from "../../src/units/bytes.ts";

/** What a simulated transaction says, before it is signed. Amounts in base units. */
export interface SimulatedFields {
  readonly chainId: number;
  readonly from: string;
  readonly nonce: number;
  readonly to: string | null;
  readonly value: bigint;
  readonly data: Hex;
  readonly gasLimit: bigint;
  readonly perGas: bigint;
  readonly tip: bigint;
  /** Kaia's cancellations take the place of what offers more. */
  readonly isCancel: boolean;
}

export interface SimulatedTransaction extends SimulatedFields {
  readonly hash: Hex;
  readonly raw: Hex;
}

/** What a node sees of a transaction: where it goes, and with what. */
export function identityOf({ to, value, data }: Pick<SimulatedFields, "to" | "value" | "data">): string {
  return `${(to ?? "").toLowerCase()} ${String(value)} ${data}`;
}

export function digestOf(fields: SimulatedFields): Uint8Array {
  return createHash("sha256").update(textOf(fields)).digest();
}

export function assembleSimulated(fields: SimulatedFields, { r }: RecoverableSignature): SignedTransaction {
  const raw = bytesToHex(Buffer.from(`${textOf(fields)} ${Buffer.from(r).toString("hex")}`));
  return { raw, hash: hashOfText(raw), from: fields.from, nonce: fields.nonce };
}

/** Undefined for what nobody signed, or somebody else than the sender. */
export function decodeSimulated(raw: Hex): SimulatedTransaction | undefined {
  const parts = Buffer.from(raw.slice(2), "hex").toString().split(" ");
  const [chainId = "", from = "", nonce = "", to = "", value = "", data = "", gas = "", perGas = "", tip = ""] = parts;
  const isNumeric = [chainId, nonce, value, gas, perGas, tip].every((part) => /^\d+$/.test(part));
  if (parts.length !== 11 || !isNumeric || !isHex(data)) return undefined;
  const fields: SimulatedFields = {
    chainId: Number(chainId),
    from,
    nonce: Number(nonce),
    to: to === "-" ? null : to,
    value: BigInt(value),
    data,
    gasLimit: BigInt(gas),
    perGas: BigInt(perGas),
    tip: BigInt(tip),
    isCancel: parts[9] === "cancel",
  };
  const signature = Buffer.from(rOf(from, digestOf(fields))).toString("hex");
  return parts[10] === signature ? { ...fields, raw, hash: hashOfText(raw) } : undefined;
}

/** Signs as the owner of an address does. Nobody's key: the address is enough, and a node tells one owner's from another's. */
export function simulatedSigner(address: string): Signer {
  return {
    address,
    signDigest: (digest) => Promise.resolve({ r: rOf(address, digest), s: Buffer.alloc(32, 1), yParity: 0 }),
  };
}

/** A transaction that somebody else signs with the same key. */
export function signOutside(fields: SimulatedFields): SignedTransaction {
  return assembleSimulated(fields, { r: rOf(fields.from, digestOf(fields)), s: Buffer.alloc(32, 1), yParity: 0 });
}

export function hashOfText(text: string): Hex {
  return bytesToHex(createHash("sha256").update(text).digest());
}

function rOf(address: string, digest: Uint8Array): Uint8Array {
  return createHash("sha256").update(`the owner of ${address}`).update(digest).digest();
}

function textOf({ chainId, from, nonce, to, value, data, gasLimit, perGas, tip, isCancel }: SimulatedFields): string {
  const said = [chainId, from, nonce, to ?? "-", value, data, gasLimit, perGas, tip, isCancel ? "cancel" : "send"];
  return said.map(String).join(" ");
}
