import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readNew } from "../../../src/migration/ask-chain.ts";
import { batchIntent } from "../../../src/migration/new-contract.ts";
import { planBatches } from "../../../src/migration/plan/plan-batches.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { failureOf } from "../failure-of.ts";
import { mintAll, type MintOptions } from "../../../src/migration/mint/mint-all.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { deployOld, type OldCollection, sendAs } from "../harness/old-collection.ts";
import { deployedScene } from "./scene.ts";

// Budget: 15 s: collections of 60 tokens on one node.

let anvil: Anvil;
let old: OldCollection;
beforeAll(async () => {
  anvil = await startAnvil({ args: ["--gas-limit", "500000000", "--hardfork", "prague"] });
  old = await deployOld(anvil, { tokens: 60, owners: 17, burned: 3, uriOf: (id) => `ipfs://one/${String(id * id)}` });
});
afterAll(() => anvil.stop());

const small = { gas: 2_000_000n };

describe("mintAll", { timeout: 60_000 }, () => {
  it("brings all tokens in, by several senders", async () => {
    const { run, chain, senders, deployment } = await deployedScene(anvil, old, {
      plan: { limits: small },
      senders: 3,
    });
    const result = await mintAll(run, { chain, old, senders });
    const plan = await run.needed("plan");
    expect(result.batches.map(({ index }) => index)).toEqual(plan.batches.map(({ index }) => index));
    expect(result.transactions).toBe(plan.batches.length);
    for (const { id, owner, uri } of old.tokens) {
      expect(String(await readNew(chain, deployment.address, "ownerOf", [id])).toLowerCase()).toBe(owner);
      expect(await readNew(chain, deployment.address, "tokenURI", [id])).toBe(uri);
    }
    expect(await readNew(chain, deployment.address, "totalSupply")).toBe(60n);
    for (const id of old.burned) expect(await readNew(chain, deployment.address, "isReserved", [id])).toBe(true);
  });

  it("does nothing twice, and takes up what an earlier process sent", async () => {
    const { run, chain, senders } = await deployedScene(anvil, old, { plan: { limits: small }, senders: 2 });
    const first = await mintAll(run, { chain, old, senders });
    const before = await height();
    expect(await mintAll(run, { chain, old, senders })).toEqual(first);
    rmSync(join(run.directory, "mint.json"));
    expect((await mintAll(run, { chain, old, senders })).batches).toEqual(first.batches);
    // Without its journal it knows by the chain alone that nothing is left to be done.
    rmSync(join(run.directory, "mint.json"));
    rmSync(join(run.directory, "sends.jsonl"));
    expect(await mintAll(run, { chain, old, senders })).toMatchObject({ transactions: 0 });
    expect(await height()).toBe(before);
  });

  it("sends a batch of which strangers brought a part in, and not one that they brought in whole", async () => {
    const { run, chain, senders, deployment } = await deployedScene(anvil, old, { plan: { limits: small } });
    const { batches } = await planBatches(run);
    const [whole, part] = batches;
    if (whole === undefined || part === undefined) throw new Error("Too few batches.");
    await byStranger(chain, batchIntent(deployment.address, whole));
    const [first] = part.tokens;
    if (first === undefined) throw new Error("An empty batch.");
    const proof = (await planBatches(run)).proofOf(first.id);
    await byStranger(chain, batchIntent(deployment.address, { kind: part.kind, tokens: [first], proof }));
    const result = await mintAll(run, { chain, old, senders });
    expect(result.batches[0]).toEqual({ index: 0, transaction: null, block: null, gasUsed: "0", fee: "0" });
    expect(result.transactions).toBe(batches.length - 1);
    expect(await readNew(chain, deployment.address, "settledCount")).toBe(63n);
  });

  it("stops before it sends a batch with a token that has moved, unless that is allowed", async () => {
    const moving = await deployOld(anvil, { tokens: 5, owners: 5, uriOf: (id) => `ipfs://m/${String(id)}` });
    const { run, chain, senders, deployment } = await deployedScene(anvil, moving);
    const { id, owner } = moving.tokens[1] ?? { id: 0n, owner: "" };
    await moving.call(owner, "transferFrom", owner, `0x${"77".repeat(20)}`, id);
    const failure = await failureOf(mintAll(run, { chain, old: moving, senders }));
    expect(failure).toMatchObject({
      code: "ERR_MIGRATION_SOURCE_UNSUITABLE",
      context: { reason: "moved", ids: String(id), count: 1 },
    });
    expect(await readNew(chain, deployment.address, "settledCount")).toBe(0n);
    await mintAll(run, { chain, old: moving, senders, allowMoved: true });
    expect(String(await readNew(chain, deployment.address, "ownerOf", [id])).toLowerCase()).toBe(owner);
  });

  it("lets the contract decide what has moved, where it compares", async () => {
    const moving = await deployOld(anvil, { version: "1.9", tokens: 5, owners: 5 });
    const { run, chain, senders, deployment } = await deployedScene(anvil, moving, { plan: { compareWithOld: true } });
    const { id, owner } = moving.tokens[1] ?? { id: 0n, owner: "" };
    await moving.call(owner, "transferFrom", owner, `0x${"77".repeat(20)}`, id);
    await mintAll(run, { chain, old: moving, senders });
    expect(await readNew(chain, deployment.address, "isReserved", [id])).toBe(true);
    expect(await readNew(chain, deployment.address, "totalSupply")).toBe(4n);
  });

  it("refuses before it sends: no senders, no money, the wrong old chain, a batch that takes more than planned", async () => {
    const { run, chain, senders, deployment } = await deployedScene(anvil, old, {
      plan: { limits: small },
      senders: 2,
    });
    const failing = async (code: string, options: Partial<MintOptions>): Promise<void> => {
      expect(await failureOf(mintAll(run, { chain, old, senders, ...options }))).toMatchObject({ code });
    };
    await failing("ERR_CONFIG_INVALID", { senders: [] });
    await failing("ERR_CHAIN_ID_MISMATCH", { old: { ...old, address: deployment.address } });
    const poor = senders[1]?.address ?? "";
    await anvil.setBalance(poor, 5n);
    await failing("ERR_CHAIN_INSUFFICIENT_FUNDS", {});
    await anvil.setBalance(poor, 10n ** 21n);
    const plan = await run.needed("plan");
    await run.write("plan", { ...plan, batches: plan.batches.map((batch) => ({ ...batch, gas: "300000" })) });
    await failing("ERR_MIGRATION_PLAN_IMPOSSIBLE", {});
    expect(await readNew(chain, deployment.address, "settledCount")).toBe(0n);
  });
});

const height = async (): Promise<number> => Number(await anvil.request("eth_blockNumber"));

async function byStranger(chain: ChainAdapter, intent: Intent): Promise<void> {
  const { to, data } = await chain.encode(intent);
  await sendAs(anvil, `0x${"57".repeat(20)}`, String(to), data);
}
