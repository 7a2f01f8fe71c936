import { createHash } from "node:crypto";
import type { RowMacs } from "../../src/ports/row-macs.ts";
import type { Signer } from "../../src/ports/signer.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import { cancelTransaction } from "../../src/transactions/cancel.ts";
import type { TransactionEvent } from "../../src/transactions/events.ts";
import { type Move } from "../../src/transactions/lane-change.ts";
import { type Leases, leasesOf } from "../../src/transactions/leases.ts";
import { LaneStore } from "../../src/transactions/lane-store.ts";
import { createPolicy } from "../../src/transactions/policy/create-policy.ts";
import type { Policy } from "../../src/transactions/policy/policy.ts";
import { policySchema } from "../../src/transactions/policy/schema.ts";
import type { Attempt, TransactionRecord } from "../../src/transactions/record.ts";
import { transactionReads, type TransactionReads } from "../../src/transactions/rows.ts";
import { transactionSchema, type TransactionTables } from "../../src/transactions/schema.ts";
import type { Draft } from "../../src/transactions/draft.ts";
import { SendQueue } from "../../src/transactions/send-queue.ts";
import type { Sender } from "../../src/transactions/senders.ts";
import { type Deliveries, deliveriesOf } from "../../src/transactions/webhooks/deliveries.ts";
import { webhookSchema } from "../../src/transactions/webhooks/schema.ts";
import { type WorkerLives, workerLives } from "../../src/transactions/workers.ts";
import { hashOf, receiptIn } from "../harness/offline-chain.ts";
import { ManualClock } from "../harness/manual-clock.ts";

const tenant = "tenant";
const workerId = "00000000-0000-4000-8000-00000000000a";
const branch = { tenant, branchId: "00000000-0000-4000-8000-000000000001", version: 1 };
const user = { kind: "user", walletId: "00000000-0000-4000-8000-000000000002", userId: "user" } as const;
const to = "0x0000000000000000000000000000000000000003";
const intent = {
  kind: "transfer",
  to,
  value: 5n,
  data: "0x",
  function: null,
  args: [],
  token: null,
  errors: [],
} as const;
const clock = new ManualClock();
const trouble = { code: "ERR_RPC_REJECTED", message: "It was refused.", context: {} };

/** MACs that are the same in every run. */
const macs: RowMacs = {
  lease: () => {
    const macOf = (table: string, row: object): string =>
      createHash("sha256")
        .update(`${table} ${Object.entries(row).sort().map(String).join(" ")}`)
        .digest("hex");
    return Promise.resolve({
      branch,
      macOf,
      isMacOf: (mac, table, row) => mac === macOf(table, row),
      release: () => undefined,
    });
  },
};

const nobody: Signer = { address: to, signDigest: () => Promise.reject(new Error("nothing is signed here")) };
const sender: Sender = {
  key: { chain: "main", chainId: 1, address: "0x0000000000000000000000000000000000000001" },
  subject: user,
  signer: nobody,
  owner: { kind: "wallet", walletId: user.walletId, branch },
};

const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const draft = (number: number, changes: Partial<Draft> = {}): Draft => ({
  id: idOf(number),
  sender,
  payload: {
    intent,
    options: { speed: "standard", feeCeiling: null, gasLimit: null, feePayer: "chain", feeRatio: null, format: null },
  },
  deadlineAt: null,
  idempotencyKey: null,
  createdAt: clock.now(),
  ...changes,
});

const attemptOf = (number: number, nonce: number): Attempt => ({
  transactionId: idOf(number),
  number: 1,
  nonce,
  purpose: "send",
  raw: "0x01",
  hash: hashOf(BigInt(number)),
  fee: { perGas: 2n, tip: 1n },
  gasLimit: 21_000n,
  maxFee: 42_000n,
  feePayer: { address: to, maxFee: 7n },
  signedAt: clock.now(),
  sinceBlock: 1n,
  acceptedAt: null,
  isDead: false,
  mac: "ab".repeat(32),
});

const eventOf = (id: string, name: TransactionEvent["name"] = "transaction.failed"): TransactionEvent => ({
  name,
  id,
  atMs: clock.now(),
  transaction: { id },
});

