import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, quantity, smallQuantity } from "../ethereum/quantity.ts";
import { isHex } from "../../units/bytes.ts";

/** The questions that a Kaia node is asked, with their answers checked. */
export interface KaiaNode {
  chainId(): Promise<number>;
  nonceOf(address: string): Promise<number>;
  balanceOf(address: string): Promise<bigint>;
  codeOf(address: string): Promise<string>;
  /** Of the latest block, kei a unit of gas. */
  baseFee(): Promise<bigint>;
  /** What the node suggests to offer: the base fee, a tenth more, and a tip where there is one. */
  gasPrice(): Promise<bigint>;
  tip(): Promise<bigint>;
  estimateGas(call: unknown): Promise<bigint>;
  /** Undefined where the node does not tell. */
  computationCost(call: unknown): Promise<bigint | undefined>;
}

export function kaiaNode(transport: Transport): KaiaNode {
  const ask = (method: string, ...params: unknown[]): Promise<unknown> => transport.request({ method, params });
  return {
    chainId: async () => {
      try {
        return smallQuantity(await ask("kaia_chainID"), "chain id");
      } catch (error) {
        throw isUnknownMethod(error) ? notKaia(transport.origin) : error;
      }
    },
    nonceOf: async (address) =>
      smallQuantity(await ask("kaia_getTransactionCount", address, "pending"), "transaction count"),
    balanceOf: async (address) => quantity(await ask("kaia_getBalance", address, "latest"), "balance"),
    codeOf: async (address) => {
      const code = await ask("kaia_getCode", address, "latest");
      if (!isHex(code)) throw badResponse("code");
      return code;
    },
    baseFee: async () => {
      const header = await ask("kaia_getHeaderByNumber", "latest");
      if (!isRecord(header)) throw badResponse("latest header");
      return quantity(header["baseFeePerGas"], "base fee");
    },
    gasPrice: async () => quantity(await ask("kaia_gasPrice"), "gas price"),
    tip: async () => quantity(await ask("kaia_maxPriorityFeePerGas"), "tip"),
    estimateGas: async (call) => quantity(await ask("kaia_estimateGas", call), "gas estimate"),
    computationCost: async (call) => {
      try {
        return quantity(await ask("kaia_estimateComputationCost", call, "latest"), "computation cost");
      } catch (error) {
        if (isUnknownMethod(error)) return undefined;
        throw error;
      }
    },
  };
}

/** JSON-RPC 2.0: method not found. Nodes that forward requests use other codes, with these words. */
function isUnknownMethod(error: unknown): boolean {
  if (!isLatchkeyError(error)) return false;
  const { rpcCode, rpcMessage } = error.context;
  return (
    rpcCode === -32601 ||
    (typeof rpcMessage === "string" &&
      /method .*(?:not found|not supported|does not exist|not available)|unsupported method/i.test(rpcMessage))
  );
}

function notKaia(origin: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_NODE_UNSUITABLE",
    `The node at ${origin} does not know kaia_chainID: it is no Kaia node, or its kaia namespace is closed. Nothing was signed or sent; use another node, or evm() for what speaks eth_* alone.`,
    { context: { origin } },
  );
}
