import { describe, expect, it } from "vitest";
import { deep, instant } from "./scene.ts";
import { newScenario, outside, reasonsOf, statesOf } from "./scenario.ts";

// What nodes do to bytes that were sent to them. Budget of the file: 10 s.

describe("an ambiguous time-out", () => {
  it.each(["time-out-taken", "time-out-lost"] as const)(
    "%s: the same bytes again, under the same nonce",
    async (kind) => {
      const scenario = await newScenario(instant);
      const { world, sender } = scenario;
      world.chain.faults.broadcasts.push(kind, kind);
      const [id = ""] = await scenario.send(1);
      await world.pass(3_000);
      await scenario.mineFor(3);
      const { record, attempts } = await scenario.row(id);
      expect(record.state).toBe("final");
      expect(attempts).toHaveLength(1);
      const hashes = world.chain.broadcasts.map(({ hash }) => hash);
      expect(hashes.length).toBeGreaterThanOrEqual(3);
      expect(new Set(hashes)).toEqual(new Set([attempts[0]?.hash]));
      expect(scenario.timesMined(1n)).toBe(1);
      expect(world.node.nonce(sender.key.address)).toBe(1);
    },
  );

  it("that the chain has mined is answered with nonce-too-low, and found by its hash", async () => {
    const scenario = await newScenario(deep);
    const { world } = scenario;
    world.chain.faults.broadcasts.push("time-out-taken");
    const [id = ""] = await scenario.send(1);
    await world.pass(1);
    world.node.mine();
    await world.pass(600);
    expect(reasonsOf(scenario.worker)).toContain("nonce-too-low");
    await scenario.mineFor(5);
    const { record, attempts } = await scenario.row(id);
    expect([record.state, attempts.length, scenario.timesMined(1n)]).toEqual(["final", 1, 1]);
  });
});

describe("gapped transactions", () => {
  it("that the node drops after 5 minutes, and has again after its restart, are mined once each", async () => {
    const scenario = await newScenario({ ...instant, rebroadcastMs: 1_000_000, stuckAfterMs: 1_000_000 });
    const { world, sender } = scenario;
    await scenario.send(3);
    await world.pass(500);
    const [first] = world.node.pool.all();
    if (first === undefined) throw new Error("nothing was sent");
    world.node.drop(first);
    await world.pass(301_000);
    expect(world.node.dropGapped()).toHaveLength(2);
    expect(world.node.pool.size).toBe(0);
    world.node.restart();
    expect(world.node.pool.size).toBe(3);
    await scenario.mineFor(3);
    expect(await statesOf(scenario)).toEqual(["final", "final", "final"]);
    expect([1n, 2n, 3n].map(scenario.timesMined)).toEqual([1, 1, 1]);
    expect(world.node.nonce(sender.key.address)).toBe(3);
  });

  it("that nobody brings back are sent again, the same bytes", async () => {
    const scenario = await newScenario(instant);
    const { world } = scenario;
    await scenario.send(3);
    await world.pass(500);
    for (const transaction of world.node.pool.all()) world.node.drop(transaction);
    await world.pass(6_000);
    await scenario.mineFor(3);
    expect([1n, 2n, 3n].map(scenario.timesMined)).toEqual([1, 1, 1]);
    expect((await world.rows()).map(({ attempts }) => new Set(attempts.map(({ nonce }) => nonce)).size)).toEqual([
      1, 1, 1,
    ]);
  });

  it("that wait behind somebody else's that is gone get the gap filled, with nothing", async () => {
    const scenario = await newScenario(instant);
    const { world, sender } = scenario;
    const theirs = outside(scenario, 0, { perGas: 200n });
    world.node.submit(theirs.raw);
    await scenario.send(1);
    await world.pass(500);
    expect(world.node.pool.of(sender.key.address).map(({ nonce }) => nonce)).toEqual([0, 1]);
    world.node.drop(theirs);
    await scenario.mineFor(12);
    expect(await statesOf(scenario)).toEqual(["final", "final"]);
    expect(scenario.timesMined(1n)).toBe(1);
    expect(world.node.nonce(sender.key.address)).toBe(2);
  });
});

describe("a full pool", () => {
  it("narrows the window to what the node guarantees, and loses nothing", async () => {
    const scenario = await newScenario(instant);
    const { world, sender } = scenario;
    world.node.pool.limit = 0;
    await scenario.send(20);
    let most = 0;
    for (let second = 0; second < 40; second += 1) {
      await world.pass(1_000);
      most = Math.max(most, world.node.pool.of(sender.key.address).length);
      world.node.mine();
    }
    expect(reasonsOf(scenario.worker)).toContain("pool-full");
    expect(most).toBe(instant.inFlightWhenFull);
    expect(new Set(await statesOf(scenario))).toEqual(new Set(["final"]));
    const nonces = (await world.rows()).map(({ attempts }) => attempts[0]?.nonce);
    expect(nonces).toEqual(Array.from({ length: 20 }, (_none, index) => index));
  });
});

describe("a delegated account", () => {
  it("has one transaction in flight", async () => {
    const scenario = await newScenario(instant);
    const { world, sender } = scenario;
    world.node.delegated.add(sender.key.address);
    await scenario.send(4);
    let most = 0;
    for (let second = 0; second < 14; second += 1) {
      await world.pass(1_000);
      most = Math.max(most, world.node.pool.of(sender.key.address).length);
      world.node.mine();
    }
    expect(most).toBe(1);
    expect(await statesOf(scenario)).toEqual(["final", "final", "final", "final"]);
    expect(reasonsOf(scenario.worker)).not.toContain("nonce-gap");
  });

  it("that became one while several were in flight gets all of them on chain, in order", async () => {
    const scenario = await newScenario(instant);
    const { world, sender } = scenario;
    await scenario.send(2);
    await world.pass(100);
    world.node.delegated.add(sender.key.address);
    await scenario.send(3);
    await scenario.mineFor(20);
    expect(new Set(await statesOf(scenario))).toEqual(new Set(["final"]));
    expect([1n, 2n, 3n, 4n, 5n].map(scenario.timesMined)).toEqual([1, 1, 1, 1, 1]);
  });
});
