import type { JsonRpcError } from "ethers";
import type { ErrorCode } from "../../errors/codes.ts";
import { isLatchkeyError, type LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Ethers } from "../ethereum/ethers.ts";

type RpcError = JsonRpcError["error"];

/** What was asked of a node. */
export interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** The errors after which a node may have done what it was asked. */
const codes: Partial<Record<ErrorCode, "TIMEOUT" | "NETWORK_ERROR" | "SERVER_ERROR">> = {
  ERR_RPC_TIMEOUT: "TIMEOUT",
  ERR_RPC_UNREACHABLE: "NETWORK_ERROR",
  ERR_RPC_RATE_LIMITED: "SERVER_ERROR",
  ERR_RPC_NODE_FAULT: "SERVER_ERROR",
  ERR_RPC_BAD_RESPONSE: "SERVER_ERROR",
};

/** The error object that the node answered with, for ethers to read; undefined where ethers would read it wrongly, or there is none. */
export function errorObjectIn(error: unknown, { method }: Asked): RpcError | undefined {
  if (!isLatchkeyError(error)) return undefined;
  const { rpcCode, rpcMessage: message, rpcData: data } = error.context;
  if (typeof rpcCode !== "number" || typeof message !== "string") return undefined;
  const hasData = typeof data === "string";
  if (method === "eth_call" || method === "eth_estimateGas") {
    // ethers takes whatever comes of a call for the contract's doing: CALL_EXCEPTION.
    if (error.code !== "ERR_RPC_REJECTED" && rpcCode !== 3) return undefined;
    // ethers sees a revert's data only where the text has this word, which not every node's has.
    if (hasData && data.length > 2 && !/revert/i.test(message))
      return { code: rpcCode, message: `execution reverted: ${message}`, data };
  }
  return hasData ? { code: rpcCode, message, data } : { code: rpcCode, message };
}

/** A transport's failure as one of ethers' errors, with the failure as its `cause`; anything else as it is. */
export function failureOf(ethers: Ethers, error: unknown, asked: Asked): unknown {
  if (!isLatchkeyError(error)) return error;
  const { method } = asked;
  // As ethers has it for a provider that was destroyed: what waits for something gives up.
  if (error.code === "ERR_CLOSED")
    return withCause(ethers.makeError(error.message, "UNSUPPORTED_OPERATION", { operation: method }), error);
  const code = codes[error.code];
  if (code === undefined) return error;
  const info = infoOf(ethers, error, asked);
  if (code === "TIMEOUT") {
    return withCause(ethers.makeError(error.message, code, { operation: method, reason: "timeout", info }), error);
  }
  if (code === "NETWORK_ERROR")
    return withCause(ethers.makeError(error.message, code, { event: "unreachable", info }), error);
  return withCause(ethers.makeError(error.message, code, { request: method, info }), error);
}

function infoOf(ethers: Ethers, { context }: LatchkeyError, { method, params }: Asked): Record<string, unknown> {
  const { rpcCode, rpcMessage } = context;
  const [raw] = params;
  return {
    ...(typeof rpcCode === "number" ? { error: { code: rpcCode, message: rpcMessage } } : {}),
    // It may be mined: whoever sends again without a look at it may pay twice. ethers' own name for it.
    ...(method === "eth_sendRawTransaction" && ethers.isHexString(raw)
      ? { sendTransactionHash: ethers.keccak256(raw) }
      : {}),
  };
}

/** Not enumerable, as the language has it: what prints the error's fields does not print the cause's as well. */
export function withCause(error: Error, cause: unknown): Error {
  return Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
}
