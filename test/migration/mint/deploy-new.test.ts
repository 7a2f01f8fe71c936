import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNew } from "../../../src/migration/ask-chain.ts";
import { deployNew } from "../../../src/migration/deploy.ts";
import { evm } from "../../../src/chains/evm/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { failureOf } from "../failure-of.ts";
import { deployOld, type OldCollection } from "../harness/old-collection.ts";
import { plannedScene } from "./scene.ts";

// Budget: 6 s: one node.

let anvil: Anvil;
let old: OldCollection;
beforeAll(async () => {
  anvil = await startAnvil();
  old = await deployOld(anvil, { tokens: 10 });
});
afterAll(() => anvil.stop());

const height = async (): Promise<number> => Number(await anvil.request("eth_blockNumber"));

describe("deployNew", { timeout: 30_000 }, () => {
  it("deploys what the plan says, and once", async () => {
    const { run, chain, senders } = await plannedScene(anvil, old, { senders: 2 });
    const [sender, other] = senders;
    if (sender === undefined || other === undefined) throw new Error("No sender.");
    const plan = await run.needed("plan");
    const first = await deployNew(run, { chain, sender });
    expect(await readNew(chain, first.address, "root")).toBe(plan.root);
    expect(await readNew(chain, first.address, "owner")).toBe(sender.address);
    const before = await height();
    expect(await deployNew(run, { chain, sender: other })).toEqual(first);
    // As after a kill between the block and the file.
    rmSync(join(run.directory, "deployment.json"));
    expect(await failureOf(deployNew(run, { chain, sender: other }))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(await deployNew(run, { chain, sender })).toEqual(first);
    expect(await height()).toBe(before);
  });

  it("refuses a signer without money before it sends anything, and says what is missing", async () => {
    const { run, chain, senders } = await plannedScene(anvil, old);
    const [sender] = senders;
    if (sender === undefined) throw new Error("No sender.");
    await anvil.setBalance(sender.address, 1_000n);
    const before = await height();
    const failure = await failureOf(deployNew(run, { chain, sender }));
    expect(failure).toMatchObject({ code: "ERR_CHAIN_INSUFFICIENT_FUNDS", context: { balance: 1_000n } });
    expect(await height()).toBe(before);
    await anvil.setBalance(sender.address, 10n ** 21n);
    expect(await deployNew(run, { chain, sender })).toMatchObject({ step: "deployment" });
  });

  it("refuses another chain than the plan's, and a node that serves another", async () => {
    const { run, chain, senders } = await plannedScene(anvil, old);
    const [sender] = senders;
    if (sender === undefined) throw new Error("No sender.");
    const elsewhere = evm({ name: "anvil", chainId: 5, transport: http(anvil.url) });
    expect(await failureOf(deployNew(run, { chain: elsewhere, sender }))).toMatchObject({
      code: "ERR_CHAIN_ID_MISMATCH",
    });
    const plan = await run.needed("plan");
    await run.write("plan", { ...plan, chainId: "5" });
    expect(await failureOf(deployNew(run, { chain: elsewhere, sender }))).toMatchObject({
      code: "ERR_CHAIN_ID_MISMATCH",
    });
    expect(chain.chainId).toBe(31_337);
  });

  it("refuses a result of another contract, and a journal of another run", async () => {
    const { run, chain, senders } = await plannedScene(anvil, old);
    const [sender] = senders;
    if (sender === undefined) throw new Error("No sender.");
    const entry = { key: "kip17:another:deploy:0x", attempt: 1, sender: sender.address.toLowerCase(), gasLimit: null };
    writeFileSync(join(run.directory, "sends.jsonl"), `${JSON.stringify(entry)}\n`);
    expect(await failureOf(deployNew(run, { chain, sender }))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    // The end of a line that a crash cut short is nothing that was sent.
    writeFileSync(join(run.directory, "sends.jsonl"), `{"key":"kip17:`);
    const deployment = await deployNew(run, { chain, sender });
    await run.write("deployment", { ...deployment, address: old.address });
    expect(await failureOf(deployNew(run, { chain, sender }))).toMatchObject({ code: "ERR_MIGRATION_NEW_UNSUITABLE" });
  });
});
