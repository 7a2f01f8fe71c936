import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet } from "ethers";
import { http } from "../../../src/index.ts";
import { deployNew } from "../../../src/migration/deploy.ts";
import { openRun } from "../../../src/migration/run-folder.ts";
import { planMigration } from "../../../src/migration/plan/plan-migration.ts";
import { sealNew } from "../../../src/migration/seal.ts";
import { takeSnapshot } from "../../../src/migration/snapshot/take-snapshot.ts";
import { openMigrationSenders } from "../../../src/open-migration.ts";
import { writtenSnapshot } from "../../migration/plan/written-snapshot.ts";
import { mainChain, type World } from "./world.ts";

const ether = 10n ** 18n;
const old = { oldChainId: "31337", oldContract: `0x${"0c".repeat(20)}` };
const holder = `0x${"0d".repeat(20)}`;

/** A run whose files, contracts and order are not what they should be. */
export async function breakMigration(world: World, directory: string): Promise<void> {
  const { observed, anvil } = world;
  const place = mkdtempSync(join(directory, "migrations-"));
  const at = (name: string): string => join(place, name);

  const run = await openRun(at("empty"), old);
  await observed.provoke("ERR_MIGRATION_RUN_MISMATCH", "another chain's run", () =>
    openRun(at("empty"), { ...old, oldChainId: "1" }),
  );
  await observed.provoke("ERR_MIGRATION_STEP_MISSING", "no plan", () => run.needed("plan"));
  mkdirSync(at("altered"));
  writeFileSync(join(at("altered"), "run.json"), "{");
  await observed.provoke("ERR_MIGRATION_FILE_INVALID", "an altered run", () => openRun(at("altered"), old));
  writeFileSync(at("file"), "");
  await observed.provoke("ERR_MIGRATION_FILE_FAILED", "a file in the folder's place", () =>
    openRun(join(at("file"), "run"), old),
  );
  const chain = mainChain(world);
  await observed.provoke("ERR_MIGRATION_SOURCE_UNSUITABLE", "no contract", () =>
    takeSnapshot(run, { transport: http(anvil.url), address: old.oldContract }),
  );

  const planned = await writtenSnapshot(at("planned"), old, [{ id: 1n, owner: holder, uri: "ipfs://one" }]);
  const signer = Wallet.createRandom();
  const owner = signer.address;
  await observed.provoke("ERR_MIGRATION_PLAN_IMPOSSIBLE", "another chain's owners", async () => {
    const elsewhere = await writtenSnapshot(at("elsewhere"), { ...old, oldChainId: "1" }, [
      { id: 1n, owner: holder, uri: "" },
    ]);
    return await planMigration(elsewhere, { chain, owner, compareWithOld: true });
  });
  observed.add("object plan", await planMigration(planned, { chain, owner }));
  await anvil.setBalance(signer.address, ether);
  const outbox = await openMigrationSenders({ directory: at("planned"), chain, signers: [signer] });
  try {
    const [sender] = outbox.senders;
    if (sender === undefined) throw new Error("there is no sender");
    const deployment = await deployNew(planned, { chain, sender });
    observed.add("object deployment", deployment, outbox);
    const { address } = deployment;
    const block = deployment.block;
    await planned.write("verification", {
      step: "verification",
      run: planned.run,
      address,
      block,
      oldBlock: block,
      tokens: 1,
      owners: 1,
      verified: false,
      differences: [],
      differenceCount: 1,
      checks: [],
      seconds: 0,
    });
    await observed.provoke("ERR_MIGRATION_NOT_VERIFIED", "a difference", () => sealNew(planned, { chain, sender }));
    await anvil.request("anvil_setCode", address, "0x");
    await observed.provoke("ERR_MIGRATION_NEW_UNSUITABLE", "no code at the new address", () =>
      deployNew(planned, { chain, sender }),
    );
  } finally {
    await outbox.close();
  }
}
