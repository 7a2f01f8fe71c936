import type { BranchKeyStore } from "../../src/ports/branch-key-store.ts";
import { branchKeySchema, branchKeyStore, envelopesPerBranchKey } from "../../src/store/branch-keys.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { toUserKey, toWalletId } from "../../src/units/brands.ts";
import { walletSchema } from "../../src/wallets/schema.ts";
import { type WalletRows, walletRows } from "../../src/wallets/wallet-rows.ts";
import { issueCollectionStatements } from "./every-collection-statement.ts";
import { issueTransactionStatements } from "./every-transaction-statement.ts";

const tenant = "tenant";
const branch = { tenant, branchId: "00000000-0000-4000-8000-000000000001", version: 1 };
const record = { ...branch, wrapped: [{ keyId: "local:one", ciphertext: Uint8Array.of(1, 2, 3) }] };
const userKey = toUserKey("ab".repeat(32));
const walletId = toWalletId("00000000-0000-4000-8000-000000000002");
const sealed = { userKey, walletId, branch, envelope: Uint8Array.of(4, 5, 6) };
const first = { scheme: "evm", path: "m/44'/60'/0'/0/0", address: "0x0000000000000000000000000000000000000001" };
const second = { scheme: "other", path: "m/44'/1'/0'/0/0", address: "0x0000000000000000000000000000000000000002" };
const schemes = [first.scheme, second.scheme];

/** Everything the rooms ask of an empty database, each statement with each of its outcomes. */
export async function issueEveryStatement(database: Database): Promise<void> {
  for (const schema of [branchKeySchema, walletSchema]) {
    await migrate(database, schema);
    await migrate(database, schema);
  }
  await inOrder(branchKeySteps(branchKeyStore(database)));
  await inOrder(walletSteps(walletRows(database, tenant)));
  await issueTransactionStatements(database);
  await issueCollectionStatements(database);
}

// `Record<keyof ...>`: a method that is added to a room and not called here does not compile.

function branchKeySteps(keys: BranchKeyStore): Record<keyof BranchKeyStore, () => Promise<unknown>> {
  return {
    claim: async () => {
      await keys.newest(tenant);
      await keys.claim(tenant, 0, "first");
      await keys.claim(tenant, 0, "second");
    },
    takeOver: async () => {
      await keys.takeOver(tenant, 0, "first", "third");
      await keys.takeOver(tenant, 0, "first", "fourth");
    },
    withdraw: async () => {
      await keys.withdraw(tenant, 0, "third");
      await keys.claim(tenant, 0, "fifth");
    },
    publish: async () => {
      await keys.publish(0, record);
      await keys.publish(0, record);
    },
    newest: () => keys.newest(tenant),
    first: () => keys.first(tenant),
    find: () => keys.find(record),
    reserve: async () => {
      await keys.reserve(branch, 64);
      await keys.reserve(branch, envelopesPerBranchKey);
    },
  };
}

function walletSteps(rows: WalletRows): Record<keyof WalletRows, () => Promise<unknown>> {
  return {
    insert: async () => {
      await rows.insert("user", sealed, [first], "2026-01-01T00:00:00.000Z");
      await rows.insert("user", sealed, [first], "2026-01-01T00:00:00.000Z");
    },
    countLacking: () => rows.countLacking(schemes),
    lacking: () => rows.lacking({ after: "", limit: 10, schemes }),
    sealed: () => rows.sealed(walletId),
    extend: async () => {
      await rows.extend(1, { ...sealed, envelope: Uint8Array.of(7, 8, 9) }, [second]);
      await rows.extend(1, sealed, [second]);
    },
    find: () => rows.find(userKey),
    findById: () => rows.findById(walletId),
    findByAddress: () => rows.findByAddress([first, second]),
  };
}

async function inOrder(steps: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  for (const step of Object.values(steps)) await step();
}
