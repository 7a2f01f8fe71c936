import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { sql } from "kysely";
import { onTestFinished } from "vitest";
import type { EncodedIntent } from "../../../src/ports/intent.ts";
import type { Subject } from "../../../src/ports/policy-gate.ts";
import type { RowMacs } from "../../../src/ports/row-macs.ts";
import { branchKeySchema, branchKeyStore } from "../../../src/store/branch-keys.ts";
import type { Database } from "../../../src/store/database.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import type { ConfiguredChain } from "../../../src/transactions/policy/config.ts";
import { createPolicy } from "../../../src/transactions/policy/create-policy.ts";
import type { Policy, PolicyAsk, PolicyBook } from "../../../src/transactions/policy/policy.ts";
import type { PolicyOptions, PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { policySchema } from "../../../src/transactions/policy/schema.ts";
import { defaultKeyCacheLimits } from "../../../src/vault/branch-keys/key-cache.ts";
import { createVault } from "../../../src/vault/vault.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { createRecorder, type Recorder } from "../../harness/recorder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { adapterOf, type StorePlace } from "../../store/children/adapter-of.ts";
import { ScriptedKey } from "../../vault/branch-keys/scripted-key.ts";

export const tenant = "tenant";
export const chains: readonly ConfiguredChain[] = [
  { name: "ethereum", chainId: 1 },
  { name: "kaia", chainId: 8217 },
];

export const hourMs = 3_600_000;
/** The rolling limit of many cases. */
export const hourly: PolicyRule = { name: "hourly", limit: { value: 100n, windowMs: hourMs, per: "user" } };

export function newUser(userId = "alice"): Extract<Subject, { kind: "user" }> {
  return { kind: "user", walletId: randomUUID(), userId };
}

/** An address that is easy to tell. */
export function addressOf(number: number): string {
  return `0x${number.toString(16).padStart(40, "0")}`;
}

export function transfer(value: bigint, to = addressOf(0xa11ce)): EncodedIntent {
  return { kind: "transfer", to, value, data: "0x", function: null, args: [], token: null, errors: [] };
}

export function askOf(subject: Subject, intent: EncodedIntent, nowMs: number, chain = "ethereum"): PolicyAsk {
  const { chainId } = chains.find(({ name }) => name === chain) ?? { chainId: 5 };
  return { subject, chain, chainId, intent, nowMs };
}

/** One database and what opens its rows; any number of processes. */
export interface PolicyPlace {
  readonly place: StorePlace;
  readonly rootKey: Uint8Array;
}

/** The policy of one process. */
export interface PolicyProcess {
  readonly policy: Policy;
  readonly database: Database;
  readonly macs: RowMacs;
  readonly clock: ManualClock;
  readonly recorder: Recorder;
  readonly wrappingKey: ScriptedKey;
  /** Runs `work` with a book in a transaction, and writes it. */
  inBook<T>(subjects: readonly Subject[], work: (book: PolicyBook) => Promise<T>): Promise<T>;
  /** Runs a statement past the code. */
  sql(text: string): Promise<void>;
  rows(table: "latchkey_controls" | "latchkey_limits"): Promise<readonly Record<string, unknown>[]>;
}

export function newPlace(): PolicyPlace {
  return {
    place: { dialect: "sqlite", location: join(temporaryDirectory(), "policy.db") },
    rootKey: randomBytes(32),
  };
}

export async function openPolicy(
  options?: PolicyOptions,
  { place, rootKey }: PolicyPlace = newPlace(),
): Promise<PolicyProcess> {
  const database = await adapterOf(place).open(silentLogger);
  onTestFinished(() => database.close());
  await migrate(database, branchKeySchema);
  await migrate(database, policySchema);
  const clock = new ManualClock();
  const recorder = createRecorder();
  const { meter, logger } = recorder;
  const wrappingKey = new ScriptedKey(rootKey);
  const branchKeys = branchKeyStore(database);
  const limits = defaultKeyCacheLimits;
  const vault = createVault({ wrappingKey, branchKeys, tenant, clock, meter, logger, limits });
  const macs = vault.rowMacs;
  // Made at once: who waits for another's key does so by a clock that stands here.
  (await macs.lease({ kind: "tenant" })).release();
  const policy = createPolicy({ tenant, database, macs, clock, logger, options, chains });
  return {
    policy,
    database,
    macs,
    clock,
    recorder,
    wrappingKey,
    inBook: async (subjects, work) => {
      const lease = await policy.lease();
      try {
        return await database.transaction(async (tx) => {
          const book = await lease.open(tx, subjects);
          const result = await work(book);
          await book.write();
          return result;
        });
      } finally {
        lease.release();
      }
    },
    sql: async (text) => {
      await database.transaction((tx) => sql.raw(text).execute(tx));
    },
    rows: async (table) => {
      const { rows } = await sql.raw<Record<string, unknown>>(`SELECT * FROM ${table}`).execute(database.reader);
      return rows;
    },
  };
}
