import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { pinBlock } from "../../inspection/simulation/pinned-block.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import { deployNew } from "../deploy.ts";
import { freezeOld } from "../freeze.ts";
import { checkManifest } from "../manifest.ts";
import { mintAll } from "../mint/mint-all.ts";
import type { RunFolder } from "../run-folder.ts";
import type { MigrationSender, OldCollectionAt, Progress, RehearsalResult, StepOptions } from "../types.ts";
import { verifyMigration } from "../verify/verify-migration.ts";
import { openRehearsal } from "./rehearsal-folder.ts";

/** A node of nobody else's, with the old contract's state as it was in the snapshot's block. */
export interface LocalReplica {
  /** With the id of the chain that the plan is for. */
  readonly chain: ChainAdapter;
  /** Accounts with funds; the first one deploys. */
  readonly senders: readonly MigrationSender[];
  readonly old: OldCollectionAt;
  /** Acts as a pauser of the old contract, where there is one. */
  readonly pauser?: MigrationSender;
  close(): Promise<void>;
}

export interface RehearseOptions extends StepOptions {
  /** Opens the node. It is closed when the rehearsal ends, however it ends. */
  readonly openLocal: () => Promise<LocalReplica>;
  /** Leaves the old contract open, as the real run will. */
  readonly keepOpen?: boolean;
}

/**
 * Does the whole run on a local node: freezes, deploys, mints and verifies, in the folder `rehearsal` inside the run's.
 * No other node is sent anything. A rehearsal of the same plan that ended well is not done again.
 *
 * @throws `ERR_MIGRATION_STEP_MISSING`, `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`; what the steps throw.
 */
export async function rehearse(run: RunFolder, options: RehearseOptions): Promise<RehearsalResult> {
  await checkManifest(run);
  const plan = await run.needed("plan");
  const before = await run.read("rehearsal");
  if (before?.verified === true && before.root === plan.root) return before;

  const started = performance.now();
  const { signal, onProgress, keepOpen = false } = options;
  const rehearsal = await openRehearsal(run);
  signal?.throwIfAborted();
  const local = await options.openLocal();
  try {
    const step: StepOptions = {
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined
        ? {}
        : {
            onProgress: (progress: Progress) => {
              onProgress({ ...progress, step: "rehearsal", unit: `${progress.unit} of the ${progress.step}` });
            },
          }),
    };
    const { chain, senders, old, pauser } = local;
    const [sender] = senders;
    if (sender === undefined) throw noSender();
    const { number, hash } = await pinBlock(old.transport);
    const freeze = await freezeOld(rehearsal, old, {
      ...step,
      ...(pauser === undefined ? {} : { sender: pauser }),
      keepOpen: keepOpen || pauser === undefined,
    });
    const deployment = await deployNew(rehearsal, { ...step, chain, sender });
    const mint = await mintAll(rehearsal, { ...step, chain, old, senders });
    const since = { number: String(number), hash };
    const { verified, differences, differenceCount } = await verifyMigration(rehearsal, { ...step, chain, old, since });
    const result: RehearsalResult = {
      step: "rehearsal",
      run: run.run,
      root: plan.root,
      verified,
      transactions: mint.transactions + 1 + (freeze.transaction === null ? 0 : 1),
      gasUsed: String(BigInt(deployment.gasUsed) + BigInt(mint.gasUsed)),
      plannedGas: plan.gas.total,
      seconds: (performance.now() - started) / 1000,
      froze: freeze.state === "paused",
      differences,
      differenceCount,
    };
    await run.write("rehearsal", result);
    return result;
  } finally {
    await local.close();
  }
}

function noSender(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "A rehearsal needs a local node with at least one account to send from. Nothing was sent; give it one.",
  );
}
