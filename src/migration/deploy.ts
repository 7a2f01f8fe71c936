import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import { estimateGas, readNew, requireChain } from "./ask-chain.ts";
import { checkContract, unsuitable } from "./check-contract.ts";
import { requireFunds } from "./funds.ts";
import { openJournal } from "./journal.ts";
import { deploymentIntent } from "./new-contract.ts";
import { planBatches } from "./plan/plan-batches.ts";
import type { RunFolder } from "./run-folder.ts";
import { finalReceipt, senderOf, sendOnce } from "./send-once.ts";
import type { DeploymentResult, MigrationSender, StepOptions } from "./types.ts";

export interface DeployOptions extends StepOptions {
  readonly chain: ChainAdapter;
  /** Pays. It gets no role by that: the plan says who owns the contract. */
  readonly sender: MigrationSender;
}

/**
 * Deploys the new contract with the plan's commitment, once, and compares what is there with the plan: `deployment.json`. After a crash the
 * same call goes on with the same transaction.
 *
 * @throws `ERR_CHAIN_INSUFFICIENT_FUNDS`, `ERR_CHAIN_ID_MISMATCH` before anything is sent; `ERR_MIGRATION_STEP_MISSING`,
 * `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`; `ERR_MIGRATION_NEW_UNSUITABLE`; `ERR_CHAIN_REVERTED`; `ERR_RPC_*`; what the
 * sender throws.
 */
export async function deployNew(run: RunFolder, options: DeployOptions): Promise<DeploymentResult> {
  const { chain, sender, onProgress, signal } = options;
  const existing = await run.read("deployment");
  const { plan } = await planBatches(run);
  requireChain(chain, plan.chainId);
  if (existing !== undefined) {
    if (existing.root !== plan.root)
      throw unsuitable(existing.address, "was deployed with another root than the plan's");
    await checkContract(chain, existing.address, run.identity, plan);
    return existing;
  }
  signal?.throwIfAborted();
  const intent = await deploymentIntent(run.identity, plan);
  onProgress?.({ step: "deployment", done: 0, total: 1, unit: "contracts" });
  const journal = await openJournal(run);
  const key = `kip17:${run.run}:deploy:${plan.root}`;
  const before = journal.last(key);
  if (before !== undefined && senderOf([sender], before) === undefined) throw otherSender(before.sender);
  const sent = await sendOnce({
    journal,
    key,
    intent,
    senders: [sender],
    choose: async () => {
      const gas = await estimateGas(chain, intent, sender.address);
      const limit = gas + gas / 10n;
      await requireFunds(chain, sender, { offered: limit, used: limit });
      return { sender, gasLimit: limit };
    },
    signal,
  });
  const receipt = await finalReceipt(sent, "The deployment", signal);
  const address = receipt.contractAddress?.toLowerCase();
  if (address === undefined) throw notThere(receipt.hash);
  await checkContract(chain, address, run.identity, plan);
  const owner = String(await readNew(chain, address, "owner")).toLowerCase();
  if (owner !== plan.owner) throw unsuitable(address, "has another owner than the plan's");
  const result: DeploymentResult = {
    step: "deployment",
    run: run.run,
    address,
    transaction: receipt.hash,
    block: { number: String(receipt.blockNumber), hash: receipt.blockHash },
    gasUsed: String(receipt.gasUsed),
    fee: String(receipt.fee),
    root: plan.root,
    deployer: sent.sender.address.toLowerCase(),
  };
  await run.write("deployment", result);
  onProgress?.({ step: "deployment", done: 1, total: 1, unit: "contracts" });
  return result;
}

/** Its transaction may be on the way: another sender's would be a second contract. */
function otherSender(address: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `The deployment was handed to ${address} before, and may be on its way. Nothing was sent; deploy with that account again.`,
    { context: { address } },
  );
}

function notThere(hash: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_NEW_UNSUITABLE",
    "The deployment's transaction made no contract. Nothing else was sent; look at the transaction.",
    { context: { hash } },
  );
}
