import { describe, expect, it } from "vitest";
import { decodeBuckets } from "../../../src/transactions/policy/counter.ts";
import type { PolicyTables } from "../../../src/transactions/policy/schema.ts";
import { limitWindowMs, instant } from "./scene.ts";
import { newScenario, outside, statesOf } from "./scenario.ts";

// What the policy says while something else happens. Budget of the file: 5 s.

const rule = { name: "limit", limit: { value: 100n, windowMs: limitWindowMs, per: "user" } } as const;

describe("the policy", () => {
  it.each([0, 100, 250, 400, 550, 700, 900, 1_200, 1_600])(
    "counts nothing of what was cancelled after %d ms, while it was being signed",
    async (ms) => {
      const scenario = await newScenario(instant);
      const { world, worker } = scenario;
      await world.policy.setRules("tenant", [rule]);
      await scenario.send(1);
      await scenario.mineFor(2);
      worker.life.latencyMs = 200;
      const sending = scenario.send(1);
      await world.pass(1_300 + ms);
      const [id = ""] = await sending;
      const cancelling = worker.outbox.get(id).then((handle) => handle?.cancel());
      void cancelling.catch(() => undefined);
      await scenario.mineFor(12);
      const states = await statesOf(scenario);
      const counters = await world.store.database.reader
        .$extendTables<PolicyTables>()
        .selectFrom("latchkey_limits")
        .selectAll()
        .execute();
      const counted = counters.flatMap(({ used }) => [...decodeBuckets(used).values()]);
      const sum = counted.reduce((total, { amount }) => total + amount, 0n);
      expect(sum).toBe(states[1] === "final" ? 3n : 1n);
      expect(["final", "cancelled"]).toContain(states[1]);
    },
  );

  it("has a frozen wallet sign nothing, not even to fill a gap, to replace or to cancel", async () => {
    const scenario = await newScenario(instant);
    const { world, sender, worker } = scenario;
    const theirs = outside(scenario, 0, { perGas: 200n });
    world.node.submit(theirs.raw);
    const [id = ""] = await scenario.send(1);
    await world.pass(500);
    expect(world.signatures).toHaveLength(1);
    await world.policy.freeze(sender.subject, "a test");
    world.node.drop(theirs);
    world.node.baseFee = 1_000n;
    await (await worker.outbox.get(id))?.cancel();
    await scenario.mineFor(40);
    expect(world.signatures).toHaveLength(1);
    await world.policy.unfreeze(sender.subject);
    world.node.baseFee = 100n;
    await scenario.mineFor(40);
    expect(await statesOf(scenario)).toEqual(["cancelled", "final"]);
    expect(scenario.timesMined(1n)).toBe(0);
  });
});
