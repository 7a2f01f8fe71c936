import type { ErrorCode } from "../../src/errors/codes.ts";
import { type ErrorContext, LatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { RpcRequest, RpcRequestOptions, Transport } from "../../src/ports/transport.ts";

export interface ScriptedNode extends Transport {
  /** What it was asked, in order. */
  readonly asked: readonly RpcRequest[];
  count(method: string): number;
}

export type Json =
  string | number | boolean | bigint | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** An answer, or what computes one: what that throws, the node throws. */
export type Answer = Json | ((params: readonly unknown[], options: RpcRequestOptions) => unknown);

const healthy: Readonly<Record<string, Answer>> = {
  eth_chainId: "0x1",
  eth_getTransactionCount: "0x0",
  eth_getBlockByNumber: { gasLimit: "0x1c9c380", baseFeePerGas: "0x3b9aca00" },
  eth_getBalance: "0xde0b6b3a7640000",
  eth_maxPriorityFeePerGas: "0x1",
  eth_gasPrice: "0x3b9aca00",
  eth_estimateGas: "0x5208",
  eth_getCode: "0x60fe",
};

/** A node that answers as told; else it serves chain 1 with a base fee of 1 gwei, and the account has 1 ether. */
export function scriptedNode(answers: Readonly<Record<string, Answer>> = {}): ScriptedNode {
  const asked: RpcRequest[] = [];
  const all: Readonly<Record<string, Answer>> = { ...healthy, ...answers };
  return {
    origin: "http://node.test",
    asked,
    count: (method) => asked.filter((request) => request.method === method).length,
    request: async (request, options = {}) => {
      asked.push(request);
      if (!Object.hasOwn(all, request.method)) throw rpcError(-32601, `the method ${request.method} does not exist`);
      const answer = all[request.method];
      return typeof answer === "function" ? await answer(request.params, options) : answer;
    },
    close: () => Promise.resolve(),
  };
}

/** A JSON-RPC error as a transport throws it. */
export function rpcError(
  rpcCode: number,
  rpcMessage: string,
  rpcData: string | null = null,
  code: ErrorCode = "ERR_RPC_REJECTED",
): LatchkeyError {
  return trouble(code, { rpcCode, rpcMessage, rpcData });
}

/** A transport's error. */
export function trouble(code: ErrorCode, context: ErrorContext = {}): LatchkeyError {
  return new LatchkeyError(code, `The scripted node throws ${code}.`, { context });
}
