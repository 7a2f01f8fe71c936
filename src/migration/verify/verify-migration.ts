import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { readManifest } from "../manifest.ts";
import { planBatches } from "../plan/plan-batches.ts";
import type { RunFolder } from "../run-folder.ts";
import type { BlockName, DeploymentResult, OldCollectionAt, StepOptions, VerificationResult } from "../types.ts";
import { checkBalances } from "./balances.ts";
import { checkTokens } from "./check-tokens.ts";
import { checkTokensOfOwners } from "./enumeration-of-owners.ts";
import { checkAllTokens } from "./enumeration.ts";
import { checkExtras } from "./extras.ts";
import { checkFacts } from "./facts.ts";
import { createFindings } from "./findings.ts";
import { openOld } from "./old-since-snapshot.ts";
import { pinCollection, confirmPinned } from "./pin-collection.ts";
import { replayTransfers } from "./replay.ts";
import { createTokenBook } from "./token-book.ts";

export interface VerifyOptions extends StepOptions {
  readonly chain: ChainAdapter;
  readonly old: OldCollectionAt;
  /** Of the new chain; the latest unless told. */
  readonly block?: bigint;
  /** Of a replica of the old contract: the block that stands for the snapshot's. */
  readonly since?: BlockName;
}

/**
 * Compares the new collection with the snapshot, token by token, in one block of the new chain that is the same at the end
 * as at the beginning, and in two ways that do not depend on each other: by the contract's views, and by its logs from its
 * deployment on. Also the old contract, since the snapshot. Nothing is sent. Each call looks anew and writes
 * `verification.json`; what differs is in the result and is no error.
 *
 * A token that its owner sent on, or burned, after it was minted is as it should be; so is one that came in at the door, or
 * that a minter minted after the seal.
 *
 * @throws `ERR_MIGRATION_STEP_MISSING`; `ERR_MIGRATION_FILE_INVALID`, also where manifest and plan give different roots;
 * `ERR_CHAIN_ID_MISMATCH`; `ERR_MIGRATION_NEW_UNSUITABLE` there is no contract; `ERR_CONFIG_INVALID` no such block;
 * `ERR_RPC_*`, also where the block was exchanged meanwhile.
 */
export async function verifyMigration(run: RunFolder, options: VerifyOptions): Promise<VerificationResult> {
  const started = performance.now();
  const { chain, signal } = options;
  const snapshot = await run.needed("snapshot");
  const deployment = await run.needed("deployment");
  await run.needed("mint");
  // All tokens are in memory for as long as this takes, and no longer.
  const { plan } = await planBatches(run);

  const viewed = await pinCollection({
    transport: chain.transport,
    address: deployment.address.toLowerCase(),
    chainId: plan.chainId,
    ...(options.block === undefined ? {} : { block: options.block }),
    signal,
  });
  requirePlanned(deployment, viewed.block.number, viewed.isDeployed);
  const old = await openOld(run, snapshot, viewed, options);
  const findings = createFindings();
  await checkFacts(viewed, plan, snapshot, findings);

  const book = createTokenBook();
  findings.checked("Transfer logs replayed", await replayTransfers(viewed, BigInt(deployment.block.number), book));
  await old.readMoves();
  await checkTokens({
    viewed,
    manifest: old.sampled(readManifest(run)),
    book,
    moves: old.moves,
    comparesWithOld: plan.compareWithOld,
    findings,
    onChecked: (done) => options.onProgress?.({ step: "verification", done, total: plan.count, unit: "tokens" }),
  });
  await checkExtras(viewed, book, findings);
  const supply = (await checkBalances(viewed, book, findings)) ?? BigInt(book.aliveCount());
  await checkAllTokens(viewed, book, plan, supply, findings);
  await checkTokensOfOwners(viewed, book, plan, findings);
  await old.check(findings);
  await confirmPinned(viewed);

  const result: VerificationResult = {
    step: "verification",
    run: run.run,
    address: deployment.address,
    block: { number: String(viewed.block.number), hash: viewed.block.hash },
    oldBlock: old.block,
    tokens: book.aliveCount(),
    owners: [...book.balances().values()].filter((count) => count > 0).length,
    ...findings.result(),
    seconds: (performance.now() - started) / 1000,
  };
  await run.write("verification", result);
  return result;
}

/** @throws `ERR_MIGRATION_NEW_UNSUITABLE`. */
function requirePlanned({ address, block }: DeploymentResult, at: bigint, isDeployed: boolean): void {
  if (isDeployed && at >= BigInt(block.number)) return;
  throw new LatchkeyError(
    "ERR_MIGRATION_NEW_UNSUITABLE",
    `In block ${String(at)} there is no contract at ${address}. Nothing was compared; look at a later block, or at the chain's node.`,
    { context: { address, block: at } },
  );
}
