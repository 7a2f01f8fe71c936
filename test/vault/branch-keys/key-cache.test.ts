import { describe, expect, it } from "vitest";
import { defaultKeyCacheLimits, KeyCache, type KeyCacheLimits } from "../../../src/vault/branch-keys/key-cache.ts";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { createVault } from "../../../src/vault/vault.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { createRecorder } from "../../harness/recorder.ts";
import { openPlace, tenant } from "./place.ts";
import { ScriptedKey } from "./scripted-key.ts";

const evictions = "latchkey_branch_key_evictions_total";

function setUp(limits: Partial<KeyCacheLimits> = {}) {
  const clock = new ManualClock();
  const recorder = createRecorder();
  const cache = new KeyCache({ ttlMs: 1000, uses: 10, capacity: 3, ...limits }, clock, recorder.meter);
  const fetched: Uint8Array[] = [];
  const fetch = (): Promise<Uint8Array> => {
    const key = new Uint8Array(32).fill((fetched.length % 255) + 1);
    fetched.push(key);
    return Promise.resolve(key);
  };
  return { cache, clock, recorder, fetched, fetch };
}

function isWiped(key: Uint8Array | undefined): boolean {
  return key?.every((byte) => byte === 0) === true;
}

// Budget of the file: 2 s.
describe("KeyCache", () => {
  it("fetches once for any number of callers at a time", async () => {
    const { cache, fetched, fetch } = setUp({ uses: 5000 });
    const leases = await Promise.all(Array.from({ length: 1000 }, () => cache.lease("a", fetch)));
    expect(fetched).toHaveLength(1);
    expect(new Set(leases.map((lease) => lease.key)).size).toBe(1);
  });

  it("wipes a key when its time is over, also when nobody asks any more", async () => {
    const { cache, clock, recorder, fetched, fetch } = setUp();
    (await cache.lease("a", fetch)).release();
    await clock.advance(999);
    expect(isWiped(fetched[0])).toBe(false);
    await clock.advance(1);
    expect(isWiped(fetched[0])).toBe(true);
    expect(recorder.total(evictions, { reason: "ttl" })).toBe(1);
    (await cache.lease("a", fetch)).release();
    expect(fetched).toHaveLength(2);
  });

  it("wipes a key in use only when its last lease is released", async () => {
    const { cache, clock, fetched, fetch } = setUp();
    const first = await cache.lease("a", fetch);
    const second = await cache.lease("a", fetch);
    await clock.advance(1000);
    first.release();
    first.release();
    expect(isWiped(fetched[0])).toBe(false);
    second.release();
    expect(isWiped(fetched[0])).toBe(true);
  });

  it("fetches again past the use limit", async () => {
    const { cache, recorder, fetched, fetch } = setUp({ uses: 4 });
    for (let use = 0; use < 9; use += 1) (await cache.lease("a", fetch)).release();
    expect(fetched).toHaveLength(3);
    expect(fetched.map(isWiped)).toEqual([true, true, false]);
    expect(recorder.total(evictions, { reason: "uses" })).toBe(2);
  });

  it("holds no more keys than its capacity; the one used longest ago goes", async () => {
    const { cache, recorder, fetched, fetch } = setUp();
    for (const id of ["a", "b", "c", "a", "d"]) (await cache.lease(id, fetch)).release();
    expect(fetched.map(isWiped)).toEqual([false, true, false, false]);
    expect(recorder.total(evictions, { reason: "capacity" })).toBe(1);
  });

  it("hands a failure to every caller and tries again for the next", async () => {
    const { cache, fetch } = setUp();
    let calls = 0;
    const failing = (): Promise<Uint8Array> => {
      calls += 1;
      return Promise.reject(new Error("down"));
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => cache.lease("a", failing)));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(calls).toBe(1);
    expect((await cache.lease("a", fetch)).key).toHaveLength(32);
  });

  it("after close wipes everything, also what arrives late, and refuses", async () => {
    const { cache, fetched, fetch } = setUp();
    (await cache.lease("a", fetch)).release();
    let arrive: (key: Uint8Array) => void = () => undefined;
    const late = cache.lease("b", () => new Promise((resolve) => (arrive = resolve)));
    const outcome = expect(late).rejects.toMatchObject({ code: "ERR_CLOSED" });
    const closing = cache.close();
    const lateKey = new Uint8Array(32).fill(9);
    arrive(lateKey);
    await closing;
    await outcome;
    expect(isWiped(fetched[0])).toBe(true);
    expect(isWiped(lateKey)).toBe(true);
    await expect(cache.lease("a", fetch)).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });
});

describe("by default", () => {
  it("a key stays for 15 minutes, whether it is used or not", async () => {
    const { cache, clock, fetched, fetch } = setUp(defaultKeyCacheLimits);
    (await cache.lease("idle", fetch)).release();
    for (let minute = 0; minute < 14; minute += 1) {
      (await cache.lease("busy", fetch)).release();
      await clock.advance(60_000);
    }
    await clock.advance(59_999);
    expect(fetched.map(isWiped)).toEqual([false, false]);
    await clock.advance(1);
    expect(fetched.map(isWiped)).toEqual([true, true]);
  });

  it("a key is used 131,072 times", async () => {
    const { cache, recorder, fetched, fetch } = setUp(defaultKeyCacheLimits);
    for (let use = 0; use < 131_072; use += 1) (await cache.lease("a", fetch)).release();
    expect(fetched).toHaveLength(1);
    (await cache.lease("a", fetch)).release();
    expect(fetched.map(isWiped)).toEqual([true, false]);
    expect(recorder.total(evictions, { reason: "uses" })).toBe(1);
  });

  it("256 keys are held", async () => {
    const { cache, fetched, fetch } = setUp(defaultKeyCacheLimits);
    for (let id = 0; id < 256; id += 1) (await cache.lease(String(id), fetch)).release();
    expect(fetched.filter(isWiped)).toEqual([]);
    (await cache.lease("one more", fetch)).release();
    expect(fetched.map(isWiped).indexOf(true)).toBe(0);
    expect(fetched.filter(isWiped)).toHaveLength(1);
  });

  it("a vault has these limits: a process that signs asks for its key again after 15 minutes", async () => {
    const { clock, store } = await openPlace();
    const wrappingKey = new ScriptedKey(new Uint8Array(32).fill(11));
    const { meter, logger, total } = createRecorder();
    const vault = createVault({ wrappingKey, branchKeys: store, tenant, clock, meter, logger });
    const owner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId("wallet") };
    const { sealed, accounts } = await vault.create(owner, [evmKeyScheme]);
    const [account = expect.fail("no account")] = accounts;
    const signer = vault.signer(account, evmKeyScheme, () => Promise.resolve(sealed));
    await clock.advance(15 * 60_000 - 1);
    await signer.signDigest(new Uint8Array(32));
    expect(total(evictions)).toBe(0);
    await clock.advance(1);
    expect(total(evictions, { reason: "ttl" })).toBe(1);
    await signer.signDigest(new Uint8Array(32));
    await vault.close();
  });
});
