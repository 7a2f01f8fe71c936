import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { FeeOffer } from "../../ports/chain-adapter.ts";
import type { ChainProfile } from "../../ports/chain-profile.ts";

/**
 * The least offer that takes the place of `previous` in a node's pool, and is not below `current` in any part.
 *
 * By percent (geth, core/txpool/legacypool/list.go), both parts have to rise by it, and by one base unit at least: so a tip of 0 rises
 * too. By unit (Kaia, blockchain/tx_list.go), the whole has to rise by one, and the tip does not matter.
 */
export function bumped(previous: FeeOffer, current: FeeOffer, replacement: ChainProfile["replacement"]): FeeOffer {
  if (replacement.kind === "unit") {
    const perGas = greater(previous.perGas + 1n, current.perGas);
    return { perGas, tip: lesser(greater(previous.tip, current.tip), perGas) };
  }
  const percent = BigInt(replacement.percent);
  const tip = greater(raised(previous.tip, percent), current.tip);
  // A tip above the whole makes a transaction that no node takes.
  return { perGas: greater(greater(raised(previous.perGas, percent), current.perGas), tip), tip };
}

/**
 * @param ceiling - what a unit of gas may cost at most, in base units.
 * @throws `ERR_CHAIN_FEE_TOO_HIGH` above it.
 */
export function requireAffordable({ perGas }: FeeOffer, ceiling: bigint): void {
  if (perGas <= ceiling) return;
  throw new LatchkeyError(
    "ERR_CHAIN_FEE_TOO_HIGH",
    `A unit of gas would cost up to ${String(perGas)} base units, above the ceiling of ${String(ceiling)}. Nothing was signed; try later, or raise maxFeePerGas.`,
    { context: { offered: perGas, ceiling } },
  );
}

function raised(part: bigint, percent: bigint): bigint {
  return greater((part * (100n + percent) + 99n) / 100n, part + 1n);
}

function greater(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function lesser(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
