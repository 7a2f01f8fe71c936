import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { thrownBy } from "../../harness/errors.ts";
import { hexOf, isWiped, openPlace, passTime, type Process, tenant, whileTimePasses } from "./place.ts";

const rows = "SELECT slot, claim, branch_id FROM latchkey_branch_keys";
const unavailable = new LatchkeyError("ERR_KMS_UNAVAILABLE", "scripted");

/** Holds the process's wraps back until `let go`. */
function holdWrap({ wrappingKey }: Process): () => void {
  const held = Promise.withResolvers<undefined>();
  wrappingKey.beforeWrap = () => held.promise;
  return () => {
    held.resolve(undefined);
  };
}

async function isWrapping({ wrappingKey }: Process): Promise<void> {
  await expect.poll(() => wrappingKey.wraps.length).toBe(1);
}

// Time is the manual clock's: nothing here waits for real. Budget of the file: 10 s.
describe("processes that need a branch key at once", () => {
  it("make one: one wraps, the others unwrap", async () => {
    const { clock, sql, start } = await openPlace();
    const [maker, ...others] = [start(), start(), start()];
    const letGo = holdWrap(maker);
    const made = maker.keys.leaseForSealing();
    await isWrapping(maker);
    const waiting = Promise.all(others.map(({ keys }) => keys.leaseForSealing()));
    await passTime(clock, 2_000);
    letGo();
    const leases = [await made, ...(await whileTimePasses(clock, waiting))];
    expect(new Set(leases.map(({ ref }) => ref.branchId)).size).toBe(1);
    expect(new Set(leases.map(({ key }) => hexOf(key))).size).toBe(1);
    expect([maker, ...others].map(({ wrappingKey }) => [wrappingKey.wraps.length, wrappingKey.unwraps.length])).toEqual(
      [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
    );
    expect(sql(rows)).toHaveLength(1);
  });

  it("make one where nobody is first", async () => {
    const { clock, sql, start } = await openPlace();
    const all = Array.from({ length: 5 }, () => start());
    const leases = await whileTimePasses(clock, Promise.all(all.map(({ keys }) => keys.leaseForSealing())));
    expect(new Set(leases.map(({ ref }) => ref.branchId)).size).toBe(1);
    expect(all.reduce((sum, { wrappingKey }) => sum + wrappingKey.wraps.length, 0)).toBe(1);
    expect(sql(rows)).toHaveLength(1);
  });

  it("are held up by one that died for 5 s at most; one of them takes over", async () => {
    const { clock, recorder, store, start } = await openPlace();
    await store.claim(tenant, 0, "of the dead");
    const heirs = [start(), start(), start()];
    const leases = await whileTimePasses(clock, Promise.all(heirs.map(({ keys }) => keys.leaseForSealing())));
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(4_000);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(5_000);
    expect(new Set(leases.map(({ ref }) => ref.branchId)).size).toBe(1);
    expect(heirs.reduce((sum, { wrappingKey }) => sum + wrappingKey.wraps.length, 0)).toBe(1);
    expect(recorder.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("leave a claim alone whose holder has changed, until it has stood as long itself", async () => {
    const { clock, sql, store, start } = await openPlace();
    await store.claim(tenant, 0, "one");
    const { keys, wrappingKey } = start();
    const leased = keys.leaseForSealing();
    await passTime(clock, 3_000);
    sql("UPDATE latchkey_branch_keys SET claim = 'two'");
    await passTime(clock, 3_900);
    expect(wrappingKey.wraps).toHaveLength(0);
    await passTime(clock, 300);
    (await leased).release();
    expect(wrappingKey.wraps).toHaveLength(1);
  });

  it("give up after 20 s of claims that others keep making and leaving", async () => {
    const { clock, sql, store, start } = await openPlace();
    await store.claim(tenant, 0, "0");
    const { keys, wrappingKey } = start();
    const outcome = thrownBy(() => keys.leaseForSealing());
    for (let turn = 1; clock.monotonicMs() < 20_000; turn += 1) {
      sql("UPDATE latchkey_branch_keys SET claim = ?", String(turn));
      await passTime(clock, 2_000);
    }
    await passTime(clock, 100);
    expect(await outcome).toMatchObject({ code: "ERR_VAULT_BRANCH_KEY_BUSY", retryable: true });
    expect(wrappingKey.wraps).toHaveLength(0);
  });

  it("stop waiting for others when they are closed", async () => {
    const { clock, sql, store, start } = await openPlace();
    await store.claim(tenant, 0, "another's");
    const { keys, wrappingKey } = start();
    const outcome = thrownBy(() => keys.leaseForSealing());
    await passTime(clock, 500);
    await whileTimePasses(clock, keys.close());
    expect(await outcome).toMatchObject({ code: "ERR_CLOSED" });
    expect(clock.monotonicMs()).toBeLessThanOrEqual(700);
    expect(wrappingKey.wraps).toHaveLength(0);
    expect(sql(rows)).toMatchObject([{ claim: "another's" }]);
  });
});

describe("a claimant that is slow", () => {
  it("and publishes second loses: its key is wiped, never used, and it goes on with the heir's", async () => {
    const { clock, recorder, sql, start } = await openPlace();
    const [slow, heir] = [start(), start()];
    const letGo = holdWrap(slow);
    const late = slow.keys.leaseForSealing();
    await isWrapping(slow);
    const heirs = await whileTimePasses(clock, heir.keys.leaseForSealing());
    expect(clock.monotonicMs()).toBeLessThanOrEqual(5_000);
    const [own] = slow.wrappingKey.wraps;
    const ownKey = hexOf(own);
    expect(isWiped(own)).toBe(false);
    letGo();
    const lates = await whileTimePasses(clock, late);
    expect(lates.ref).toEqual(heirs.ref);
    expect(hexOf(lates.key)).toBe(hexOf(heirs.key));
    expect(hexOf(lates.key)).not.toBe(ownKey);
    expect(isWiped(own)).toBe(true);
    expect([slow.wrappingKey.wraps.length, slow.wrappingKey.unwraps.length]).toEqual([1, 1]);
    // Each holds the heir's key alone.
    await Promise.all([slow.keys.close(), heir.keys.close()]);
    expect(recorder.total("latchkey_branch_key_evictions_total")).toBe(2);
    expect(sql(rows)).toEqual([{ slot: 0, claim: null, branch_id: heirs.ref.branchId }]);
  });

  it("and publishes first wins: the heir's key is wiped, and the heir goes on with this one", async () => {
    const { clock, sql, start } = await openPlace();
    const [slow, heir] = [start(), start()];
    const [letSlowGo, letHeirGo] = [holdWrap(slow), holdWrap(heir)];
    const late = slow.keys.leaseForSealing();
    await isWrapping(slow);
    const heirs = heir.keys.leaseForSealing();
    await passTime(clock, 4_200);
    await isWrapping(heir);
    letSlowGo();
    const { ref } = await whileTimePasses(clock, late);
    letHeirGo();
    expect((await whileTimePasses(clock, heirs)).ref).toEqual(ref);
    expect(heir.wrappingKey.wraps.map(isWiped)).toEqual([true]);
    expect(sql(rows)).toEqual([{ slot: 0, claim: null, branch_id: ref.branchId }]);
  });

  it("and fails at last does not withdraw the heir's claim", async () => {
    const { clock, sql, start } = await openPlace();
    const [slow, heir] = [start(), start()];
    const fail = Promise.withResolvers<undefined>();
    slow.wrappingKey.beforeWrap = () => fail.promise;
    const late = thrownBy(() => slow.keys.leaseForSealing());
    await isWrapping(slow);
    const letHeirGo = holdWrap(heir);
    const heirs = heir.keys.leaseForSealing();
    await passTime(clock, 4_200);
    await isWrapping(heir);
    fail.reject(unavailable);
    expect(await late).toBe(unavailable);
    expect(sql(rows)).toHaveLength(1);
    letHeirGo();
    const { ref } = await heirs;
    expect(sql(rows)).toMatchObject([{ branch_id: ref.branchId }]);
  });
});

describe("a claimant that fails", () => {
  it("withdraws its claim, so that others need not wait", async () => {
    const { clock, sql, start } = await openPlace();
    const [failing, other] = [start(), start()];
    const fail = Promise.withResolvers<undefined>();
    failing.wrappingKey.beforeWrap = () => fail.promise;
    const outcome = thrownBy(() => failing.keys.leaseForSealing());
    await isWrapping(failing);
    const waiting = other.keys.leaseForSealing();
    await passTime(clock, 1_000);
    fail.reject(unavailable);
    expect(await outcome).toBe(unavailable);
    expect(failing.wrappingKey.wraps.map(isWiped)).toEqual([true]);
    const { ref } = await whileTimePasses(clock, waiting);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(1_200);
    expect(sql(rows)).toEqual([{ slot: 0, claim: null, branch_id: ref.branchId }]);
    expect((await failing.keys.leaseForSealing()).ref).toEqual(ref);
  });

  it("and cannot withdraw says why in the log and throws the first error; others wait the claim out", async () => {
    const { clock, recorder, store, start } = await openPlace();
    const down = new LatchkeyError("ERR_STORE_UNAVAILABLE", "scripted");
    const failing = start({ store: { ...store, withdraw: () => Promise.reject(down) } });
    failing.wrappingKey.beforeWrap = () => Promise.reject(unavailable);
    expect(await thrownBy(() => failing.keys.leaseForSealing())).toBe(unavailable);
    expect(recorder.lines).toMatchObject([{ level: "warn", fields: { slot: 0, code: "ERR_STORE_UNAVAILABLE" } }]);
    await whileTimePasses(clock, start().keys.leaseForSealing());
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(4_000);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(5_000);
  });

  it("to hear that its key was stored leaves the key to be used", async () => {
    const { sql, store, start } = await openPlace();
    const lost = new LatchkeyError("ERR_STORE_UNAVAILABLE", "scripted", { context: { outcome: "unknown" } });
    const { keys, wrappingKey } = start({
      store: {
        ...store,
        publish: async (slot, record) => {
          await store.publish(slot, record);
          throw lost;
        },
      },
    });
    expect(await thrownBy(() => keys.leaseForSealing())).toBe(lost);
    expect(wrappingKey.wraps.map(isWiped)).toEqual([true]);
    const { ref } = await keys.leaseForSealing();
    expect(sql(rows)).toEqual([{ slot: 0, claim: null, branch_id: ref.branchId }]);
    expect([wrappingKey.wraps.length, wrappingKey.unwraps.length]).toEqual([1, 1]);
  });
});
