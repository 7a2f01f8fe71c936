import { toQuantity } from "ethers";
import type { Charged } from "./charge.ts";
import { computationCost, computationCostLimit, gasThatMayReachLimit, type TracedCall } from "./computation-cost.ts";
import { type Evm, furnace, inert } from "./evm.ts";
import { delegationGas } from "./gas.ts";
import { effectiveGasPrice } from "./price.ts";
import { isEthereumKind, skipsEvm, type Transaction } from "./types.ts";

/** A transaction on its way into the EVM. */
export interface Job extends Charged {
  /** What Kaia charges beyond the EVM's gas. */
  readonly extraGas: bigint;
  readonly signatureGas: bigint;
  /** Over the limit of computation cost: all its gas burns and nothing else happens. */
  readonly overLimit: boolean;
}

export function jobOf(transaction: Transaction, sender: string, signatureGas: bigint, baseFee: bigint): Job {
  const { kind, gas } = transaction;
  const extraGas = delegationGas(kind) + signatureGas;
  const evmGas = skipsEvm(kind) ? 21_000n : gas - extraGas;
  const price = effectiveGasPrice(transaction, baseFee);
  return { transaction, sender, price, evmGas, extraGas, signatureGas, overLimit: false };
}

/** Ethereum's types go in as they are, so that their hashes stay; the rest as calls of the sender without a signature. */
export async function submit(evm: Evm, { transaction, sender, price, evmGas, overLimit }: Job): Promise<string> {
  const { kind, to, value, input, nonce, raw } = transaction;
  if (isEthereumKind(kind) && !overLimit) return evm.text("eth_sendRawTransaction", raw);
  const base = {
    type: "0x0",
    from: sender,
    nonce: toQuantity(nonce),
    gasPrice: toQuantity(price),
    gas: toQuantity(evmGas),
  };
  if (overLimit) return evm.text("eth_sendTransaction", { ...base, to: furnace });
  if (skipsEvm(kind)) return evm.text("eth_sendTransaction", { ...base, to: inert });
  const call = { ...base, ...(to === null ? {} : { to }), value: toQuantity(value), input };
  return evm.text("eth_sendTransaction", call);
}

/** Whether a transaction exceeds the limit of computation cost when it runs after others of its block. */
export async function isOverLimit(evm: Evm, before: readonly Job[], job: Job): Promise<boolean> {
  if (skipsEvm(job.transaction.kind) || job.evmGas < gasThatMayReachLimit) return false;
  if (before.length === 0) return exceedsLimit(evm, job);
  const snapshot = await evm.request("evm_snapshot");
  for (const { sender, evmGas, price } of before) {
    await evm.setBalance(sender, (await evm.balance(sender)) + evmGas * price);
  }
  for (const each of before) await submit(evm, each);
  await evm.request("evm_mine");
  const exceeds = await exceedsLimit(evm, job);
  await evm.request("evm_revert", snapshot);
  return exceeds;
}

async function exceedsLimit(evm: Evm, { transaction, sender, evmGas }: Job): Promise<boolean> {
  const { to, value, input, accessList } = transaction;
  const call: TracedCall = {
    from: sender,
    ...(to === null ? {} : { to }),
    ...(accessList === undefined ? {} : { accessList }),
    value: toQuantity(value),
    input,
    gas: evmGas,
  };
  // Most transactions use far less gas than they may: seen at once, without a trace of each step.
  const frame = await evm.record("debug_traceCall", { ...call, gas: toQuantity(evmGas) }, "latest", {
    tracer: "callTracer",
    tracerConfig: { onlyTopCall: true },
  });
  if (BigInt(String(frame["gasUsed"])) < gasThatMayReachLimit) return false;
  return (await computationCost(evm, call, computationCostLimit)) > computationCostLimit;
}
