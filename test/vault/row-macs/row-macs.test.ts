import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { RowFields, RowOwner } from "../../../src/ports/row-macs.ts";
import { envelopesPerBranchKey } from "../../../src/store/branch-keys.ts";
import { Gate } from "../../../src/units/gate.ts";
import { createRowMacs } from "../../../src/vault/row-macs/row-macs.ts";
import { expectOpenFailed, thrownBy } from "../../harness/errors.ts";
import { isWiped, limits, openPlace, type Place, tenant } from "../branch-keys/place.ts";
import { makeWallet, newOwner, startVault } from "../open-vault.ts";

/** The derived keys, as they are now. */
const derived = vi.hoisted((): Uint8Array[] => []);
vi.mock(import("../../../src/vault/envelope/hkdf.ts"), async (load) => {
  const { hkdfSha512 } = await load();
  return {
    hkdfSha512: (...given) => {
      const keys = hkdfSha512(...given);
      for (const key of keys) if (key.every((byte) => byte === 0)) throw new Error("a key is empty before its use");
      derived.push(...keys);
      return keys;
    },
  };
});

beforeEach(() => {
  derived.length = 0;
});

const table = "latchkey_rows";
const row: RowFields = { id: "1", amount: 5n, at: 7, note: null };
const slots = "SELECT slot, branch_id, reserved FROM latchkey_branch_keys ORDER BY slot";

async function macWith(place: Place, owner: RowOwner): Promise<string> {
  const key = await startVault(place).vault.rowMacs.lease(owner);
  try {
    return key.macOf(table, row);
  } finally {
    key.release();
  }
}

// Budget of the file: 10 s.
describe("the MAC of a row", () => {
  it("is the same in every process, and another one for every owner, table and row", async () => {
    const { place, sealed } = await makeWallet();
    const { branch, walletId } = sealed;
    const owner = { kind: "wallet", walletId, branch } as const;
    const mac = await macWith(place, owner);
    expect(mac).toMatch(/^[0-9a-f]{64}$/);
    expect(await macWith(place, owner)).toBe(mac);
    const others = [
      await macWith(place, { ...owner, walletId: randomUUID() }),
      await macWith(place, { kind: "tenant", branch }),
    ];
    const { vault } = startVault(place);
    const key = await vault.rowMacs.lease(owner);
    others.push(key.macOf("latchkey_other", row), key.macOf(table, { ...row, amount: 6n }), key.macOf(table, {}));
    expect(new Set([mac, ...others]).size).toBe(others.length + 1);
    expect(key.branch).toEqual(branch);
    expect(key.isMacOf(mac, table, row)).toBe(true);
    for (const other of others) expect(key.isMacOf(other, table, row)).toBe(false);
    key.release();
  });

  it("is another one under another branch key, and for another tenant", async () => {
    const shared = { key: new Uint8Array(32).fill(5), release: () => undefined };
    const ref = { tenant, branchId: randomUUID(), version: 1 };
    const macFor = async (as: string, branch: typeof ref): Promise<string> => {
      const source = {
        leaseFirst: () => Promise.resolve({ ...shared, ref: branch }),
        leaseForOpening: () => Promise.resolve({ ...shared, ref: branch }),
      };
      return (await createRowMacs(source, as, new Gate()).lease({ kind: "tenant" })).macOf(table, row);
    };
    const macs = [
      await macFor(tenant, ref),
      await macFor("another", ref),
      await macFor(tenant, { ...ref, version: 2 }),
      await macFor(tenant, { ...ref, branchId: randomUUID() }),
    ];
    expect(new Set(macs).size).toBe(4);
  });

  it("is not what garbage is", async () => {
    const { vault } = startVault(await openPlace());
    const key = await vault.rowMacs.lease({ kind: "tenant" });
    const mac = key.macOf(table, row);
    for (const bad of [undefined, null, 0, {}, [mac], "", mac.slice(2), `${mac}00`, mac.toUpperCase(), `0x${mac}`]) {
      expect(key.isMacOf(bad, table, row)).toBe(bad === mac);
    }
    fc.assert(fc.property(fc.anything(), (bad) => !key.isMacOf(bad, table, row)));
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 15 }), (at, by) => {
        const digit = (Number.parseInt(mac.charAt(at), 16) ^ by).toString(16);
        return !key.isMacOf(mac.slice(0, at) + digit + mac.slice(at + 1), table, row);
      }),
    );
    // A column in which the database has what no row of ours has.
    for (const value of [new Uint8Array(2), undefined, true]) {
      expect(Reflect.apply(key.isMacOf, key, [mac, table, { ...row, at: value }])).toBe(false);
    }
    key.release();
  });

  it("shows no key, and none is left once it is released", async () => {
    const { vault } = startVault(await openPlace());
    const key = await vault.rowMacs.lease({ kind: "tenant" });
    expect([derived.length, derived.map(isWiped)]).toEqual([1, [true]]);
    expect(JSON.parse(JSON.stringify(key))).toEqual({ branch: key.branch });
    expect(inspect(key)).toBe(`RowMacKey { ${key.branch.branchId} }`);
    key.release();
    key.release();
    expect(() => key.macOf(table, row)).toThrow("after its release");
    expect(() => key.isMacOf("ab".repeat(32), table, row)).toThrow("after its release");
  });
});

