import { describe, expect, it } from "vitest";
import { deep, instant } from "./scene.ts";
import { newScenario, receiver, statesOf } from "./scenario.ts";
import { timing } from "./world.ts";

// Fees that rise, blocks that leave, workers that die. Budget of the file: 10 s.

describe("what is stuck", () => {
  it.each([deep, instant])("is offered more for on $name, up to the ceiling, and then held", async (profile) => {
    const scenario = await newScenario(profile);
    const { world } = scenario;
    const [id = ""] = await scenario.send(1, { feeCeiling: 1_000n });
    await world.pass(500);
    world.node.baseFee = 450n;
    await scenario.mineFor(0);
    await world.pass(12_000);
    world.node.baseFee = 5_000n;
    await world.pass(60_000);
    const held = await scenario.row(id);
    const offers = held.attempts.map(({ fee }) => fee.perGas);
    expect(offers.length).toBeGreaterThan(1);
    expect(offers).toEqual([...offers].sort((one, other) => Number(one - other)));
    expect(offers.every((offer) => offer <= 1_000n)).toBe(true);
    expect(held.record.state).toBe("broadcast");
    world.node.baseFee = 400n;
    await scenario.mineFor(8);
    const { record, mined, attempts } = await scenario.row(id);
    expect([record.state, scenario.timesMined(1n)]).toEqual(["final", 1]);
    expect(mined?.receipt.hash).toBe(attempts.find(({ number }) => number === mined?.attempt)?.hash);
  });

  it("is found whichever attempt was mined", async () => {
    const scenario = await newScenario(deep);
    const { world } = scenario;
    const [id = ""] = await scenario.send(1);
    await world.pass(500);
    const [first] = world.node.pool.all();
    world.node.baseFee = 450n;
    await world.pass(12_000);
    expect((await scenario.row(id)).attempts.length).toBeGreaterThan(1);
    // Another node's block has the first one.
    world.node.baseFee = 100n;
    if (first !== undefined) world.node.mine(0, [first]);
    await scenario.mineFor(6);
    const { record, mined } = await scenario.row(id);
    expect([record.state, mined?.attempt, scenario.timesMined(1n)]).toEqual(["final", 1, 1]);
  });
});

describe("a reorganisation", () => {
  it.each(["dropped", "back-to-pool"] as const)("has the same bytes mined again (%s)", async (fate) => {
    const scenario = await newScenario(deep);
    const { world } = scenario;
    const [id = ""] = await scenario.send(1);
    await world.pass(500);
    await scenario.mineFor(2);
    expect((await scenario.row(id)).record.state).toBe("mined");
    world.node.reorganise(2, fate);
    await world.pass(3_000);
    expect((await scenario.row(id)).record.state).toBe("broadcast");
    await scenario.mineFor(8);
    const { record, attempts } = await scenario.row(id);
    expect([record.state, attempts.length, scenario.timesMined(1n)]).toEqual(["final", 1, 1]);
  });
});

describe("two workers", () => {
  it("take over from a dead one within the time after which it counts as dead", async () => {
    const scenario = await newScenario(instant);
    const { world, worker, sender } = scenario;
    world.open();
    const [, other] = world.instances;
    await scenario.send(2);
    await world.pass(2_000);
    const holder = (await world.senderRow(sender))?.lease_worker;
    expect(holder).not.toBeNull();
    worker.life.kill();
    const late = other?.outbox.send(sender, { transfer: { to: receiver, value: 50n } });
    await world.pass(timing.deadAfterMs + timing.beatMs + 2 * timing.scanMs);
    await late;
    expect((await world.senderRow(sender))?.lease_worker).not.toBe(holder);
    await scenario.mineFor(4);
    expect(await statesOf(scenario)).toEqual(["final", "final", "final"]);
    expect([1n, 2n, 50n].map(scenario.timesMined)).toEqual([1, 1, 1]);
  });

  it("leave a living one its senders", async () => {
    const scenario = await newScenario(instant);
    const { world, sender } = scenario;
    await scenario.send(1);
    const before = await world.senderRow(sender);
    world.open();
    await world.pass(30_000);
    expect(await world.senderRow(sender)).toMatchObject({ lease_worker: before?.lease_worker, epoch: before?.epoch });
  });

  it.each([0, 1, 2, 3, 5, 8, 13])("a stalled one that wakes up writes nothing (after %d more calls)", async (doors) => {
    const scenario = await newScenario(instant);
    const { world, worker } = scenario;
    worker.life.stallAfter(doors);
    const sending = worker.outbox.send(scenario.sender, { transfer: { to: receiver, value: 77n } });
    await world.pass(300);
    const other = world.open();
    await scenario.mineFor(20);
    const repeated = other.outbox.send(scenario.sender, { transfer: { to: receiver, value: 78n } });
    await scenario.mineFor(4);
    await repeated;
    const before = await world.rows();
    const reservations = await world.senderRow(scenario.sender);
    worker.life.wake();
    await world.pass(900);
    // What it had not stored before it stood still may be stored now; what the other did is as it was.
    const after = (await world.rows()).filter(({ record }) => before.some((row) => row.record.id === record.id));
    expect(after).toEqual(before);
    expect(await world.senderRow(scenario.sender)).toMatchObject({ epoch: reservations?.epoch });
    await sending;
    await scenario.mineFor(12);
    expect(new Set(await statesOf(scenario))).toEqual(new Set(["final"]));
    expect([77n, 78n].map(scenario.timesMined)).toEqual([1, 1]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14])(
    "one that stood still while it offered more writes no attempt afterwards (after %d more calls)",
    async (doors) => {
      const scenario = await newScenario(instant);
      const { world, worker } = scenario;
      await scenario.send(1);
      await world.pass(4_000);
      world.node.baseFee = 450n;
      await world.pass(800);
      worker.life.stallAfter(doors);
      await world.pass(2_500);
      expect(worker.life.isStalled).toBe(true);
      world.node.baseFee = 100n;
      world.open();
      await world.pass(12_000);
      const before = await world.rows();
      worker.life.wake();
      await world.pass(900);
      expect(await world.rows()).toEqual(before);
      await scenario.mineFor(4);
      expect([await statesOf(scenario), scenario.timesMined(1n)]).toEqual([["final"], 1]);
    },
  );
});