/** What the rooms of transactions ask of the database. */
export async function issueTransactionStatements(database: Database): Promise<void> {
  for (const schema of [policySchema, transactionSchema, webhookSchema]) {
    await migrate(database, schema);
    await migrate(database, schema);
  }
  const rules = [{ name: "day", limit: { value: 1_000n, windowMs: 86_400_000, per: "user" as const } }];
  const options = { rules, feeBudget: { perTenantPerDay: 1_000n } };
  const policy = createPolicy({ tenant, database, macs, clock, logger: silentLogger, options });
  const reads = transactionReads(database, tenant);
  const deliveries = deliveriesOf(database, tenant);
  await inOrder(policySteps(policy));
  await send(database, policy);
  await inOrder(laneSteps(database, policy, reads));
  await inOrder(readSteps(reads));
  await inOrder(leaseSteps(leasesOf(database, tenant, workerId)));
  await inOrder(lifeSteps(database));
  await inOrder(deliverySteps(database, deliveries));
}

// `Record<keyof ...>`: a method that is added to a room and not called here does not compile.

function policySteps(policy: Policy): Record<keyof Policy, () => Promise<unknown>> {
  return {
    freeze: async () => {
      await policy.freeze(user, "a review");
      await policy.freeze("tenant", "a review");
    },
    unfreeze: async () => {
      await policy.unfreeze(user);
      await policy.unfreeze("tenant");
    },
    setRules: () => policy.setRules(user, [{ name: "stored", maxValue: 10n }]),
    controls: () => policy.controls(user),
    authorize: async () => {
      await policy.authorize(user, { kind: "message", bytes: Uint8Array.of(1) });
      await policy.authorize(user, { kind: "transaction", chainId: 1, intent });
    },
    lease: async () => {
      (await policy.lease()).release();
    },
  };
}

async function send(database: Database, policy: Policy): Promise<void> {
  const queue = new SendQueue({ tenant, database, macs, policy, queueLimit: 10 });
  await queue.store(draft(1, { idempotencyKey: "one" }));
  await queue.store(draft(2, { idempotencyKey: "one" }));
  for (const number of [3, 4, 5, 6]) await queue.store(draft(number));
  await queue.settled();
}

function laneSteps(
  database: Database,
  policy: Policy,
  reads: TransactionReads,
): Record<keyof LaneStore, () => Promise<unknown>> {
  const now = (): number => clock.now();
  const parts = { tenant, database, reads, policy, macs, webhooks: undefined, workerId, now };
  const store = new LaneStore(parts, sender.key, 1);
  const record = async (number: number): Promise<TransactionRecord> => {
    const stored = await reads.get(idOf(number));
    if (stored === undefined) throw new Error("a transaction is gone");
    return stored.record;
  };
  const mined = (number: number) => ({
    id: idOf(number),
    mined: { attempt: 1, receipt: receiptIn(hashOf(BigInt(number)), 2n) },
  });
  const cancel = (number: number): Promise<unknown> =>
    cancelTransaction({ ...parts, makeEvent: (name) => eventOf(idOf(number), name) }, idOf(number));
  return {
    sender: async () => {
      // As a worker takes it.
      await database.transaction((tx) =>
        tx
          .$extendTables<TransactionTables>()
          .updateTable("latchkey_senders")
          .set({ lease_worker: workerId, epoch: 1 })
          .where("tenant", "=", tenant)
          .where("chain_id", "=", sender.key.chainId)
          .where("address", "=", sender.key.address)
          .where("epoch", "=", 0)
          .execute(),
      );
      await store.sender();
    },
    queued: () => store.queued(10),
    write: async () => {
      await cancel(6);
      const numbers = [1, 3, 4];
      const attempts = numbers.map(attemptOf);
      const moves = async (step: "sign" | "accept" | "mine" | "reorganise" | "finalise", of = numbers) => {
        const made: Move[] = [];
        for (const number of of) made.push({ record: await record(number), step });
        return made;
      };
      await store.write({ moves: await moves("sign"), attempts, nextNonce: 3 });
      await store.write({ moves: await moves("accept"), accepted: attempts });
      await store.write({ moves: await moves("mine"), mined: numbers.map(mined) });
      await store.write({ moves: await moves("reorganise", [3, 4]), unmined: [idOf(3), idOf(4)] });
      await store.write({ moves: await moves("finalise", [1]) });
      await store.write({ moves: [{ record: await record(5), step: "refuse", trouble }] });
      await cancel(3);
      await store.write({
        troubles: [{ id: idOf(3), trouble }],
        givenUp: [{ id: idOf(4), trouble, cancelMac: "cd".repeat(32) }],
        dead: attempts.slice(1).map((attempt) => ({ ...attempt, isDead: true })),
      });
    },
    underway: () => store.underway(),
    cancelled: () => store.cancelled(),
    noncesUsed: () => store.noncesUsed(0, 10),
    requireLease: () => database.transaction((tx) => store.requireLease(tx.$extendTables<TransactionTables>())),
    statesOf: () =>
      database.transaction((tx) => store.statesOf(tx.$extendTables<TransactionTables>(), [idOf(1), idOf(3)])),
    add: async () => {
      const stored = await record(4);
      await store.add({ ...stored, id: idOf(7) }, { ...attemptOf(7, 3), purpose: "cancel" });
    },
  };
}

