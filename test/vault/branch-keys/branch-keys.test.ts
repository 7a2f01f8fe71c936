import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { envelopesPerBranchKey } from "../../../src/store/branch-keys.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { open } from "../../../src/vault/envelope/open.ts";
import { seal } from "../../../src/vault/envelope/seal.ts";
import { expectOpenFailed, expectOpenFails, thrownBy } from "../../harness/errors.ts";
import { hexOf, isWiped, limits, openPlace, type Place } from "./place.ts";

const rows = "SELECT slot, claim, branch_id, reserved FROM latchkey_branch_keys ORDER BY slot";
const reserve = "UPDATE latchkey_branch_keys SET reserved = ? WHERE slot = ?";
const owner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
const unavailable = new LatchkeyError("ERR_KMS_UNAVAILABLE", "scripted");

/** Makes the first branch key, as an earlier process would have, and returns its name. */
async function firstKey(place: Place) {
  const { keys } = place.start();
  const lease = await keys.leaseForSealing();
  lease.release();
  await keys.close();
  return lease.ref;
}

// Budget of the file: 10 s.
describe("BranchKeys", () => {
  it("makes one key with one call for 1,000 callers at once, and another process opens it with one", async () => {
    const place = await openPlace();
    const first = place.start();
    const leases = await Promise.all(Array.from({ length: 1000 }, () => first.keys.leaseForSealing()));
    expect([first.wrappingKey.wraps.length, first.wrappingKey.unwraps.length]).toEqual([1, 0]);
    const [lease] = leases;
    expect(new Set(leases.map(({ ref }) => ref.branchId)).size).toBe(1);
    expect(new Set(leases.map(({ key }) => key)).size).toBe(1);
    expect(place.sql(rows)).toEqual([{ slot: 0, claim: null, branch_id: lease?.ref.branchId, reserved: 1024 }]);

    const second = place.start();
    const opened = await Promise.all(leases.map(({ ref }) => second.keys.leaseForOpening(ref)));
    expect([second.wrappingKey.wraps.length, second.wrappingKey.unwraps.length]).toEqual([0, 1]);
    expect(hexOf(opened[0]?.key)).toBe(hexOf(lease?.key));
  });

  it("opens the next slot when a key has its 2^20 envelopes, and the full one still opens", async () => {
    const place = await openPlace();
    const full = await firstKey(place);
    place.sql(reserve, envelopesPerBranchKey - 1024, 0);
    const { keys, wrappingKey } = place.start();
    const refs: string[] = [];
    for (let at = 0; at < 1025; at += 1) {
      const lease = await keys.leaseForSealing();
      lease.release();
      refs.push(lease.ref.branchId);
    }
    expect(refs.lastIndexOf(full.branchId)).toBe(1023);
    expect(place.sql(rows)).toEqual([
      { slot: 0, claim: null, branch_id: full.branchId, reserved: envelopesPerBranchKey },
      { slot: 1, claim: null, branch_id: refs[1024], reserved: 1024 },
    ]);
    (await keys.leaseForOpening(full)).release();
    expect([wrappingKey.wraps.length, wrappingKey.unwraps.length]).toEqual([1, 1]);
  });

  it("opens no next slot where the last key cannot be opened", async () => {
    const place = await openPlace();
    await firstKey(place);
    place.sql(reserve, envelopesPerBranchKey, 0);
    const stranger = place.start({ rootKey: randomBytes(32) });
    expectOpenFailed(await thrownBy(() => stranger.keys.leaseForSealing()));
    const cutOff = place.start();
    cutOff.wrappingKey.beforeUnwrap = () => Promise.reject(unavailable);
    expect(await thrownBy(() => cutOff.keys.leaseForSealing())).toBe(unavailable);
    expect([...stranger.wrappingKey.wraps, ...cutOff.wrappingKey.wraps]).toHaveLength(0);
    expect(place.sql(rows)).toHaveLength(1);
  });

  it("loses no more than one reservation to a crash", async () => {
    const place = await openPlace();
    for (let crash = 0; crash < 2; crash += 1) (await place.start().keys.leaseForSealing()).release();
    expect(place.sql(rows)).toMatchObject([{ reserved: 2048 }]);
  });

  it("loses no more than one reservation to an outage of the wrapping key, however many ask", async () => {
    const place = await openPlace();
    await firstKey(place);
    const { keys, wrappingKey } = place.start();
    wrappingKey.beforeUnwrap = () => Promise.reject(unavailable);
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await Promise.allSettled(Array.from({ length: 1024 }, () => keys.leaseForSealing()));
      expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    }
    expect(place.sql(rows)).toMatchObject([{ reserved: 2048 }]);
    wrappingKey.beforeUnwrap = () => Promise.resolve();
    for (let at = 0; at < 1024; at += 1) (await keys.leaseForSealing()).release();
    expect(place.sql(rows)).toMatchObject([{ reserved: 2048 }]);
    (await keys.leaseForSealing()).release();
    expect(place.sql(rows)).toMatchObject([{ reserved: 3072 }]);
  });

  it.each([0, 31, 33])("takes no key of %i bytes from the wrapping key, and wipes it", async (length) => {
    const place = await openPlace();
    const ref = await firstKey(place);
    const { keys, wrappingKey } = place.start();
    wrappingKey.answer = () => new Uint8Array(length).fill(7);
    expectOpenFailed(await thrownBy(() => keys.leaseForOpening(ref)));
    expect(wrappingKey.unwraps.map(isWiped)).toEqual([true]);
  });

  it("opens nothing of another tenant's, and nothing that is not there, without asking the wrapping key", async () => {
    const place = await openPlace();
    const ref = await firstKey(place);
    const { keys, wrappingKey } = place.start();
    for (const other of [{ tenant: "Tenant" }, { branchId: randomUUID() }, { version: 2 }]) {
      expectOpenFailed(await thrownBy(() => keys.leaseForOpening({ ...ref, ...other })));
    }
    // Where another tenant's key is in memory already.
    (await keys.leaseForOpening(ref)).release();
    expectOpenFailed(await thrownBy(() => keys.leaseForOpening({ ...ref, tenant: "another" })));
    expect(wrappingKey.unwraps).toHaveLength(1);
  });

  it("has no database transaction open while the wrapping key is asked", async () => {
    const place = await openPlace();
    const seen: number[] = [];
    const watch = (): Promise<void> => {
      seen.push(place.openTransactions());
      return Promise.resolve();
    };
    const [maker, opener] = [place.start(), place.start()];
    for (const { wrappingKey } of [maker, opener])
      Object.assign(wrappingKey, { beforeWrap: watch, beforeUnwrap: watch });
    await Promise.all(Array.from({ length: 64 }, () => maker.keys.leaseForSealing()));
    place.sql(reserve, envelopesPerBranchKey, 0);
    await Promise.all(Array.from({ length: 64 }, () => opener.keys.leaseForSealing()));
    expect(seen).toEqual([0, 0, 0]);
  });

  it("asks the wrapping key once again when a key's time is over, however many ask", async () => {
    const place = await openPlace();
    const ref = await firstKey(place);
    const { keys, wrappingKey } = place.start();
    const openMany = async (): Promise<void> => {
      const leases = await Promise.all(Array.from({ length: 200 }, () => keys.leaseForOpening(ref)));
      for (const lease of leases) lease.release();
    };
    await openMany();
    await place.clock.advance(limits.ttlMs - 1);
    await openMany();
    expect(wrappingKey.unwraps).toHaveLength(1);
    await place.clock.advance(1);
    await openMany();
    expect(wrappingKey.unwraps.map(isWiped)).toEqual([true, false]);
  });
});

