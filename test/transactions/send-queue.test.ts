import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/telemetry/silent.ts";
import { createPolicy } from "../../src/transactions/policy/create-policy.ts";
import { SendQueue } from "../../src/transactions/send-queue.ts";
import type { Sender } from "../../src/transactions/senders.ts";
import type { StoreAdapter } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { policySchema } from "../../src/transactions/policy/schema.ts";
import { transactionSchema } from "../../src/transactions/schema.ts";
import { systemClock } from "../../src/units/clock.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { sqliteUnderTest } from "../scenarios/stores.ts";
import { newGround } from "./model/world.ts";
import { someAddress, somePayload } from "./outbox/stored.ts";

const tenant = "tenant";

async function openQueue(queueLimit = 100) {
  const { store } = await newGround();
  const adapter: StoreAdapter = await sqliteUnderTest.storeIn(temporaryDirectory());
  const opened = await adapter.open(silentLogger);
  await migrate(opened, policySchema);
  await migrate(opened, transactionSchema);
  let commits = 0;
  const database: typeof opened = {
    ...opened,
    transaction: (work) => {
      commits += 1;
      return opened.transaction(work);
    },
  };
  const parts = { tenant, database, macs: store.macs };
  const policy = createPolicy({ ...parts, clock: systemClock, logger: silentLogger, options: undefined, chains: [] });
  return {
    queue: new SendQueue({ ...parts, policy, queueLimit }),
    commits: () => commits,
    close: () => opened.close(),
  };
}

const sender: Sender = {
  key: { chain: "main", chainId: 1, address: someAddress },
  subject: { kind: "service", name: "minter" },
  signer: { address: someAddress, signDigest: () => Promise.reject(new Error("nobody signs here")) },
  owner: { kind: "tenant" },
};

function draft(idempotencyKey: string | null = null) {
  return { id: randomUUID(), sender, payload: somePayload, deadlineAt: null, idempotencyKey, createdAt: 1 };
}

// Budget of the file: 3 s.
describe("the queue of sends", () => {
  it("stores what comes together in one commit, up to 128, each with its own outcome", async () => {
    const { queue, commits, close } = await openQueue(200);
    const drafts = Array.from({ length: 150 }, () => draft());
    const records = await Promise.all(drafts.map((each) => queue.store(each)));
    expect(commits()).toBe(2);
    expect(records.map(({ id }) => id)).toEqual(drafts.map(({ id }) => id));
    const more = await Promise.allSettled(Array.from({ length: 60 }, () => queue.store(draft())));
    expect(more.filter(({ status }) => status === "fulfilled")).toHaveLength(50);
    expect(commits()).toBe(3);
    await queue.settled();
    await close();
  });

  it("gives one transaction to all who have its key, in one batch and in the next", async () => {
    const { queue, close } = await openQueue();
    const [one, same] = await Promise.all([queue.store(draft("key")), queue.store(draft("key"))]);
    expect(same.id).toBe(one.id);
    expect((await queue.store(draft("key"))).id).toBe(one.id);
    const other = { ...draft("key"), payload: { ...somePayload, intent: { ...somePayload.intent, value: 6n } } };
    await expect(queue.store(other)).rejects.toMatchObject({
      code: "ERR_TRANSACTION_KEY_REUSED",
      context: { id: one.id },
    });
    await close();
  });

  it("is settled when nothing is being stored, and fails as the database does", async () => {
    const { queue, close } = await openQueue();
    await queue.settled();
    const stored = queue.store(draft());
    await queue.settled();
    expect((await stored).state).toBe("queued");
    await close();
    const outcomes = await Promise.allSettled([queue.store(draft()), queue.store(draft())]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await queue.settled();
  });
});
