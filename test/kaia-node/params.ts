import { isRecord } from "../../scripts/guards.ts";
import type { Chain } from "./chain.ts";
import { invalidParams, refused } from "./errors.ts";

/** The parameters of a request; the node's errors for what is missing or malformed. Too many are ignored. */
export interface Params {
  /** 0x and 40 digits; lower case. */
  address(index: number): string;
  /** A 32-byte hash; lower case. */
  hash(index: number): string;
  bytes(index: number): string;
  call(index: number): Readonly<Record<string, unknown>>;
  /** Undefined where it is left out. */
  optional(index: number): unknown;
  /** A block that exists, by tag, number or hash. Left out, it is the latest where that is allowed. */
  state(index: number, ifMissing?: "latest"): number;
  /** A block tag or number, which may lie beyond the head. */
  blockNumber(index: number): number;
}

const tags = new Set(["latest", "pending", "safe", "finalized"]);

export function readParams(params: readonly unknown[], chain: Chain): Params {
  const required = (index: number): unknown => {
    const value = params[index];
    if (value === undefined || value === null) throw invalidParams(`missing value for required argument ${index}`);
    return value;
  };
  const fixed = (index: number, digits: number, type: string): string => {
    const value = required(index);
    if (typeof value !== "string")
      throw invalidParams(`invalid argument ${index}: json: cannot unmarshal into ${type}`);
    if (!value.startsWith("0x")) throw invalidParams(`invalid argument ${index}: hex string without 0x prefix`);
    if (value.length !== digits + 2) {
      const text = `hex string has length ${value.length - 2}, want ${digits} for ${type}`;
      throw invalidParams(`invalid argument ${index}: ${text}`);
    }
    if (!/^0x[0-9a-fA-F]*$/.test(value)) throw invalidParams(`invalid argument ${index}: invalid hex string`);
    return value.toLowerCase();
  };
  const number = (index: number, value: unknown): number => {
    if (typeof value !== "string") throw invalidParams(`invalid argument ${index}: invalid block number or hash`);
    if (tags.has(value)) return chain.head.number;
    if (value === "earliest") return 0;
    if (!/^0x[0-9a-fA-F]+$/.test(value)) throw invalidParams(`invalid argument ${index}: hex string without 0x prefix`);
    if (/^0x0./.test(value)) throw invalidParams(`invalid argument ${index}: hex number with leading zero digits`);
    return Number(value);
  };
  const existing = (value: number): number => {
    if (value > chain.head.number) throw refused(`the header does not exist (block number: ${value})`);
    return value;
  };
  const byHash = (hash: string): number => {
    const block = chain.blockByHash(hash.toLowerCase());
    if (block === undefined) throw refused(`the header does not exist (hash: ${hash})`);
    return block.number;
  };

  return {
    address: (index) => fixed(index, 40, "common.Address"),
    hash: (index) => fixed(index, 64, "common.Hash"),
    bytes: (index) => {
      const value = required(index);
      if (typeof value !== "string" || !/^0x([0-9a-fA-F]{2})*$/.test(value)) {
        throw invalidParams(`invalid argument ${index}: invalid hex string`);
      }
      return value.toLowerCase();
    },
    call: (index) => {
      const value = required(index);
      if (!isRecord(value)) throw invalidParams(`invalid argument ${index}: json: cannot unmarshal into api.CallArgs`);
      return value;
    },
    optional: (index) => params[index] ?? undefined,
    state: (index, ifMissing) => {
      if (ifMissing !== undefined && (params[index] ?? undefined) === undefined) return chain.head.number;
      const value = required(index);
      if (typeof value === "string" && value.length === 66) return byHash(value);
      if (!isRecord(value)) return existing(number(index, value));
      const { blockHash, blockNumber } = value;
      return typeof blockHash === "string" ? byHash(blockHash) : existing(number(index, blockNumber));
    },
    blockNumber: (index) => number(index, required(index)),
  };
}