describe("BranchKeys keep nothing", () => {
  it("of a key whose time is over: its buffers are zero, and it opens nothing", async () => {
    const place = await openPlace();
    const { keys, wrappingKey } = place.start();
    const lease = await keys.leaseForSealing();
    const envelope = await seal(Buffer.from("secret"), owner, lease.ref, lease.key);
    expect(open(envelope, owner, lease.ref, lease.key).toString()).toBe("secret");
    // What was wrapped is wiped at once: the lease's key is the cache's own copy.
    expect(wrappingKey.wraps.map(isWiped)).toEqual([true]);
    expect(isWiped(lease.key)).toBe(false);
    lease.release();
    await place.clock.advance(limits.ttlMs);
    expect(isWiped(lease.key)).toBe(true);
    expectOpenFails(() => open(envelope, owner, lease.ref, lease.key));

    const again = await keys.leaseForOpening(lease.ref);
    expect(again.key).toBe(wrappingKey.unwraps[0]);
    expect(open(envelope, owner, again.ref, again.key).toString()).toBe("secret");
    again.release();
    await keys.close();
    expect(wrappingKey.unwraps.map(isWiped)).toEqual([true]);
    expectOpenFails(() => open(envelope, owner, again.ref, again.key));
  });

  it("after close, which waits for a key that is being made; the key stays for others", async () => {
    const place = await openPlace();
    const { keys, wrappingKey } = place.start();
    const held = Promise.withResolvers<undefined>();
    wrappingKey.beforeWrap = () => held.promise;
    const outcome = thrownBy(() => keys.leaseForSealing());
    await expect.poll(() => wrappingKey.wraps.length).toBe(1);
    const state = { closed: false };
    const closing = keys.close().then(() => (state.closed = true));
    await place.clock.advance(1000);
    expect(state.closed).toBe(false);
    expect(isWiped(wrappingKey.wraps[0])).toBe(false);
    held.resolve(undefined);
    await closing;
    expect(await outcome).toMatchObject({ code: "ERR_CLOSED" });
    expect(wrappingKey.wraps.map(isWiped)).toEqual([true]);
    expect(place.recorder.total("latchkey_branch_key_evictions_total", { reason: "close" })).toBe(1);

    const next = place.start();
    (await next.keys.leaseForSealing()).release();
    expect([next.wrappingKey.wraps.length, next.wrappingKey.unwraps.length]).toEqual([0, 1]);
  });

  it("after close refuse at once: nothing is claimed, and the wrapping key is not asked", async () => {
    const place = await openPlace();
    const ref = await firstKey(place);
    place.sql("DELETE FROM latchkey_branch_keys");
    const { keys, wrappingKey } = place.start();
    await keys.close();
    await keys.close();
    expect(await thrownBy(() => keys.leaseForSealing())).toMatchObject({ code: "ERR_CLOSED" });
    expect(await thrownBy(() => keys.leaseForOpening(ref))).toMatchObject({ code: "ERR_CLOSED" });
    expect([...wrappingKey.wraps, ...wrappingKey.unwraps]).toHaveLength(0);
    expect(place.sql(rows)).toHaveLength(0);
  });
});
