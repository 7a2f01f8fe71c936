import { describe, expect, it } from "vitest";
import { deep, instant } from "./scene.ts";
import { newScenario, outside, reasonsOf, statesOf } from "./scenario.ts";

// Others with the same key, and nodes that lie or are behind. Budget of the file: 10 s.

describe("a cheap Cancel from outside", () => {
  it("displaces a transaction only once it is in a block that stays; then it is sent once more, under a new nonce", async () => {
    const scenario = await newScenario({ ...instant, finality: { kind: "depth", blocks: 4 } });
    const { world } = scenario;
    const [id = ""] = await scenario.send(1);
    await world.pass(500);
    const cancel = outside(scenario, 0, { isCancel: true, perGas: 101n });
    expect(world.node.submit(cancel.raw)).toBe("taken");
    await scenario.mineFor(3);
    // Its nonce is used, and not for good.
    expect((await scenario.row(id)).attempts.map(({ nonce, isDead }) => [nonce, isDead])).toEqual([[0, false]]);
    await scenario.mineFor(12);
    const { record, attempts } = await scenario.row(id);
    expect(record.state).toBe("final");
    expect(attempts.map(({ nonce, isDead }) => [nonce, isDead])).toEqual([
      [0, true],
      [1, false],
    ]);
    expect(scenario.timesMined(1n)).toBe(1);
  });

  it("that leaves the chain again gives the nonce back to the same bytes", async () => {
    const scenario = await newScenario({ ...instant, finality: { kind: "depth", blocks: 4 } });
    const { world } = scenario;
    const [id = ""] = await scenario.send(1);
    await world.pass(500);
    world.node.mine(0, [outside(scenario, 0)]);
    await scenario.mineFor(1);
    world.node.reorganise(2, "dropped");
    await scenario.mineFor(12);
    const { record, attempts } = await scenario.row(id);
    expect([record.state, attempts.map(({ nonce }) => nonce)]).toEqual(["final", [0]]);
  });
});

describe("a node that is behind", () => {
  it("whose receipts lag behind its counts displaces nothing: no double payment", async () => {
    const scenario = await newScenario(instant);
    const { world } = scenario;
    world.chain.faults.receiptLag = 5;
    const [id = ""] = await scenario.send(1);
    await scenario.mineFor(4);
    expect((await scenario.row(id)).attempts.map(({ isDead }) => isDead)).toEqual([false]);
    await scenario.mineFor(8);
    expect((await scenario.row(id)).record.state).toBe("final");
    expect([scenario.timesMined(1n), (await scenario.row(id)).attempts.length]).toEqual([1, 1]);
  });

  it("whose height falls undoes nothing", async () => {
    const scenario = await newScenario(deep);
    const { world } = scenario;
    const [id = ""] = await scenario.send(1);
    await world.pass(500);
    await scenario.mineFor(2);
    expect((await scenario.row(id)).record.state).toBe("mined");
    world.chain.faults.lag = 2;
    await world.pass(10_000);
    const { record, attempts, mined } = await scenario.row(id);
    expect([record.state, attempts.length, mined?.receipt.blockNumber]).toEqual(["mined", 1, 1n]);
    world.chain.faults.lag = 0;
    await scenario.mineFor(4);
    expect(await statesOf(scenario)).toEqual(["final"]);
  });

  it("does not get fillers for nonces that are on chain already", async () => {
    const scenario = await newScenario(deep);
    const { world } = scenario;
    await scenario.send(1);
    await scenario.mineFor(2);
    await scenario.send(1);
    world.chain.faults.lag = 3;
    await world.pass(20_000);
    world.chain.faults.lag = 0;
    await scenario.mineFor(8);
    expect(await statesOf(scenario)).toEqual(["final", "final"]);
    const used = world.signatures.map(({ digest }) => world.chain.digests.get(digest));
    expect(used.filter((fields) => fields?.nonce === 0)).toHaveLength(1);
  });
});

describe("a node that lies", () => {
  it.each([{ nonce: 5_000 }, { pendingNonce: 5_000 }])("about the nonce %o: nothing is signed with it", async (lie) => {
    const scenario = await newScenario(instant);
    const { world } = scenario;
    await scenario.send(1);
    await scenario.mineFor(2);
    const before = world.signatures.length;
    Object.assign(world.chain.faults, lie);
    const [id = ""] = await scenario.send(1);
    await world.pass(15_000);
    expect(world.signatures).toHaveLength(before);
    expect((await scenario.row(id)).record).toMatchObject({
      state: "queued",
      trouble: { code: "ERR_TRANSACTION_NONCE_IMPLAUSIBLE" },
    });
    expect(reasonsOf(scenario.worker)).toContain("ERR_TRANSACTION_NONCE_IMPLAUSIBLE");
    Object.assign(world.chain.faults, { nonce: undefined, pendingNonce: undefined });
    await scenario.mineFor(20);
    expect(await statesOf(scenario)).toEqual(["final", "final"]);
  });

  it("about the fee: it is held, and reported", async () => {
    const scenario = await newScenario(instant);
    const { world } = scenario;
    world.chain.faults.baseFee = 10n ** 15n;
    const [id = ""] = await scenario.send(1);
    await world.pass(15_000);
    expect(world.signatures).toHaveLength(0);
    expect((await scenario.row(id)).record).toMatchObject({
      state: "queued",
      trouble: { code: "ERR_CHAIN_FEE_TOO_HIGH" },
    });
    expect(reasonsOf(scenario.worker)).toContain("ERR_CHAIN_FEE_TOO_HIGH");
    world.chain.faults.baseFee = undefined;
    await scenario.mineFor(20);
    expect(await statesOf(scenario)).toEqual(["final"]);
  });

  it("about a receipt: it is refused and reported, and nothing changes", async () => {
    const scenario = await newScenario(instant);
    const { world } = scenario;
    world.chain.faults.sendsOtherReceipts = true;
    const [id = ""] = await scenario.send(1);
    await scenario.mineFor(6);
    const { record, mined } = await scenario.row(id);
    expect([record.state, mined]).toEqual(["broadcast", null]);
    expect(reasonsOf(scenario.worker)).toContain("ERR_RPC_BAD_RESPONSE");
    world.chain.faults.sendsOtherReceipts = false;
    await scenario.mineFor(20);
    expect([await statesOf(scenario), scenario.timesMined(1n)]).toEqual([["final"], 1]);
  });
});
