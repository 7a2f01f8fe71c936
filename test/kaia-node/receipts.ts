import { getCreateAddress, toQuantity } from "ethers";
import { ethRecipient, ethType, kaiaFields, type Place } from "./transaction-json.ts";
import { effectiveGasPrice } from "./price.ts";
import type { Transaction } from "./types.ts";

/** What came of a transaction. */
export interface Outcome {
  readonly gasUsed: bigint;
  readonly cumulativeGasUsed: bigint;
  readonly succeeded: boolean;
  /** Kaia's reason for a failure. */
  readonly txError: number;
  /** With Kaia's transaction hashes. */
  readonly logs: readonly unknown[];
  readonly logsBloom: string;
}

export interface Mined {
  readonly transaction: Transaction;
  readonly sender: string;
  readonly place: Place;
  readonly outcome: Outcome;
}

function common({ transaction, sender, place, outcome }: Mined): Record<string, unknown> {
  return {
    blockHash: place.blockHash,
    blockNumber: toQuantity(place.blockNumber),
    contractAddress: contractAddress(transaction, sender),
    effectiveGasPrice: toQuantity(effectiveGasPrice(transaction, place.baseFee)),
    gasUsed: toQuantity(outcome.gasUsed),
    logs: outcome.logs,
    logsBloom: outcome.logsBloom,
    status: outcome.succeeded ? "0x1" : "0x0",
    transactionHash: transaction.hash,
    transactionIndex: toQuantity(place.index),
  };
}

/** All of the transaction and what came of it; no cumulativeGasUsed. */
export function kaiaReceipt(mined: Mined): Record<string, unknown> {
  const { transaction, sender, place, outcome } = mined;
  return {
    ...kaiaFields(transaction, sender, place),
    ...common(mined),
    ...(outcome.succeeded ? {} : { txError: toQuantity(outcome.txError) }),
  };
}

export function ethReceipt(mined: Mined): Record<string, unknown> {
  const { transaction, sender, outcome } = mined;
  return {
    ...common(mined),
    cumulativeGasUsed: toQuantity(outcome.cumulativeGasUsed),
    from: sender,
    to: ethRecipient(transaction, sender),
    type: ethType(transaction),
  };
}

/** The node fills it in for whatever has no recipient: cancels, account updates, anchorings and failed deployments too. */
function contractAddress({ to, nonce }: Transaction, sender: string): string | null {
  return to === null ? getCreateAddress({ from: sender, nonce }).toLowerCase() : null;
}
