import type { ChainProfile } from "../../ports/chain-profile.ts";
import { invalidPlan } from "./refusals.ts";
import type { BatchLimits } from "../types.ts";

/** What nodes of most kinds take as one transaction: geth's txMaxSize, and Kaia's. */
const transactionBytes = 128 * 1024;

/** https://eips.ethereum.org/EIPS/eip-7825 */
const ethereumGas = 2n ** 24n;

const kaiaLimits: BatchLimits = { gas: 500_000_000n, computation: 150_000_000n, bytes: transactionBytes };
const ethereumLimits: BatchLimits = { gas: ethereumGas, bytes: transactionBytes };

const byProfile: Readonly<Record<string, BatchLimits>> = {
  kaia: kaiaLimits,
  kairos: kaiaLimits,
  ethereum: ethereumLimits,
};

/** A percent of each stays free: what is counted here is an estimate, and a fee payer's signature is not counted. */
const margin = 100n;

/**
 * What a transaction of this chain may be, less a percent. A chain of which nothing is known is taken for as narrow as Ethereum.
 *
 * @param asked - taken as they are, in place of the chain's.
 * @throws `ERR_CONFIG_INVALID` a limit that is no such number.
 */
export function limitsFor({ name }: Pick<ChainProfile, "name">, asked: Partial<BatchLimits> = {}): BatchLimits {
  const { gas, computation, bytes } = byProfile[name] ?? ethereumLimits;
  const cost = asked.computation ?? (computation === undefined ? undefined : lessMargin(computation));
  const limits = {
    gas: asked.gas ?? lessMargin(gas),
    ...(cost === undefined ? {} : { computation: cost }),
    bytes: asked.bytes ?? Number(lessMargin(BigInt(bytes))),
  };
  requireLimits(limits);
  return limits;
}

function lessMargin(limit: bigint): bigint {
  return limit - limit / margin;
}

function requireLimits({ gas, computation, bytes }: BatchLimits): void {
  if (typeof gas !== "bigint" || gas < 1n) throw invalidPlan("limits.gas is a bigint from 1");
  if (computation !== undefined && (typeof computation !== "bigint" || computation < 1n))
    throw invalidPlan("limits.computation is a bigint from 1");
  if (!Number.isSafeInteger(bytes) || bytes < 1) throw invalidPlan("limits.bytes is a whole number from 1");
}
