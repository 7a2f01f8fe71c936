import type { FeeOffer, Speed } from "../../ports/chain-adapter.ts";
import { requireAffordable } from "../ethereum/fees.ts";
import type { KaiaNode } from "./node.ts";

/**
 * What to offer now.
 *
 * @param isKaiaTyped - Kaia's own types pay all that they offer; Ethereum's type 2 pays base fee and tip.
 * @param ceiling - kei a unit of gas.
 * @throws `ERR_CHAIN_FEE_TOO_HIGH`; `ERR_RPC_*`.
 */
export async function offerNow(node: KaiaNode, isKaiaTyped: boolean, speed: Speed, ceiling: bigint): Promise<FeeOffer> {
  const offer = isKaiaTyped ? await offerAll(node, speed) : await offerCap(node, speed);
  requireAffordable(offer, ceiling);
  return offer;
}

/** All of it is paid, so a thin margin: the base fee rises by a twentieth a block at most. */
async function offerAll(node: KaiaNode, speed: Speed): Promise<FeeOffer> {
  if (speed === "slow") return { perGas: percentOf(await node.baseFee(), 105n), tip: 0n };
  const [suggested, baseFee] = await Promise.all([node.gasPrice(), node.baseFee()]);
  // A node that suggests less than it takes would only refuse. Its suggestion is a tenth above the base fee, which lasts two blocks.
  const least = speed === "fast" ? percentOf(baseFee, 125n) : baseFee;
  return { perGas: suggested > least ? suggested : least, tip: 0n };
}

/** Twice the base fee, of which what it is then is paid, and a tip that decides who comes first while blocks are full. */
async function offerCap(node: KaiaNode, speed: Speed): Promise<FeeOffer> {
  if (speed === "slow") return { perGas: 2n * (await node.baseFee()), tip: 0n };
  const [baseFee, suggested] = await Promise.all([node.baseFee(), node.tip()]);
  const tip = speed === "fast" ? percentOf(suggested, 150n) : suggested;
  return { perGas: 2n * baseFee + tip, tip };
}

function percentOf(amount: bigint, percent: bigint): bigint {
  return (amount * percent + 99n) / 100n;
}
