import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, quantity } from "../../chains/ethereum/quantity.ts";
import { commitBatches } from "../../contracts/commitment.ts";
import { holeOwner } from "../../contracts/given-tokens.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import { estimateGas, gasPriceNow } from "../ask-chain.ts";
import { checkManifest } from "../manifest.ts";
import { deploymentIntent } from "../new-contract.ts";
import { orderTokens, type OrderedTokens } from "../order.ts";
import type { RunFolder } from "../run-folder.ts";
import type { BatchLimits, PlannedBatch, PlanResult, SnapshotResult, StepOptions } from "../types.ts";
import { checkPlan } from "./check-plan.ts";
import { cutBatches } from "./cut-batches.ts";
import { feesAt, secondsFor } from "./estimate-run.ts";
import { leftBehind } from "./left-behind.ts";
import { limitsFor } from "./limits.ts";
import { cutAsPlanned, tokensOf } from "./plan-batches.ts";
import { impossible, invalidPlan } from "./refusals.ts";
import { chooseWindow } from "./window.ts";

export interface PlanOptions extends StepOptions {
  /** Where the new collection is to be. */
  readonly chain: ChainAdapter;
  /** Becomes the new contract's owner, minter and pauser, and is who seals. */
  readonly owner: string;
  /** In place of what the chain's profile allows. */
  readonly limits?: Partial<BatchLimits>;
  /** How many accounts will mint; for the time that it takes. Default 1. */
  readonly senders?: number;
  /** Whether the new contract asks the old one for each owner as it mints. Both have to be on one chain. Default false. */
  readonly compareWithOld?: boolean;
  /** Whether the old contract is to be paused for good. Default: as it is now. */
  readonly willFreeze?: boolean;
  /** Default: the old collection's. */
  readonly name?: string;
  readonly symbol?: string;
}

/**
 * Cuts the snapshot's tokens into transactions and commits to them: `plan.json`. Nothing is sent. A plan that is there and is of the same
 * snapshot and options stays as it is.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE`; `ERR_MIGRATION_STEP_MISSING`, `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`;
 * `ERR_CHAIN_ID_MISMATCH`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_CONFIG_INVALID`, `ERR_CHAIN_REVERTED`, `ERR_RPC_*`.
 */
export async function planMigration(run: RunFolder, options: PlanOptions): Promise<PlanResult> {
  const { chain, compareWithOld = false, willFreeze = false, senders = 1, onProgress, signal } = options;
  if (!Number.isSafeInteger(senders) || senders < 1) throw invalidPlan("senders is a whole number from 1");
  const snapshot = await run.needed("snapshot");
  const owner = parseAddress(options.owner).toLowerCase();
  if (owner === holeOwner) throw invalidPlan("the zero address cannot own the new contract");
  const [audit, freeze] = [await run.read("audit"), await run.read("freeze")];
  checkPlan({ snapshot, audit, freeze, chainId: chain.chainId, compareWithOld, willFreeze });
  const limits = limitsFor(chain.profile, options.limits);
  const asked = {
    snapshotRoot: snapshot.root,
    chainId: String(chain.chainId),
    owner,
    name: options.name ?? snapshot.name,
    symbol: options.symbol ?? snapshot.symbol,
    compareWithOld,
    limits: {
      gas: String(limits.gas),
      computation: limits.computation === undefined ? null : String(limits.computation),
      bytes: limits.bytes,
    },
    senders,
  };
  const existing = await run.read("plan");
  if (existing !== undefined && isSame(existing, asked)) return existing;
  if (existing !== undefined && (await run.read("deployment")) !== undefined)
    throw impossible("The new contract is deployed with another plan already; what it committed to cannot change.");

  await checkManifest(run);
  const tokens = await tokensOf(run);
  signal?.throwIfAborted();
  const pattern = snapshot.pattern;
  const ordered = orderTokens(tokens, pattern);
  const window = chooseWindow([...ordered.packed, ...ordered.withUri]);
  const ownerOfGas = compareWithOld ? await gasOfOwnerOf(run, chain, ordered) : undefined;
  const batches = cutBatches(ordered, limits, { pattern, window, ownerOfGas });
  const { root, count } = commitBatches({
    oldChainId: Number(run.identity.oldChainId),
    oldContract: run.identity.oldContract,
    batches: cutAsPlanned({ batches, count: tokens.length }, ordered),
  });
  onProgress?.({ step: "plan", done: tokens.length, total: tokens.length, unit: "tokens" });

  const contract = {
    ...asked,
    root,
    count,
    baseURI: pattern?.base ?? "",
    uriSuffix: pattern?.suffix ?? "",
    windowStart: String(window.start),
    windowSize: String(window.size),
  };
  const deploy = await gasToDeploy(run, chain, contract);
  const result = planResult(run, snapshot, contract, batches, deploy, {
    perGas: await gasPriceNow(chain),
    seconds: secondsFor(chain.profile, batches, senders, await blockGas(chain)),
  });
  await run.write("plan", result);
  return result;
}

