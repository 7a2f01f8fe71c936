import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BranchKeyRecord, BranchKeyStore } from "../../src/ports/branch-key-store.ts";
import { branchKeySchema, branchKeyStore } from "../../src/store/branch-keys.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import type { StorePlace } from "./children/adapter-of.ts";
import { openAt } from "./contract.ts";

const tenant = "tenant";

function newRecord(of = tenant): BranchKeyRecord {
  const wrapped = [
    { keyId: "local:one", ciphertext: Uint8Array.of(0, 1, 254, 255) },
    { keyId: "local:two", ciphertext: new Uint8Array() },
  ];
  return { tenant: of, branchId: randomUUID(), version: 1, wrapped };
}

/** What a test compares: Buffers and Uint8Arrays with the same bytes count as the same. */
function plain(record: BranchKeyRecord | undefined): unknown {
  if (record === undefined) return undefined;
  return { ...record, wrapped: record.wrapped.map(({ keyId, ciphertext }) => [keyId, ...ciphertext]) };
}

/** What the branch keys of every adapter hold to. */
export function describeBranchKeys(newPlace: () => Promise<StorePlace>): void {
  const open = async (
    connections = 1,
  ): Promise<{ databases: Database[]; keys: BranchKeyStore; all: BranchKeyStore[] }> => {
    const place = await newPlace();
    const databases = await Promise.all(Array.from({ length: connections }, () => openAt(place)));
    const [first] = databases;
    if (first === undefined) return expect.fail("no database");
    await migrate(first, branchKeySchema);
    return { databases, keys: branchKeyStore(first), all: databases.map(branchKeyStore) };
  };
  const published = async (keys: BranchKeyStore, slot = 0): Promise<BranchKeyRecord> => {
    const record = newRecord();
    await keys.claim(tenant, slot, randomUUID());
    expect(await keys.publish(slot, record)).toBe(true);
    return record;
  };

  describe("branch keys", { timeout: 20_000 }, () => {
    it("let exactly one of 16 claim a slot, over several connections", async () => {
      const { keys, all } = await open(4);
      const claims = Array.from({ length: 16 }, () => randomUUID());
      const won = await Promise.all(claims.map((claim, index) => (all[index % 4] ?? keys).claim(tenant, 0, claim)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await keys.newest(tenant)).toEqual({ state: "claimed", slot: 0, claim: claims[won.indexOf(true)] });
    });

    it("let exactly one take over a claim, and only the claim that was seen", async () => {
      const { keys, all } = await open(4);
      await keys.claim(tenant, 0, "dead");
      expect(await keys.takeOver(tenant, 0, "another", "mine")).toBe(false);
      const won = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          (all[index % 4] ?? keys).takeOver(tenant, 0, "dead", `heir ${String(index)}`),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await keys.newest(tenant)).toMatchObject({ claim: `heir ${String(won.indexOf(true))}` });
    });

    it("belong to the first that publishes, whoever holds the claim", async () => {
      const { keys } = await open();
      await keys.claim(tenant, 0, "slow");
      await keys.takeOver(tenant, 0, "slow", "heir");
      const records = [newRecord(), newRecord(), newRecord()];
      const outcomes = await Promise.all(records.map((record) => keys.publish(0, record)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const winner = records[outcomes.indexOf(true)] ?? expect.fail("nobody won");
      const newest = await keys.newest(tenant);
      if (newest.state !== "ready") expect.fail(newest.state);
      expect(plain(newest.record)).toEqual(plain(winner));
      expect(plain(await keys.find(winner))).toEqual(plain(winner));
      expect(await keys.takeOver(tenant, 0, "heir", "late")).toBe(false);
    });

    it("are not published into a slot that was withdrawn", async () => {
      const { keys } = await open();
      await keys.claim(tenant, 0, "mine");
      await keys.withdraw(tenant, 0, "mine");
      expect(await keys.publish(0, newRecord())).toBe(false);
      expect(await keys.newest(tenant)).toEqual({ state: "none" });
      expect(await keys.claim(tenant, 0, "next")).toBe(true);
    });

    it("are withdrawn only as one's own claim, and never once they are made", async () => {
      const { keys } = await open();
      await keys.claim(tenant, 0, "mine");
      await keys.withdraw(tenant, 0, "another");
      await keys.withdraw("another tenant", 0, "mine");
      expect(await keys.newest(tenant)).toMatchObject({ state: "claimed", claim: "mine" });
      const record = newRecord();
      await keys.publish(0, record);
      await keys.withdraw(tenant, 0, "mine");
      await keys.withdraw(tenant, 0, "");
      expect(await keys.newest(tenant)).toMatchObject({ state: "ready", record: { branchId: record.branchId } });
    });

    it("protect at most 2^20 envelopes, however many reserve at once", async () => {
      const { keys, all } = await open(4);
      const record = await published(keys);
      // Written out, so that the code's own number is held to it.
      expect(await keys.reserve(record, 1_048_576 - 1000)).toBe(true);
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) => (all[index % 4] ?? keys).reserve(record, 30)),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(33);
      expect(await keys.reserve(record, 11)).toBe(false);
      expect(await keys.reserve(record, 10)).toBe(true);
      expect(await keys.reserve(record, 1)).toBe(false);
      expect(await keys.reserve({ ...newRecord(), version: 1 }, 1)).toBe(false);
    });

    it("are found by their own tenant, id and version alone", async () => {
      const { keys } = await open();
      const record = await published(keys);
      expect(plain(await keys.find(record))).toEqual(plain(record));
      expect(await keys.find({ ...record, tenant: "another" })).toBeUndefined();
      expect(await keys.find({ ...record, tenant: "Tenant" })).toBeUndefined();
      expect(await keys.find({ ...record, version: 2 })).toBeUndefined();
      expect(await keys.find({ ...record, branchId: randomUUID() })).toBeUndefined();
      expect(await keys.newest("another")).toEqual({ state: "none" });
    });

    it("are newest by slot, as numbers go", async () => {
      const { keys } = await open();
      for (const slot of [2, 10, 9]) await keys.claim(tenant, slot, `claim ${String(slot)}`);
      expect(await keys.newest(tenant)).toEqual({ state: "claimed", slot: 10, claim: "claim 10" });
    });

    it.each(["", "{", "null", "{}", '"text"', "[1, null, {}]", '[{"keyId":1,"ciphertext":""}]', '[{"keyId":"a"}]'])(
      "whose wrapped keys read %j are wrapped by nobody",
      async (wrapped) => {
        const { databases, keys } = await open();
        const record = await published(keys);
        await databases[0]?.transaction(async (tx) => {
          await tx
            .$extendTables<Record<"latchkey_branch_keys", { wrapped: string | null }>>()
            .updateTable("latchkey_branch_keys")
            .set({ wrapped })
            .execute();
        });
        expect(await keys.find(record)).toEqual({ ...record, wrapped: [] });
        expect(await keys.newest(tenant)).toMatchObject({ state: "ready", record: { wrapped: [] } });
      },
    );
  });
}
