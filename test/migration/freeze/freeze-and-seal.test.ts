import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNew } from "../../../src/migration/ask-chain.ts";
import { freezeOld } from "../../../src/migration/freeze.ts";
import { mintAll } from "../../../src/migration/mint/mint-all.ts";
import type { RunFolder } from "../../../src/migration/run-folder.ts";
import { sealNew } from "../../../src/migration/seal.ts";
import type { VerificationResult } from "../../../src/migration/types.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { failureOf } from "../failure-of.ts";
import { deployOld } from "../harness/old-collection.ts";
import { deployedScene, plannedScene } from "../mint/scene.ts";

// Budget: 8 s: one node.

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());

function audited(run: RunFolder, answers: Readonly<Record<string, string>>): void {
  const list = Object.entries(answers).map(([id, answer]) => ({
    ...{ id, answer, question: "?", evidence: "", severity: "none", list: [], method: "eth_call with code overrides" },
  }));
  const { oldContract, oldChainId } = run.identity;
  const block = { number: "1", hash: `0x${"b1".repeat(32)}` };
  const report = { address: oldContract, chainId: oldChainId, block, answers: list };
  writeFileSync(
    join(run.directory, "audit.json"),
    JSON.stringify({ step: "audit", run: run.run, report, warnings: [] }),
  );
}

describe("freezeOld", { timeout: 30_000 }, () => {
  it("pauses, once, and says what stays open", async () => {
    const old = await deployOld(anvil, { version: "1.9", tokens: 3 });
    const { run, senders } = await plannedScene(anvil, old);
    const [sender] = senders;
    if (sender === undefined) throw new Error("No sender.");
    expect(await failureOf(freezeOld(run, old, { sender }))).toMatchObject({
      code: "ERR_MIGRATION_SOURCE_UNSUITABLE",
      context: { reason: "pauser" },
    });
    await old.call(old.deployer, "addPauser", sender.address);
    audited(run, { "pause.stops.transferFrom": "yes", "pause.stops.mint": "no", "pause.stops.burn": "cannot tell" });
    const result = await freezeOld(run, old, { sender });
    expect(result.state).toBe("paused");
    expect(result.transaction).toMatch(/^0x[0-9a-f]{64}$/);
    const said = result.staysOpen.join(" ");
    expect(said).toContain("mint is not stopped");
    expect(said).toContain("Whether burn is stopped");
    expect(said).not.toContain("transferFrom");
    expect(await freezeOld(run, old, { sender })).toEqual(result);
    // Somebody ended the pause: it is paused again, by another transaction.
    await old.call(old.deployer, "unpause");
    const again = await freezeOld(run, old, { sender });
    expect(again.state).toBe("paused");
    expect(again.transaction).not.toBe(result.transaction);
  });

  it("leaves it open where that was asked for, and says so", async () => {
    const old = await deployOld(anvil, { tokens: 3 });
    const { run, senders } = await plannedScene(anvil, old);
    const [sender] = senders;
    const result = await freezeOld(run, old, { keepOpen: true, ...(sender === undefined ? {} : { sender }) });
    expect(result).toMatchObject({ state: "open", transaction: null });
    expect(result.staysOpen.join(" ")).toContain("not paused");
    expect(result.staysOpen.join(" ")).toContain("not audited");
  });

  it("refuses to shut the way to the door", async () => {
    const old = await deployOld(anvil, { tokens: 3 });
    const { run } = await plannedScene(anvil, {
      ...old,
      tokens: old.tokens.map((each) => ({ ...each, owner: "door" })),
    });
    const sender = { address: old.deployer, getBalance: () => Promise.reject(new Error("unused")), send: neverSent };
    expect(await failureOf(freezeOld(run, old, { sender }))).toMatchObject({ code: "ERR_MIGRATION_PLAN_IMPOSSIBLE" });
  });
});

const neverSent = (): Promise<never> => Promise.reject(new Error("It was sent."));

function verified(run: RunFolder, address: string, isVerified: boolean): VerificationResult {
  const block = { number: "1", hash: `0x${"b1".repeat(32)}` } as const;
  return {
    ...{
      step: "verification",
      run: run.run,
      address,
      block,
      oldBlock: block,
      tokens: 3,
      owners: 3,
      verified: isVerified,
    },
    ...{ differences: [], differenceCount: isVerified ? 0 : 2, checks: [], seconds: 1 },
  };
}

describe("sealNew", { timeout: 30_000 }, () => {
  it("seals what was verified, is complete, and is the sender's; once", async () => {
    const old = await deployOld(anvil, { tokens: 3 });
    const { run, chain, senders, deployment } = await deployedScene(anvil, old, { senders: 2 });
    const [sender, other] = senders;
    if (sender === undefined || other === undefined) throw new Error("No sender.");
    expect(await failureOf(sealNew(run, { chain, sender }))).toMatchObject({ code: "ERR_MIGRATION_STEP_MISSING" });
    await run.write("verification", verified(run, deployment.address, true));
    expect(await failureOf(sealNew(run, { chain, sender }))).toMatchObject({ code: "ERR_MIGRATION_NOT_VERIFIED" });
    await mintAll(run, { chain, old, senders });
    await run.write("verification", verified(run, deployment.address, false));
    expect(await failureOf(sealNew(run, { chain, sender }))).toMatchObject({ code: "ERR_MIGRATION_NOT_VERIFIED" });
    await run.write("verification", verified(run, old.address, true));
    expect(await failureOf(sealNew(run, { chain, sender }))).toMatchObject({ code: "ERR_MIGRATION_NOT_VERIFIED" });
    await run.write("verification", verified(run, deployment.address, true));
    expect(await failureOf(sealNew(run, { chain, sender: other }))).toMatchObject({ code: "ERR_CHAIN_REVERTED" });
    const result = await sealNew(run, { chain, sender });
    expect(result.transaction).toMatch(/^0x[0-9a-f]{64}$/);
    expect(await readNew(chain, deployment.address, "isSealed")).toBe(true);
    expect(await sealNew(run, { chain, sender })).toEqual(result);
  });
});
