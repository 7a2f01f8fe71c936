import { isRecord } from "../../scripts/guards.ts";
import { type KaiaNode, RpcError } from "./index.ts";

/** An answer as the recordings hold it: a result, or an error. */
export interface Answered {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data: string | undefined };
}

export async function ask(node: KaiaNode, method: string, params: readonly unknown[]): Promise<Answered> {
  try {
    return { result: await node.request(method, ...params) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { error: { code: error.code, message: error.message, data: error.data } };
  }
}

const ofTheBlock = new Set(["blockHash", "blockNumber"]);

/** An answer without what differs from chain to chain. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([key]) => !ofTheBlock.has(key));
  return Object.fromEntries(members.map(([key, each]) => [key, comparable(each)]));
}
