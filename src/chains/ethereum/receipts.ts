import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { TransactionReceipt, WaitOptions } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import type { Clock } from "../../units/clock.ts";
import { answersTo } from "./ask-all.ts";
import { askForReceipts, isMined } from "./ask-receipts.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, isHash, quantity } from "./quantity.ts";
import { parseAddress } from "./scheme.ts";

const firstDelayMs = 50;
const longestDelayMs = 1_000;

/**
 * Asks for the receipt until it is there. A node that is in trouble meanwhile is asked again; what it is asked last may
 * end after the time given, by the transport's own limit.
 *
 * @param options - `timeoutMs` 0 asks once.
 * @throws `ERR_CHAIN_RECEIPT_TIMEOUT`; `ERR_RPC_BAD_RESPONSE` the receipt is not this transaction's; `ERR_CONFIG_INVALID`; the signal's reason.
 */
export async function waitForReceipt(
  transport: Transport,
  clock: Clock,
  hash: Hex,
  options?: WaitOptions,
): Promise<TransactionReceipt> {
  const answer = await askUntilThere((signal) => askForReceipt(transport, hash, signal), clock, hash, options);
  return parseReceipt(hash, answer);
}

/**
 * Repeats a question until it has an answer, and goes on through the node's troubles.
 *
 * @param ask - resolves with undefined where the node does not know yet.
 * @throws `ERR_CHAIN_RECEIPT_TIMEOUT`; `ERR_CONFIG_INVALID`; the signal's reason; what is not the node's trouble.
 */
export async function askUntilThere<T>(
  ask: (signal: AbortSignal | undefined) => Promise<T | undefined>,
  clock: Clock,
  hash: Hex,
  { timeoutMs = 120_000, signal }: WaitOptions = {},
): Promise<T> {
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 0)) throw badTimeout();
  const giveUpAt = clock.monotonicMs() + timeoutMs;
  let last: unknown;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 1.5, longestDelayMs)) {
    signal?.throwIfAborted();
    try {
      const answer = await ask(signal);
      if (answer !== undefined) return answer;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isLatchkeyError(error) || !error.retryable) throw error;
      last = error;
    }
    if (clock.monotonicMs() + delayMs > giveUpAt) throw notMined(hash, timeoutMs, last);
    await clock.sleep(delayMs, signal);
  }
}

/** A receipt as the node wrote it, and what a unit of gas cost, in wei. */
interface Answer {
  readonly receipt: unknown;
  readonly price: unknown;
}

/** Nodes before London show no effective price: there it is the transaction's own. */
function needsPrice(receipt: unknown): boolean {
  return isRecord(receipt) && (receipt["effectiveGasPrice"] === null || receipt["effectiveGasPrice"] === undefined);
}

function withPrice(receipt: unknown, transaction: unknown): Answer {
  if (!isRecord(receipt)) return { receipt, price: undefined };
  if (!needsPrice(receipt)) return { receipt, price: receipt["effectiveGasPrice"] };
  return { receipt, price: isRecord(transaction) ? transaction["gasPrice"] : undefined };
}

async function askForReceipt(
  transport: Transport,
  hash: Hex,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const options = signal === undefined ? {} : { signal };
  const receipt = await transport.request({ method: "eth_getTransactionReceipt", params: [hash] }, options);
  if (!isMined(receipt)) return undefined;
  if (!needsPrice(receipt)) return withPrice(receipt, undefined);
  return withPrice(receipt, await transport.request({ method: "eth_getTransactionByHash", params: [hash] }, options));
}

/**
 * Looks transactions up, all in one go where the transport can.
 *
 * @returns in the order asked; undefined where the transaction is in no block that the node knows.
 * @throws `ERR_RPC_*`; `ERR_RPC_BAD_RESPONSE` also for a receipt of another transaction.
 */
export async function receiptsOf(
  transport: Transport,
  hashes: readonly Hex[],
): Promise<readonly (TransactionReceipt | undefined)[]> {
  const receipts = await askForReceipts(transport, "eth", hashes);
  const priceless = hashes.filter((_, index) => needsPrice(receipts[index]));
  const asked = priceless.map((hash) => ({ method: "eth_getTransactionByHash", params: [hash] }));
  const transactions = await answersTo(transport, asked);
  return hashes.map((hash, index) => {
    const receipt = receipts[index];
    return receipt === undefined
      ? undefined
      : parseReceipt(hash, withPrice(receipt, transactions[priceless.indexOf(hash)]));
  });
}

function parseReceipt(hash: Hex, { receipt, price }: Answer): TransactionReceipt {
  if (!isRecord(receipt)) throw badResponse("receipt");
  const { transactionHash, blockHash, status } = receipt;
  if (!isHash(transactionHash) || transactionHash.toLowerCase() !== hash.toLowerCase()) throw badResponse("receipt");
  if (!isHash(blockHash) || (status !== "0x1" && status !== "0x0")) throw badResponse("receipt");
  const gasUsed = quantity(receipt["gasUsed"], "gas used");
  return {
    hash,
    status: status === "0x1" ? "success" : "reverted",
    blockNumber: quantity(receipt["blockNumber"], "block number"),
    blockHash,
    gasUsed,
    fee: gasUsed * quantity(price, "gas price"),
    contractAddress: status === "0x1" ? contractIn(receipt) : null,
  };
}

/** Some nodes show an address of a contract for what deployed none: only what goes to nobody deploys. */
function contractIn({ to, contractAddress }: Readonly<Record<string, unknown>>): string | null {
  if ((to !== null && to !== undefined) || contractAddress === null || contractAddress === undefined) return null;
  if (typeof contractAddress !== "string" || !/^0x[0-9a-f]{40}$/i.test(contractAddress))
    throw badResponse("contract address");
  return parseAddress(contractAddress.toLowerCase());
}

function badTimeout(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "timeoutMs is a number of milliseconds from 0. Nothing was waited for; the transaction is not touched by this.",
  );
}

function notMined(hash: Hex, timeoutMs: number, cause: unknown): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_RECEIPT_TIMEOUT",
    `The transaction was not mined within ${String(timeoutMs)} ms. It may still be: wait again with the same handle, and do not send it anew.`,
    { context: { hash }, cause },
  );
}
