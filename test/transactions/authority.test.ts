import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { cancelMacFor, isCancelAuthorised, isSound, ownerOf, partSound } from "../../src/transactions/authority.ts";
import { branchText } from "../../src/transactions/lease-keys.ts";
import {
  attemptMacFields,
  attemptMacTable,
  macFields,
  macTable,
  type Attempt,
  type TransactionRecord,
} from "../../src/transactions/record.ts";
import type { StoredTransaction } from "../../src/transactions/rows.ts";
import { newGround } from "./model/world.ts";
import { someAttempt, storedIn } from "./outbox/stored.ts";

const tenant = "tenant";

/** A transaction with its attempts, as they are when Latchkey has written them; and the key of their MACs. */
async function authorised(subject = "service:minter") {
  const { store } = await newGround();
  const key = await store.macs.lease({ kind: "tenant", branch: store.branch });
  const { record } = storedIn({ id: randomUUID(), subject, state: "broadcast", macBranch: branchText(store.branch) });
  const attempts = [1, 2].map((number) => {
    const attempt = someAttempt({ transactionId: record.id, number, purpose: number === 1 ? "send" : "cancel" });
    return { ...attempt, mac: key.macOf(attemptMacTable, attemptMacFields(attempt)) };
  });
  const stored: StoredTransaction = {
    record: { ...record, mac: key.macOf(macTable, macFields({ ...record, tenant })) },
    attempts,
    mined: null,
  };
  return { store, key, stored };
}

const recordChanges: readonly (readonly [string, Partial<TransactionRecord>])[] = [
  ["id", { id: randomUUID() }],
  ["chain", { sender: { ...storedIn().record.sender, chain: "other" } }],
  ["chain id", { sender: { ...storedIn().record.sender, chainId: 2 } }],
  ["sender", { sender: { ...storedIn().record.sender, address: `0x${"13".repeat(20)}` } }],
  ["subject", { subject: "service:other" }],
  ["kind of subject", { subject: "user:minter" }],
  ["payload", { payloadText: `${storedIn().record.payloadText} ` }],
  ["deadline", { deadlineAt: 1 }],
  ["reservations", { reservationsText: "[ ]" }],
  ["time of making", { createdAt: 1 }],
  ["MAC", { mac: "0".repeat(64) }],
  ["MAC's absence", { mac: "" }],
];

const attemptChanges: readonly (readonly [string, Partial<Attempt>])[] = [
  ["transaction", { transactionId: randomUUID() }],
  ["number", { number: 3 }],
  ["nonce", { nonce: 4 }],
  ["purpose", { purpose: "cancel" }],
  ["bytes", { raw: "0xabce" }],
  ["hash", { hash: `0x${"35".repeat(32)}` }],
  ["life", { isDead: true }],
  ["MAC", { mac: "0".repeat(64) }],
];

// Budget of the file: 3 s.
describe("a stored transaction", () => {
  it("is sound as it was written", async () => {
    const { key, stored } = await authorised();
    expect(isSound(stored, key, tenant)).toBe(true);
    // What is signed has an attempt, and what is queued has none that can be mined.
    expect(isSound({ ...stored, attempts: [] }, key, tenant)).toBe(false);
    expect(isSound(stored, key, "other")).toBe(false);
  });

  it("is not, whatever field of its row is another", async () => {
    const { key, stored } = await authorised();
    for (const [what, change] of recordChanges)
      expect(isSound({ ...stored, record: { ...stored.record, ...change } }, key, tenant), what).toBe(false);
  });

  it("is not, whatever field of an attempt is another", async () => {
    const { key, stored } = await authorised();
    for (const [what, change] of attemptChanges) {
      const attempts = stored.attempts.map((attempt, index) => (index === 0 ? { ...attempt, ...change } : attempt));
      expect(isSound({ ...stored, attempts }, key, tenant), what).toBe(false);
    }
  });

  it("is told apart from others', and an outage is no answer", async () => {
    const { store, stored } = await authorised();
    const altered = { ...stored, record: { ...stored.record, subject: "service:other" } };
    const nameless = { ...stored, record: { ...stored.record, macBranch: "nobody's" } };
    const foreign = { ...stored, record: { ...stored.record, macBranch: `${randomUUID()}:1` } };
    const unknown = { lease: () => Promise.reject(new LatchkeyError("ERR_VAULT_OPEN_FAILED", "none")) };
    expect(await partSound(store.macs, tenant, [stored, altered, nameless])).toEqual({
      sound: [stored],
      tampered: [altered, nameless],
    });
    expect(await partSound(unknown, tenant, [foreign])).toEqual({ sound: [], tampered: [foreign] });
    const down = { lease: () => Promise.reject(new LatchkeyError("ERR_KMS_UNAVAILABLE", "down")) };
    await expect(partSound(down, tenant, [stored])).rejects.toMatchObject({ code: "ERR_KMS_UNAVAILABLE" });
  });

  it("is cancelled by whoever has the key, each for itself", async () => {
    const { store, key, stored } = await authorised();
    const mac = await cancelMacFor(store.macs, tenant, stored.record);
    expect(isCancelAuthorised({ ...stored.record, cancelMac: mac }, key)).toBe(true);
    expect(isCancelAuthorised({ ...stored.record, cancelMac: mac, id: randomUUID() }, key)).toBe(false);
    for (const cancelMac of [null, "", stored.record.mac, "0".repeat(64)])
      expect(isCancelAuthorised({ ...stored.record, cancelMac }, key)).toBe(false);
    expect(await cancelMacFor(store.macs, tenant, { ...stored.record, macBranch: "x" })).toBeNull();
  });

  it("names its owner", () => {
    const branchId = randomUUID();
    const branch = { tenant, branchId, version: 2 };
    const macBranch = `${branchId}:2`;
    expect(ownerOf({ subject: "user:w", macBranch }, tenant)).toEqual({ kind: "wallet", walletId: "w", branch });
    expect(ownerOf({ subject: "service:w", macBranch }, tenant)).toEqual({ kind: "tenant", branch });
    for (const odd of ["", branchId, `${branchId}:0`, `${branchId}:x`, `${branchId}:2:`, `${branchId}:9999999999`])
      expect(ownerOf({ subject: "user:w", macBranch: odd }, tenant)).toBeUndefined();
  });
});
