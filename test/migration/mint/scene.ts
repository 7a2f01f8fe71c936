import { onTestFinished } from "vitest";
import { Wallet } from "ethers";
import { evm } from "../../../src/chains/evm/index.ts";
import { deployNew } from "../../../src/migration/deploy.ts";
import { planMigration, type PlanOptions } from "../../../src/migration/plan/plan-migration.ts";
import type { RunFolder } from "../../../src/migration/run-folder.ts";
import type { DeploymentResult, MigrationSender, SnapshotResult } from "../../../src/migration/types.ts";
import { openMigrationSenders } from "../../../src/open-migration.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { http } from "../../../src/rpc/http.ts";
import type { Anvil } from "../../harness/anvil.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import type { OldCollection } from "../harness/old-collection.ts";
import { writtenSnapshot } from "../plan/written-snapshot.ts";

export interface MintScene {
  readonly run: RunFolder;
  readonly chain: ChainAdapter;
  readonly old: OldCollection;
  readonly senders: readonly MigrationSender[];
  readonly deployment: DeploymentResult;
}

export interface SceneOptions {
  readonly plan?: Partial<PlanOptions>;
  readonly snapshot?: Partial<SnapshotResult>;
  /** How many accounts send; each has 1,000 ether. */
  readonly senders?: number;
}

export function chainOf(anvil: Anvil): ChainAdapter {
  return evm({ name: "anvil", chainId: anvil.chainId, transport: http({ url: anvil.url, maxBatch: 500 }) });
}

/** A key of the test's own, with money on the node. */
async function fundedWallet(anvil: Anvil): Promise<Wallet> {
  const wallet = new Wallet(Wallet.createRandom().privateKey);
  await anvil.setBalance(wallet.address, 10n ** 21n);
  return wallet;
}

/** Snapshot and plan of an old collection, with senders over an outbox in the run's folder. */
export async function plannedScene(
  anvil: Anvil,
  old: OldCollection,
  { plan = {}, snapshot, senders: count = 1 }: SceneOptions = {},
): Promise<Omit<MintScene, "deployment">> {
  const directory = temporaryDirectory();
  const chain = chainOf(anvil);
  const identity = { oldChainId: String(anvil.chainId), oldContract: old.address };
  const holes = old.burned.map((id) => ({ id, owner: "hole", uri: "" }));
  const run = await writtenSnapshot(directory, identity, [...old.tokens, ...holes], snapshot);
  const signers = await Promise.all(Array.from({ length: count }, () => fundedWallet(anvil)));
  await planMigration(run, { chain, owner: signers[0]?.address ?? "", senders: count, ...plan });
  const opened = await openMigrationSenders({ directory, chain, signers });
  onTestFinished(() => opened.close());
  return { run, chain, old, senders: opened.senders };
}

/** As `plannedScene`, with the new contract deployed. */
export async function deployedScene(anvil: Anvil, old: OldCollection, options: SceneOptions = {}): Promise<MintScene> {
  const scene = await plannedScene(anvil, old, options);
  const [sender] = scene.senders;
  if (sender === undefined) throw new Error("No sender.");
  return { ...scene, deployment: await deployNew(scene.run, { chain: scene.chain, sender }) };
}
