import { toQuantity } from "ethers";
import type { Chain, KaiaBlock } from "./chain.ts";
import { effectiveGasPrice, nextBaseFee, suggestedTip } from "./price.ts";
import { mintedPerBlock } from "./static-answers.ts";
import { rewardBase } from "./evm.ts";

const gasCounted = 60_000_000;

/** The tip suggested from the last 20 blocks. */
export function tipNow(chain: Chain): bigint {
  const head = chain.head.number;
  const tips = Array.from({ length: 20 }, (_, back) => chain.block(head - back))
    .filter((block) => block !== undefined)
    .flatMap((block) => tipsOf(block).map(({ tip }) => tip));
  return suggestedTip(chain.baseFee, tips);
}

export function feeHistory(
  chain: Chain,
  count: number,
  newest: number,
  percentiles: readonly number[],
): Record<string, unknown> {
  const oldest = Math.max(newest - Math.min(count, 1_024) + 1, 0);
  const blocks = Array.from({ length: newest - oldest + 1 }, (_, index) => chain.block(oldest + index)).filter(
    (block) => block !== undefined,
  );
  const last = blocks.at(-1) ?? chain.head;
  const fees = [...blocks.map(({ baseFee }) => baseFee), nextBaseFee(last.baseFee, last.gasUsed)];
  return {
    oldestBlock: toQuantity(oldest),
    ...(percentiles.length === 0 ? {} : { reward: blocks.map((block) => rewards(block, percentiles)) }),
    baseFeePerGas: fees.map((fee) => toQuantity(fee)),
    blobBaseFeePerGas: fees.map((fee) => toQuantity(blobBaseFee(fee))),
    gasUsedRatio: blocks.map(({ gasUsed }) => Math.min(Number(gasUsed) / gasCounted, 1)),
  };
}

export function blobBaseFee(baseFee: bigint): bigint {
  return baseFee * 8n;
}

function tipsOf({ transactions, baseFee }: KaiaBlock): { tip: bigint; gasUsed: bigint }[] {
  return transactions
    .map(({ transaction, outcome }) => ({
      tip: effectiveGasPrice(transaction, baseFee) - baseFee,
      gasUsed: outcome.gasUsed,
    }))
    .sort((a, b) => Number(a.tip - b.tip));
}

function rewards(block: KaiaBlock, percentiles: readonly number[]): string[] {
  const tips = tipsOf(block);
  return percentiles.map((percentile) => {
    const threshold = (Number(block.gasUsed) * percentile) / 100;
    let sum = 0;
    for (const { tip, gasUsed } of tips) {
      sum += Number(gasUsed);
      if (sum >= threshold) return toQuantity(tip);
    }
    return "0x0";
  });
}

/** `kaia_getRewards`: numbers beyond 2^53, as the node writes them. */
export function rewardsOf({ transactions, baseFee }: KaiaBlock): Record<string, unknown> {
  const totalFee = transactions.reduce(
    (sum, { transaction, outcome }) => sum + effectiveGasPrice(transaction, baseFee) * outcome.gasUsed,
    0n,
  );
  const burntFee = totalFee / 2n;
  const proposer = mintedPerBlock + totalFee - burntFee;
  const others = { stakers: 0, kif: 0, kef: 0 };
  return { minted: mintedPerBlock, totalFee, burntFee, proposer, ...others, rewards: { [rewardBase]: proposer } };
}
