import { isRecord } from "../units/is-record.ts";
import { parseAddress } from "../chains/ethereum/scheme.ts";
import type { EthersSigner } from "../chains/evm/index.ts";
import { isHex } from "../units/bytes.ts";
import { invalidRequest } from "./accounts-refusal.ts";

/** ethers' words for a transaction. */
export type TransactionRequest = Parameters<EthersSigner["signTransaction"]>[0];

/** What was asked for with `eth_sendTransaction`. What is null is to be filled in. */
export interface GivenTransaction {
  /** Null for a deployment. */
  readonly to: string | null;
  readonly data: string;
  readonly value: bigint;
  readonly type: number | null;
  readonly nonce: number | null;
  readonly chainId: bigint | null;
  readonly gasLimit: bigint | null;
  readonly gasPrice: bigint | null;
  readonly maxFeePerGas: bigint | null;
  readonly maxPriorityFeePerGas: bigint | null;
  readonly accessList: NonNullable<TransactionRequest["accessList"]> | null;
  readonly authorizationList: NonNullable<TransactionRequest["authorizationList"]> | null;
}

const fees = ["gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas"];
const others = ["from", "to", "data", "input", "value", "type", "nonce", "chainId", "accessList", "authorizationList"];
const known = new Set([...fees, ...others]);

/**
 * What the object of `eth_sendTransaction` says, with `data` for its other name `input`. A member that is not known is refused and not left
 * out: it may say who pays.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function membersOf(asked: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(asked)) throw invalidRequest("has no transaction");
  const members = Object.entries(asked).filter(([, value]) => value !== undefined && value !== null);
  if (!members.every(([name]) => known.has(name)))
    throw invalidRequest("has a member that cannot be signed here; blobs and other chains' own members cannot");
  const { input, data = input, ...rest } = Object.fromEntries(members);
  if (input !== undefined && input !== data) throw invalidRequest("has data and another input");
  return data === undefined ? rest : { ...rest, data };
}

/**
 * @param given - from `membersOf`.
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function parseTransaction(given: Readonly<Record<string, unknown>>): GivenTransaction {
  const { to, data = "0x", accessList, authorizationList } = given;
  if (!isHex(data)) throw invalidRequest("has data that is not hexadecimal bytes");
  if (to === undefined && data === "0x") throw invalidRequest("has neither a recipient nor data");
  const transaction: GivenTransaction = {
    to: to === undefined ? null : parseAddress(typeof to === "string" ? to : ""),
    data,
    value: quantityIn(given, "value") ?? 0n,
    type: smallIn(given, "type"),
    nonce: smallIn(given, "nonce"),
    chainId: quantityIn(given, "chainId"),
    gasLimit: quantityIn(given, "gas"),
    gasPrice: quantityIn(given, "gasPrice"),
    maxFeePerGas: quantityIn(given, "maxFeePerGas"),
    maxPriorityFeePerGas: quantityIn(given, "maxPriorityFeePerGas"),
    accessList: accessList === undefined ? null : parseAccessList(accessList),
    authorizationList: authorizationList === undefined ? null : parseAuthorizations(authorizationList),
  };
  requireOneKind(transaction);
  return transaction;
}

/** What does not go into a transaction's type would be left out of its bytes in silence. */
function requireOneKind({ type, to, accessList, authorizationList, ...given }: GivenTransaction): void {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = given;
  const hasFees = maxFeePerGas !== null || maxPriorityFeePerGas !== null;
  const isDelegating = authorizationList !== null;
  const fits =
    (type === null || [0, 1, 2, 4].includes(type)) &&
    !(gasPrice !== null && (hasFees || isDelegating || (type ?? 0) > 1)) &&
    !(hasFees && (type ?? 2) < 2) &&
    !(accessList !== null && type === 0) &&
    (isDelegating ? (type ?? 4) === 4 && to !== null : type !== 4);
  if (!fits) throw invalidRequest("mixes what belongs to different types of transactions");
}

function quantityIn(given: Readonly<Record<string, unknown>>, name: string): bigint | null {
  const value = given[name];
  if (value === undefined) return null;
  if (typeof value === "string" && /^0x[0-9a-fA-F]{1,64}$/.test(value)) return BigInt(value);
  throw invalidRequest(`has a ${name} that is not a hexadecimal quantity`);
}

function smallIn(given: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = quantityIn(given, name);
  if (value === null) return null;
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw invalidRequest(`has a ${name} that is too large`);
}

function parseAccessList(list: unknown): { address: string; storageKeys: string[] }[] {
  return objectsIn(list, "access list").map(({ address, storageKeys }) => {
    const keys: readonly unknown[] = Array.isArray(storageKeys) ? storageKeys : [];
    if (!keys.every((key) => isHex(key) && key.length === 66)) throw invalidRequest("has a malformed access list");
    return { address: parseAddress(String(address)), storageKeys: keys.map(String) };
  });
}

/** Authorisations that somebody signed before. Spec: EIP-7702. */
function parseAuthorizations(list: unknown): NonNullable<TransactionRequest["authorizationList"]> {
  return objectsIn(list, "authorization list").map((each) => {
    const read = (name: string): bigint => quantityIn(each, name) ?? refuse("has a malformed authorization list");
    const parity = read("yParity");
    if (parity > 1n) refuse("has a malformed authorization list");
    const signature = { r: toWord(read("r")), s: toWord(read("s")), yParity: parity === 1n ? 1 : 0 } as const;
    return {
      address: parseAddress(String(each["address"])),
      chainId: read("chainId"),
      nonce: read("nonce"),
      signature,
    };
  });
}

function refuse(fault: string): never {
  throw invalidRequest(fault);
}

function objectsIn(list: unknown, what: string): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(list) && list.every(isRecord)) return list;
  throw invalidRequest(`has a malformed ${what}`);
}

function toWord(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