function readSteps(reads: TransactionReads): Record<keyof TransactionReads, () => Promise<unknown>> {
  const { address, chainId } = sender.key;
  return {
    get: () => reads.get(idOf(1)),
    byHash: () => reads.byHash(hashOf(3n)),
    byIds: () => reads.byIds([idOf(1), idOf(3)]),
    states: () => reads.states([idOf(1), idOf(3), idOf(9)]),
    page: async () => {
      await reads.page({ sender: undefined, state: undefined, before: undefined, limit: 2 });
      await reads.page({ sender: { chainId, address }, state: "broadcast", before: idOf(9), limit: 2 });
    },
  };
}

function lifeSteps(database: Database): Record<keyof WorkerLives, () => Promise<unknown>> {
  const lives = workerLives(database, { tenant, workerId, clock, deadAfterMs: 10_000 });
  return {
    beat: async () => {
      await lives.beat();
      await lives.beat();
    },
    observe: () => lives.observe(),
    leave: () => lives.leave(),
  };
}

function leaseSteps(leases: Leases): Record<keyof Leases, () => Promise<unknown>> {
  const seen = async () => {
    const [open] = await leases.open([sender.key.chain]);
    if (open === undefined) throw new Error("no sender has anything to do");
    return open;
  };
  return {
    open: seen,
    take: async () => {
      const open = await seen();
      if ((await leases.take(open)) === undefined) throw new Error("another was faster");
      if ((await leases.take(open)) !== undefined) throw new Error("it was taken twice");
    },
    noteNobody: async () => {
      await leases.noteNobody(await seen());
    },
    giveBack: () => leases.giveBack(sender.key),
  };
}

function deliverySteps(database: Database, deliveries: Deliveries): Record<keyof Deliveries, () => Promise<unknown>> {
  const endpoints = ["shop"];
  const nowMs = clock.now();
  const claim = async () => {
    const [claimed] = await deliveries.claim(await deliveries.next(endpoints, 1), nowMs);
    if (claimed === undefined) throw new Error("nothing is due");
    return claimed;
  };
  return {
    add: async () => {
      const wanted = [1, 2, 3].map((number) => ({ event: eventOf(idOf(number)), endpoint: "shop" }));
      const key = await macs.lease({ kind: "tenant" });
      for (let time = 0; time < 2; time += 1)
        await database.transaction((tx) => deliveries.add(tx, wanted, key, nowMs));
    },
    awaitedEndpoints: () => deliveries.awaitedEndpoints(),
    next: () => deliveries.next(endpoints, 10),
    claim,
    succeed: async () => {
      await deliveries.succeed(await claim(), nowMs);
    },
    end: async () => {
      await deliveries.end(await claim(), "failed", nowMs);
    },
    postpone: async () => {
      await deliveries.postpone(await claim(), nowMs + 1);
    },
    putBack: async () => {
      await deliveries.putBack(await claim(), nowMs + 2);
    },
    deleteOld: () => deliveries.deleteOld(nowMs + 30 * 86_400_000),
  };
}

async function inOrder(steps: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  for (const step of Object.values(steps)) await step();
}
