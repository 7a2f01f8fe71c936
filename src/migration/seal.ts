import { LatchkeyError } from "../errors/latchkey-error.ts";
import { kip17MigratedAbi } from "../contracts/generated/kip17-migrated-abi.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Intent } from "../ports/intent.ts";
import { estimateGas, headOf, readNew, requireChain } from "./ask-chain.ts";
import { checkContract } from "./check-contract.ts";
import { requireFunds } from "./funds.ts";
import { openJournal } from "./journal.ts";
import type { RunFolder } from "./run-folder.ts";
import { finalReceipt, sendOnce } from "./send-once.ts";
import type { MigrationSender, SealResult, StepOptions } from "./types.ts";

export interface SealOptions extends StepOptions {
  readonly chain: ChainAdapter;
  /** The new contract's owner. */
  readonly sender: MigrationSender;
}

/**
 * Ends the migration: from then on minters mint, and the owner may change URIs: `seal.json`. Not before the new collection was found to be
 * the snapshot, token by token.
 *
 * @throws `ERR_MIGRATION_NOT_VERIFIED` the verification found differences, or ids are not settled; `ERR_MIGRATION_STEP_MISSING`;
 * `ERR_CHAIN_REVERTED` the sender is not the owner; as `deployNew`.
 */
export async function sealNew(run: RunFolder, options: SealOptions): Promise<SealResult> {
  const { chain, sender, onProgress, signal } = options;
  const plan = await run.needed("plan");
  const { address } = await run.needed("deployment");
  const verification = await run.needed("verification");
  requireChain(chain, plan.chainId);
  const existing = await run.read("seal");
  await checkContract(chain, address, run.identity, plan);
  const isSealed = (await readNew(chain, address, "isSealed")) === true;
  if (existing !== undefined && isSealed) return existing;
  const { verified, differenceCount } = verification;
  if (!verified || verification.address.toLowerCase() !== address.toLowerCase())
    throw notVerified(`The verification found ${String(differenceCount)} differences, or was of another contract.`);
  const settled = await readNew(chain, address, "settledCount");
  if (settled !== BigInt(plan.count)) throw notVerified(`${String(settled)} ids of ${String(plan.count)} are settled.`);

  signal?.throwIfAborted();
  const journal = await openJournal(run);
  const key = `kip17:${run.run}:${address}:seal`;
  if (isSealed && journal.last(key) === undefined) return await written(run, chain, null);
  const intent: Intent = { call: { to: address, abi: kip17MigratedAbi, function: "seal" } };
  onProgress?.({ step: "seal", done: 0, total: 1, unit: "transactions" });
  const sent = await sendOnce({
    journal,
    key,
    intent,
    senders: [sender],
    choose: async () => {
      const gas = await estimateGas(chain, intent, sender.address);
      await requireFunds(chain, sender, { offered: 2n * gas, used: 2n * gas });
      return { sender, gasLimit: 2n * gas };
    },
    signal,
  });
  const receipt = await finalReceipt(sent, "The seal", signal);
  onProgress?.({ step: "seal", done: 1, total: 1, unit: "transactions" });
  return await written(run, chain, receipt.hash);
}

async function written(
  run: RunFolder,
  chain: ChainAdapter,
  transaction: SealResult["transaction"],
): Promise<SealResult> {
  const result: SealResult = { step: "seal", run: run.run, transaction, block: await headOf(chain) };
  await run.write("seal", result);
  return result;
}

function notVerified(what: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_NOT_VERIFIED",
    `${what} Nothing was sent; bring in what is missing and verify again.`,
  );
}