describe("the tenant's first branch key", () => {
  it("is made once, for any number of callers and processes", async () => {
    const place = await openPlace();
    const processes = Array.from({ length: 4 }, () => startVault(place));
    const working = Promise.all(
      processes.flatMap(({ vault }) => Array.from({ length: 50 }, () => vault.rowMacs.lease({ kind: "tenant" }))),
    );
    const state = { done: false };
    void working.finally(() => (state.done = true));
    while (!state.done) await place.clock.advance(100);
    const keys = await working;
    expect(place.sql(slots)).toEqual([{ slot: 0, branch_id: keys[0]?.branch.branchId, reserved: 0 }]);
    expect(new Set(keys.map((key) => key.macOf(table, row))).size).toBe(1);
    expect(processes.reduce((sum, { wrappingKey }) => sum + wrappingKey.wraps.length, 0)).toBe(1);
    for (const key of keys) key.release();
  });

  it("asks the wrapping key once at most while its time lasts", async () => {
    const place = await openPlace();
    (await startVault(place).vault.rowMacs.lease({ kind: "tenant" })).release();
    const { vault, wrappingKey } = startVault(place);
    const leaseMany = async (): Promise<void> => {
      const keys = await Promise.all(Array.from({ length: 100 }, () => vault.rowMacs.lease({ kind: "tenant" })));
      for (const key of keys) key.release();
    };
    await leaseMany();
    await place.clock.advance(limits.ttlMs - 1);
    await leaseMany();
    expect([wrappingKey.wraps.length, wrappingKey.unwraps.length]).toEqual([0, 1]);
    await place.clock.advance(1);
    await leaseMany();
    expect(wrappingKey.unwraps).toHaveLength(2);
  });

  it("is the same that wallets are sealed under, made at the same moment, and stays when others follow", async () => {
    const place = await openPlace();
    const { vault, wrappingKey } = startVault(place);
    const [key, { sealed }] = await Promise.all([
      vault.rowMacs.lease({ kind: "tenant" }),
      vault.create(newOwner(), [evmKeyScheme]),
    ]);
    expect(sealed.branch).toEqual(key.branch);
    expect(wrappingKey.wraps).toHaveLength(1);
    place.sql("UPDATE latchkey_branch_keys SET reserved = ?", envelopesPerBranchKey);
    const next = startVault(place);
    const { sealed: second } = await next.vault.create(newOwner(), [evmKeyScheme]);
    expect(second.branch.branchId).not.toBe(key.branch.branchId);
    const again = await next.vault.rowMacs.lease({ kind: "tenant" });
    expect(again.branch).toEqual(key.branch);
    expect(again.isMacOf(key.macOf(table, row), table, row)).toBe(true);
  });

  it("opens nothing of another tenant's, and nothing that is not there", async () => {
    const { place, sealed } = await makeWallet();
    const { vault } = startVault(place);
    for (const other of [{ tenant: "another" }, { branchId: randomUUID() }, { version: 2 }]) {
      const branch = { ...sealed.branch, ...other };
      expectOpenFailed(await thrownBy(() => vault.rowMacs.lease({ kind: "tenant", branch })));
      const { walletId } = sealed;
      expectOpenFailed(await thrownBy(() => vault.rowMacs.lease({ kind: "wallet", walletId, branch })));
    }
  });

  it("fails as the wrapping key does, and is made by the next who asks", async () => {
    const place = await openPlace();
    const { vault, wrappingKey } = startVault(place);
    const unavailable = new LatchkeyError("ERR_KMS_UNAVAILABLE", "scripted");
    wrappingKey.beforeWrap = () => Promise.reject(unavailable);
    expect(await thrownBy(() => vault.rowMacs.lease({ kind: "tenant" }))).toBe(unavailable);
    expect(place.sql(slots)).toEqual([]);
    (await startVault(place).vault.rowMacs.lease({ kind: "tenant" })).release();
    expect(place.sql(slots)).toHaveLength(1);
  });

  it("is refused after close", async () => {
    const { vault } = startVault(await openPlace());
    await vault.close();
    expect(await thrownBy(() => vault.rowMacs.lease({ kind: "tenant" }))).toMatchObject({ code: "ERR_CLOSED" });
  });
});
