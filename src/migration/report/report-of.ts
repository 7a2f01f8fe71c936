import {
  type DeploymentResult,
  type FreezeResult,
  type MintResult,
  type PlanResult,
  type RehearsalResult,
  type ReportedTransaction,
  type ReportResult,
  type SealResult,
  type SnapshotResult,
  steps,
  type VerificationResult,
} from "../types.ts";
import { holdersMust } from "./holders-must.ts";
import type { OwnerTally } from "./tally-owners.ts";

/** What a run has come to: each step's result, where there is one. */
export interface StoredResults {
  readonly run: string;
  readonly identity: { readonly oldChainId: string; readonly oldContract: string };
  readonly audit?: unknown;
  readonly snapshot?: SnapshotResult | undefined;
  readonly plan?: PlanResult | undefined;
  readonly rehearsal?: RehearsalResult | undefined;
  readonly freeze?: FreezeResult | undefined;
  readonly deployment?: DeploymentResult | undefined;
  readonly mint?: MintResult | undefined;
  readonly verification?: VerificationResult | undefined;
  readonly seal?: SealResult | undefined;
}

/** All that is known of a run, as plain data: of a part of the steps where the others have not been done. */
export function reportOf(results: StoredResults, tally: OwnerTally | undefined): ReportResult {
  const { run, identity, snapshot, plan, freeze, deployment, verification } = results;
  const sent = sentBy(results);
  return {
    step: "report",
    run,
    name: plan?.name ?? snapshot?.name ?? null,
    symbol: plan?.symbol ?? snapshot?.symbol ?? null,
    ...identity,
    newChainId: plan?.chainId ?? null,
    newContract: deployment?.address ?? null,
    tokens: snapshot?.tokens ?? null,
    owners: snapshot?.owners ?? null,
    holes: snapshot?.holes ?? null,
    door: snapshot?.door ?? null,
    root: deployment?.root ?? plan?.root ?? null,
    snapshotRoot: snapshot?.root ?? null,
    block: snapshot?.block ?? null,
    verifiedAt: verification?.block ?? null,
    transactions: sent.length,
    gasUsed: String(sumOf(sent.map(({ gasUsed }) => gasUsed))),
    fees: String(sumOf(sent.map(({ fee }) => fee))),
    verified: verification?.verified ?? false,
    differences: verification?.differences ?? [],
    differenceCount: verification?.differenceCount ?? 0,
    batches: batchesOf(plan, results.mint),
    sent,
    topOwners: tally?.topOwners ?? [],
    distribution: tally?.distribution ?? [],
    ownersWithCode: snapshot?.ownersWithCode ?? [],
    whatStaysOpen: freeze?.staysOpen ?? [],
    leftBehind: plan?.leftBehind ?? [],
    holdersMust: holdersMust(snapshot, deployment),
    missingSteps: steps.filter((step) => step !== "report" && results[step] === undefined),
  };
}

function sentBy({ freeze, deployment, mint, seal }: StoredResults): readonly ReportedTransaction[] {
  const unknown = { batch: null, gasUsed: null, fee: null };
  const sent: ReportedTransaction[] = [];
  if (typeof freeze?.transaction === "string")
    sent.push({ ...unknown, what: "freeze", hash: freeze.transaction, block: freeze.block.number });
  if (deployment !== undefined) {
    const { transaction: hash, block, gasUsed, fee } = deployment;
    sent.push({ what: "deploy", batch: null, hash, block: block.number, gasUsed, fee });
  }
  for (const { index, transaction, block, gasUsed, fee } of mint?.batches ?? [])
    if (transaction !== null) sent.push({ what: "mint", batch: index, hash: transaction, block, gasUsed, fee });
  if (typeof seal?.transaction === "string")
    sent.push({ ...unknown, what: "seal", hash: seal.transaction, block: seal.block.number });
  return sent;
}

function batchesOf(plan: PlanResult | undefined, mint: MintResult | undefined): ReportResult["batches"] {
  const done = new Map(mint?.batches.map((batch) => [batch.index, batch]));
  return (plan?.batches ?? []).map((batch) => {
    const { transaction = null, block = null, gasUsed = null, fee = null } = done.get(batch.index) ?? {};
    return { ...batch, transaction, block, gasUsed, fee };
  });
}

function sumOf(amounts: readonly (string | null)[]): bigint {
  return amounts.reduce((sum, amount) => sum + BigInt(amount ?? 0), 0n);
}
