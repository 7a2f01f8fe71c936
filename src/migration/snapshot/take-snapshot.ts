import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { systemClock } from "../../units/clock.ts";
import { tokensOf } from "../manifest.ts";
import type { Patience } from "../read/patience.ts";
import type { RunFolder } from "../run-folder.ts";
import type { OldCollectionAt, SnapshotResult } from "../types.ts";
import { agreedManifest } from "./agreed-manifest.ts";
import type { SnapshotOptions } from "./options.ts";
import { chainIdOf, pinnedFor } from "./pin.ts";
import { pinnedOld, requireCollection } from "./require-collection.ts";
import { storedSnapshot } from "./stored-snapshot.ts";

/**
 * Takes a snapshot of the old collection at one block: `manifest.jsonl` with every id, and `snapshot.json` about it. Nothing is sent.
 * Logs and contract have to agree on every owner, on the balances and on the supply. A snapshot that is there is returned as it is.
 *
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE`; `ERR_CHAIN_ID_MISMATCH`; `ERR_MIGRATION_RUN_MISMATCH` the folder is another collection's, or
 * has a snapshot of another block or with another remap file; `ERR_CONFIG_INVALID`; `ERR_MIGRATION_FILE_INVALID`,
 * `ERR_MIGRATION_FILE_FAILED`; `ERR_RPC_*`, retryable where the block was exchanged.
 */
export async function takeSnapshot(
  run: RunFolder,
  { transport, address }: OldCollectionAt,
  options: SnapshotOptions = {},
): Promise<SnapshotResult> {
  const { signal, clock = systemClock, remap } = options;
  const { oldChainId, oldContract } = run.identity;
  if (parseAddress(address).toLowerCase() !== oldContract) throw otherContract(run);
  const stored = await storedSnapshot(run, options);
  if (stored !== undefined) return stored;

  const started = clock.monotonicMs();
  const patience: Patience = { clock, ...(signal === undefined ? {} : { signal }) };
  const chainId = await chainIdOf(transport, patience);
  if (String(chainId) !== oldChainId) throw otherChain(oldChainId, chainId);
  const { at, ...block } = await pinnedFor(transport, options, patience);
  const old = pinnedOld(transport, oldContract, at, patience);
  const facts = await requireCollection(old);
  const { approvals, withCode, pattern, ...written } = await agreedManifest({ run, old, block, facts, options });
  const result: SnapshotResult = {
    step: "snapshot",
    run: run.run,
    oldChainId,
    oldContract,
    block,
    name: facts.name,
    symbol: facts.symbol,
    ...written,
    remapSha256: remap?.sha256 ?? null,
    pattern: await pattern.count(tokensOf(run, { oldChainId, oldContract, block, manifest: written.manifest })),
    ownersWithCode: withCode.map((owner) => ({ address: owner.address, kind: owner.kind, tokens: owner.tokens })),
    approvals,
    seconds: Math.round(clock.monotonicMs() - started) / 1000,
  };
  await run.write("snapshot", result);
  return result;
}

function otherContract({ identity }: RunFolder): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_RUN_MISMATCH",
    `The folder holds the run of ${identity.oldContract}, which is not the contract given. Nothing was done; take another folder.`,
    { context: { oldContract: identity.oldContract } },
  );
}

function otherChain(configured: string, served: bigint): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_ID_MISMATCH",
    `The run is of chain ${configured}, but the node serves chain ${String(served)}. Nothing was written or sent.`,
    { context: { configured, served } },
  );
}
