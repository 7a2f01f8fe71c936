import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { FeeOffer, PreparedTransaction } from "../../ports/chain-adapter.ts";
import type { EncodedIntent } from "../../ports/intent.ts";
import type { RpcRequest, Transport } from "../../ports/transport.ts";
import { answersTo, askAll, valueOf } from "../ethereum/ask-all.ts";
import { callOf } from "../ethereum/call-of.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { requireAffordable } from "../ethereum/fees.ts";
import type { GivenOptions } from "../ethereum/given-options.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { refusal } from "../ethereum/node-errors.ts";
import { badResponse, quantity, smallQuantity } from "../ethereum/quantity.ts";
import { isHex } from "../../units/bytes.ts";
import { gasLimit, type LatestBlock, offer, parseBlock, priceOf } from "./fees.ts";
import { unsignedTransaction } from "./transaction.ts";

export interface PrepareParts {
  readonly transport: Transport;
  readonly chainId: number;
  /** Wei a unit of gas. */
  readonly maxFeePerGas: bigint;
  /** What is known of the chain's blocks: whether they are from before London. Undefined until one was seen. */
  readonly form: { isLegacy: boolean | undefined };
}

/** What a transaction still needs beside its intent. */
export interface Terms {
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly fee: FeeOffer;
}

/** The terms where the caller gave all of them. */
export function givenTerms({ nonce, gasLimit: limit, fee }: GivenOptions): Terms | undefined {
  return nonce === undefined || limit === undefined || fee === undefined ? undefined : { nonce, gasLimit: limit, fee };
}

/** Asks the node for the terms that are not given, and whether the account can pay. */
export async function askForTerms(
  parts: PrepareParts,
  intent: EncodedIntent,
  from: string,
  given: GivenOptions,
): Promise<Terms> {
  const { transport, form } = parts;
  const isEstimated = given.gasLimit === undefined;
  // Where there is no contract a call succeeds, does nothing, and keeps the value.
  const needsContract = isEstimated && (intent.kind === "call" || intent.kind === "token");
  // What is in the node's pool is among the committed funds, and must not be taken off twice.
  const balanceAt = given.committed === undefined ? "pending" : "latest";
  const [count, latest, funds, code] = await askOf(transport, [
    given.nonce === undefined ? { method: "eth_getTransactionCount", params: [from, "pending"] } : undefined,
    isEstimated || given.fee === undefined ? latestBlock : undefined,
    { method: "eth_getBalance", params: [from, balanceAt] },
    needsContract ? { method: "eth_getCode", params: [intent.to, "latest"] } : undefined,
  ]).then((settled) => settled.map(valueOf));
  const nonce = given.nonce ?? smallQuantity(count, "transaction count");
  const block = latest === undefined ? undefined : parseBlock(latest);
  const balance = quantity(funds, "balance") - (given.committed ?? 0n);
  if (needsContract) requireCode(code);
  requireFunds(balance, intent.value);
  if (block !== undefined) form.isLegacy = block.baseFeePerGas === undefined;
  const [suggested, estimate] = await askOf(transport, [
    given.fee === undefined ? suggestion(form.isLegacy === true) : undefined,
    isEstimated ? { method: "eth_estimateGas", params: [callOf(intent, from)] } : undefined,
  ]);
  const fee = given.fee ?? offer(block?.baseFeePerGas, quantity(valueOf(suggested), "fee suggestion"), given.speed);
  const limit = given.gasLimit ?? gasLimit(await estimateIn(estimate, intent), requireBlock(block));
  requireAffordable(fee, parts.maxFeePerGas);
  requireFunds(balance, intent.value + limit * fee.perGas);
  return { nonce, gasLimit: limit, fee };
}

const latestBlock: RpcRequest = { method: "eth_getBlockByNumber", params: ["latest", false] };

function suggestion(isLegacy: boolean): RpcRequest {
  return { method: isLegacy ? "eth_gasPrice" : "eth_maxPriorityFeePerGas", params: [] };
}

/** @throws `ERR_CHAIN_FEE_TOO_HIGH`, `ERR_RPC_*`. */
export async function askForFee(parts: PrepareParts, { speed }: GivenOptions): Promise<FeeOffer> {
  const { transport, form } = parts;
  const known = form.isLegacy;
  // Which of the two is asked depends on the block's form, and forms change once in a chain's life.
  const asked = known === undefined ? [latestBlock] : [latestBlock, suggestion(known)];
  const [latest, told] = await askAll(transport, asked);
  const { baseFeePerGas } = parseBlock(valueOf(latest));
  form.isLegacy = baseFeePerGas === undefined;
  const suggested =
    form.isLegacy === known ? valueOf(told) : (await answersTo(transport, [suggestion(form.isLegacy)]))[0];
  const fee = offer(baseFeePerGas, quantity(suggested, "fee suggestion"), speed);
  requireAffordable(fee, parts.maxFeePerGas);
  return fee;
}

/** Builds the transaction. No node is asked. */
export function build(
  { chainId, form, maxFeePerGas }: PrepareParts,
  intent: EncodedIntent,
  from: string,
  { nonce, gasLimit: limit, fee }: Terms,
): PreparedTransaction {
  requireAffordable(fee, maxFeePerGas);
  const { to, value, data } = intent;
  const price = priceOf(fee, form.isLegacy === true);
  const transaction = unsignedTransaction({ chainId, nonce, to, value, data, gasLimit: limit, price });
  return {
    nonce,
    digest: transaction.digest,
    unsigned: transaction.unsigned,
    // What gets signed is what the bytes say, so the destination is taken from them and not from the intent.
    to: transaction.to,
    gasLimit: limit,
    fee,
    maxFee: limit * fee.perGas,
    assemble: (signature) => ({ ...transaction.sign(signature), from, nonce }),
  };
}

/** Only what is a question is asked; the answers keep their places. */
async function askOf(
  transport: Transport,
  questions: readonly (RpcRequest | undefined)[],
): Promise<readonly (PromiseSettledResult<unknown> | undefined)[]> {
  const asked = questions.filter((question) => question !== undefined);
  const settled = [...(await askAll(transport, asked))];
  return questions.map((question) => (question === undefined ? undefined : settled.shift()));
}

async function estimateIn(settled: PromiseSettledResult<unknown> | undefined, intent: EncodedIntent): Promise<bigint> {
  if (settled?.status === "rejected") throw refusal(await loadEthers(), settled.reason, intent.errors);
  return quantity(settled?.value, "gas estimate");
}

function requireBlock(block: LatestBlock | undefined): LatestBlock {
  if (block === undefined) throw badResponse("latest block");
  return block;
}

function requireCode(code: unknown): void {
  if (!isHex(code)) throw badResponse("code");
  if (code === "0x") throw invalidIntent("calls an address where there is no contract on this chain");
}

function requireFunds(balance: bigint, needed: bigint): void {
  if (balance >= needed) return;
  throw new LatchkeyError(
    "ERR_CHAIN_INSUFFICIENT_FUNDS",
    `The account has ${String(balance)} and may need ${String(needed)} base units for value and fee. Nothing was signed; fund it first.`,
    { context: { balance, needed } },
  );
}