type Contract = Omit<PlanResult, "step" | "run" | "batches" | "gas" | "fees" | "seconds" | "leftBehind">;

function planResult(
  { run }: RunFolder,
  snapshot: SnapshotResult,
  contract: Contract,
  batches: readonly PlannedBatch[],
  deploy: bigint,
  { perGas, seconds }: { readonly perGas: bigint; readonly seconds: number },
): PlanResult {
  const mint = batches.reduce((sum, { gas }) => sum + BigInt(gas), 0n);
  const { snapshotRoot, root, count, chainId, owner, name, symbol, compareWithOld, baseURI, uriSuffix } = contract;
  const { windowStart, windowSize, limits, senders } = contract;
  return {
    step: "plan",
    run,
    ...{ snapshotRoot, root, count, chainId, owner, name, symbol, compareWithOld, baseURI, uriSuffix },
    ...{ windowStart, windowSize, limits, batches },
    gas: { deploy: String(deploy), mint: String(mint), total: String(deploy + mint) },
    fees: feesAt(deploy + mint, perGas),
    seconds,
    senders,
    leftBehind: leftBehind(snapshot, owner),
  };
}

/** A result that holds all that was asked for, whatever the fee is by now. */
function isSame(plan: PlanResult, asked: Partial<PlanResult>): boolean {
  return Object.entries(asked).every(
    ([name, value]) => JSON.stringify(Reflect.get(plan, name)) === JSON.stringify(value),
  );
}

/**
 * Whatever limits were asked for batches, the deployment cannot be cut.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE` more than a transaction of the chain may have.
 */
async function gasToDeploy({ identity }: RunFolder, chain: ChainAdapter, contract: Contract): Promise<bigint> {
  const gas = await estimateGas(chain, await deploymentIntent(identity, contract), contract.owner);
  if (gas <= limitsFor(chain.profile).gas) return gas;
  throw impossible(`The deployment takes ${String(gas)} gas, more than a transaction of this chain may have.`, { gas });
}

/** By the node, for a token that exists: what it takes beside a transaction's own gas. */
async function gasOfOwnerOf({ identity }: RunFolder, chain: ChainAdapter, ordered: OrderedTokens): Promise<number> {
  const token = [...ordered.packed, ...ordered.withUri].find(({ owner }) => owner !== "hole" && owner !== "door");
  if (token === undefined) return 0;
  const abi = ["function ownerOf(uint256 id) view returns (address)"];
  const call = { to: identity.oldContract, abi, function: "ownerOf", args: [token.id] };
  const gas = await estimateGas(chain, { call }, token.owner);
  return Number(gas) - 21_000;
}

async function blockGas(chain: ChainAdapter): Promise<bigint> {
  const block = await chain.transport.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
  if (!isRecord(block)) throw badResponse("latest block");
  return quantity(block["gasLimit"], "block gas limit");
}
