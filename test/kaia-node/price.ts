import type { Transaction } from "./types.ts";

const gkei = 1_000_000_000n;
export const lowerBoundBaseFee = 25n * gkei;
export const upperBoundBaseFee = 750n * gkei;
const gasTarget = 30_000_000n;
const gasCounted = 60_000_000n;
const denominator = 20n;

/** Spec: KIP-71, with mainnet's parameters: at most 5 % a block, and even. */
export function nextBaseFee(baseFee: bigint, gasUsed: bigint): bigint {
  const used = gasUsed < gasCounted ? gasUsed : gasCounted;
  if (used === gasTarget) return baseFee;
  const change = (baseFee * (used > gasTarget ? used - gasTarget : gasTarget - used)) / gasTarget / denominator;
  const step = change > 0n ? change : 1n;
  const next = used > gasTarget ? baseFee + step : baseFee - step;
  const bounded = next < lowerBoundBaseFee ? lowerBoundBaseFee : next > upperBoundBaseFee ? upperBoundBaseFee : next;
  return bounded - (bounded % 2n);
}

/** What a transaction pays for a unit of gas: types 2 and 4 the base fee and their tip, everything else all it offers. */
export function effectiveGasPrice({ gasPrice, maxPriorityFeePerGas }: Transaction, baseFee: bigint): bigint {
  if (maxPriorityFeePerGas === undefined) return gasPrice;
  const price = baseFee + maxPriorityFeePerGas;
  return price < gasPrice ? price : gasPrice;
}

/** The tip at which 60 % of recent gas prices are reached; none while the base fee rests. */
export function suggestedTip(baseFee: bigint, recentTips: readonly bigint[]): bigint {
  if (baseFee === lowerBoundBaseFee) return 0n;
  const sorted = recentTips.toSorted((a, b) => Number(a - b));
  return sorted[Math.floor(((sorted.length - 1) * 60) / 100)] ?? 0n;
}

/** `gasPrice`: the next base fee and 10 %, or 15 % and the tip. */
export function suggestedGasPrice(baseFee: bigint, tip: bigint): bigint {
  return (baseFee * (tip === 0n ? 110n : 115n)) / 100n + tip;
}

/** Splits a fee; the sender pays what rounding leaves. */
export function splitFee(fee: bigint, { kind, feeRatio = 100 }: Transaction): { feePayer: bigint; sender: bigint } {
  if (kind.delegation === "none") return { feePayer: 0n, sender: fee };
  const feePayer = (fee * BigInt(feeRatio)) / 100n;
  return { feePayer, sender: fee - feePayer };
}
