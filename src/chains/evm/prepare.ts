import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { PreparedTransaction } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import { bytesToHex, isHex } from "../../units/bytes.ts";
import type { EncodedIntent } from "../ethereum/encode.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { gasLimit, gasPrice, parseBlock, perGas } from "./fees.ts";
import { refusal } from "../ethereum/node-errors.ts";
import { badResponse, isHash, quantity, smallQuantity } from "../ethereum/quantity.ts";

export interface PrepareParts {
  readonly ethers: Ethers;
  readonly transport: Transport;
  readonly chainId: number;
  /** Wei a unit of gas. */
  readonly maxFeePerGas: bigint;
}

/** Asks the node for nonce, gas, fee and balance, and builds the transaction to sign. */
export async function prepareTransaction(
  { ethers, transport, chainId, maxFeePerGas }: PrepareParts,
  intent: EncodedIntent,
  from: string,
  leastNonce: number,
): Promise<PreparedTransaction> {
  const ask = (method: string, ...params: unknown[]): Promise<unknown> => transport.request({ method, params });
  const call = {
    from,
    ...(intent.to === null ? {} : { to: intent.to }),
    data: intent.data,
    value: ethers.toQuantity(intent.value),
  };
  const [count, block, balance, code] = await Promise.all([
    ask("eth_getTransactionCount", from, "pending").then((value) => smallQuantity(value, "transaction count")),
    ask("eth_getBlockByNumber", "latest", false).then(parseBlock),
    ask("eth_getBalance", from, "pending").then((value) => quantity(value, "balance")),
    // Where there is no contract a call succeeds, does nothing, and keeps the value.
    intent.isCall ? ask("eth_getCode", intent.to, "latest") : undefined,
  ]);
  if (intent.isCall && !isHex(code)) throw badResponse("code");
  if (code === "0x") throw invalidIntent("calls an address where there is no contract on this chain");
  const nonce = Math.max(count, leastNonce);
  if (!Number.isSafeInteger(nonce)) throw badResponse("transaction count");
  if (balance < intent.value) throw tooPoor(balance, intent.value);
  const suggestion = block.baseFeePerGas === undefined ? "eth_gasPrice" : "eth_maxPriorityFeePerGas";
  const [suggested, estimate] = await Promise.all([
    ask(suggestion).then((value) => quantity(value, "fee suggestion")),
    ask("eth_estimateGas", call).then(
      (value) => quantity(value, "gas estimate"),
      (error: unknown) => Promise.reject(asError(refusal(ethers, error, intent.contract))),
    ),
  ]);
  const price = gasPrice(block.baseFeePerGas, suggested, maxFeePerGas);
  const limit = gasLimit(estimate, block);
  const maxFee = limit * perGas(price);
  if (balance < intent.value + maxFee) throw tooPoor(balance, intent.value + maxFee);
  const transaction = ethers.Transaction.from({
    chainId,
    nonce,
    to: intent.to,
    data: intent.data,
    value: intent.value,
    gasLimit: limit,
    ...price,
  });
  // What gets signed is what the bytes say, so the destination is taken from them and not from the intent.
  const { to } = ethers.Transaction.from(transaction.unsignedSerialized);
  return {
    nonce,
    digest: ethers.getBytes(transaction.unsignedHash),
    to,
    maxFee,
    assemble: ({ r, s, yParity }) => {
      const signed = transaction.clone();
      signed.signature = ethers.Signature.from({ r: bytesToHex(r), s: bytesToHex(s), yParity });
      const { serialized: raw, hash } = signed;
      if (!isHex(raw) || !isHash(hash)) throw badResponse("transaction");
      return { raw, hash, from, nonce };
    },
  };
}

function tooPoor(balance: bigint, needed: bigint): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INSUFFICIENT_FUNDS",
    `The account has ${String(balance)} and may need ${String(needed)} base units for value and fee. Nothing was signed; fund it first.`,
    { context: { balance, needed } },
  );
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error("unknown", { cause: value });
}
