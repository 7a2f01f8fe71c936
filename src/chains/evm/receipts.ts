import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { TransactionReceipt, WaitOptions } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import type { Clock } from "../../units/clock.ts";
import { badResponse, isHash, isObject, quantity } from "./quantity.ts";
import { parseAddress } from "./scheme.ts";

const firstDelayMs = 50;
const longestDelayMs = 1_000;

/**
 * Asks for the receipt until it is there. A node that is in trouble meanwhile is asked again.
 *
 * @throws `ERR_CHAIN_RECEIPT_TIMEOUT`; `ERR_RPC_BAD_RESPONSE` the receipt is not this transaction's; the signal's reason.
 */
export async function waitForReceipt(
  transport: Transport,
  clock: Clock,
  hash: Hex,
  { timeoutMs = 120_000, signal }: WaitOptions = {},
): Promise<TransactionReceipt> {
  const giveUpAt = clock.monotonicMs() + timeoutMs;
  let last: unknown;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 1.5, longestDelayMs)) {
    signal?.throwIfAborted();
    try {
      const receipt = await readReceipt(transport, hash, signal);
      if (receipt !== undefined) return receipt;
    } catch (error) {
      if (!isLatchkeyError(error) || !error.retryable || error.code === "ERR_RPC_BAD_RESPONSE") throw error;
      last = error;
    }
    if (clock.monotonicMs() + delayMs > giveUpAt) throw notMined(hash, timeoutMs, last);
    await clock.sleep(delayMs, signal);
  }
}

async function readReceipt(
  transport: Transport,
  hash: Hex,
  signal: AbortSignal | undefined,
): Promise<TransactionReceipt | undefined> {
  const options = signal === undefined ? {} : { signal };
  const value = await transport.request({ method: "eth_getTransactionReceipt", params: [hash] }, options);
  // A pending transaction has none, and some nodes show one without a block.
  if (value === null || value === undefined) return undefined;
  if (!isObject(value) || typeof value["transactionHash"] !== "string") throw badResponse("receipt");
  if (value["transactionHash"].toLowerCase() !== hash.toLowerCase()) throw badResponse("receipt");
  const { blockHash, status } = value;
  if (blockHash === null || blockHash === undefined) return undefined;
  if (!isHash(blockHash) || (status !== "0x1" && status !== "0x0")) throw badResponse("receipt");
  const gasUsed = quantity(value["gasUsed"], "gas used");
  const price = value["effectiveGasPrice"] ?? (await legacyPrice(transport, hash, options));
  const contract = value["contractAddress"];
  return {
    hash,
    status: status === "0x1" ? "success" : "reverted",
    blockNumber: quantity(value["blockNumber"], "block number"),
    blockHash,
    gasUsed,
    fee: gasUsed * quantity(price, "gas price"),
    contractAddress: status === "0x1" && typeof contract === "string" ? parseAddress(contract) : null,
  };
}

/** Nodes before London show no effective price: there it is the transaction's own. */
async function legacyPrice(
  transport: Transport,
  hash: Hex,
  options: { readonly signal?: AbortSignal },
): Promise<unknown> {
  const transaction = await transport.request({ method: "eth_getTransactionByHash", params: [hash] }, options);
  return isObject(transaction) ? transaction["gasPrice"] : undefined;
}

function notMined(hash: Hex, timeoutMs: number, cause: unknown): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_RECEIPT_TIMEOUT",
    `The transaction was not mined within ${String(timeoutMs)} ms. It may still be: wait again with the same handle, and do not send it anew.`,
    { context: { hash }, cause },
  );
}
