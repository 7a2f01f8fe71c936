import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { type StoreAdapter, sqlite, type WrappingKey } from "../../src/index.ts";
import { awsKms } from "../../src/vault/aws-kms/index.ts";
import { thrownBy } from "../harness/errors.ts";
import { type KmsFault, startKmsEmulator } from "../harness/kms-emulator.ts";
import { oneChain, someTransfer } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

let kms: Awaited<ReturnType<typeof startKmsEmulator>>;
beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  kms = await startKmsEmulator();
});
beforeEach(() => {
  kms.setFault();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await kms.close();
});

/** A store that knows whether a transaction is open. */
function watched(adapter: StoreAdapter): { adapter: StoreAdapter; openTransactions: () => number } {
  let open = 0;
  return {
    openTransactions: () => open,
    adapter: {
      description: adapter.description,
      open: async (logger): Promise<Database> => {
        const database = await adapter.open(logger);
        return {
          dialect: database.dialect,
          reader: database.reader,
          insertIfAbsent: (query) => database.insertIfAbsent(query),
          close: () => database.close(),
          transaction: async (work) => {
            open += 1;
            try {
              return await database.transaction(work);
            } finally {
              open -= 1;
            }
          },
        };
      },
    },
  };
}

/** A wrapping key that notes what was open when it was asked. */
function observing(key: WrappingKey, observe: () => void): WrappingKey {
  return {
    description: key.description,
    wrap: (plaintext, context) => {
      observe();
      return key.wrap(plaintext, context);
    },
    unwrap: (wrapped, context) => {
      observe();
      return key.unwrap(wrapped, context);
    },
    close: () => key.close(),
  };
}

const impatient = { timeoutMs: 300 };

const faults: readonly { what: string; fault: KmsFault; code: string }[] = [
  { what: "is slow (5 s)", fault: { kind: "delay", ms: 5_000 }, code: "ERR_KMS_UNAVAILABLE" },
  { what: "throttles", fault: { kind: "error", status: 400, type: "ThrottlingException" }, code: "ERR_KMS_THROTTLED" },
  { what: "is down", fault: { kind: "reset" }, code: "ERR_KMS_UNAVAILABLE" },
];

// Budget of the file: 15 s.
describe("login while KMS", { timeout: 30_000 }, () => {
  it.each(faults)("$what: a typed error, nothing half made; known users go on", async ({ fault, code }) => {
    const directory = temporaryDirectory();
    const keyId = kms.createKey();
    const open = () =>
      openTestLatchkey({
        directory,
        chains: oneChain(),
        wrappingKey: awsKms({ keyId, endpoint: kms.endpoint, ...impatient }),
      });
    const { latchkey } = await open();

    // The very first login: no branch key yet.
    kms.setFault(fault);
    expect(await thrownBy(() => latchkey.login("first"))).toMatchObject({ code, retryable: true });
    expect(await latchkey.wallet("first")).toBeUndefined();
    kms.setFault();
    const known = await latchkey.login("first");

    // The branch key is in memory now: neither old nor new users need KMS.
    kms.setFault(fault);
    await (await latchkey.login("first")).accounts.main.send(someTransfer);
    await latchkey.login("second");

    // Another process has no key in memory: it finds users, and can neither sign for them nor make new ones.
    const cold = await open();
    const found = await cold.latchkey.login("first");
    expect(found.id).toBe(known.id);
    expect(await thrownBy(() => found.accounts.main.send(someTransfer))).toMatchObject({ code, retryable: true });
    expect(await thrownBy(() => cold.latchkey.login("third"))).toMatchObject({ code, retryable: true });
    expect(await cold.latchkey.wallet("third")).toBeUndefined();
    kms.setFault();
    await found.accounts.main.send(someTransfer);
    await cold.latchkey.login("third");
  });

  it("answers with another key: refused, and nothing is half made", async () => {
    const directory = temporaryDirectory();
    const wrappingKey = awsKms({ keyId: kms.createKey(), endpoint: kms.endpoint, ...impatient });
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), wrappingKey });
    kms.setFault({ kind: "patch", fields: { KeyId: kms.createKey() } });
    expect(await thrownBy(() => latchkey.login("user"))).toMatchObject({ code: "ERR_KMS_WRONG_KEY", retryable: false });
    expect(await latchkey.wallet("user")).toBeUndefined();
    kms.setFault();
    await latchkey.login("user");
  });

  it("is asked, no database transaction is open", async () => {
    const directory = temporaryDirectory();
    const keyId = kms.createKey();
    const seen: number[] = [];
    const open = () => {
      const { adapter, openTransactions } = watched(sqlite(join(directory, "wallets.db")));
      const key = awsKms({ keyId, endpoint: kms.endpoint });
      const wrappingKey = observing(key, () => seen.push(openTransactions()));
      return openTestLatchkey({ directory, chains: oneChain(), wrappingKey, store: adapter });
    };
    const { latchkey } = await open();
    await Promise.all(Array.from({ length: 64 }, (_, index) => latchkey.login(`user-${String(index)}`)));
    await latchkey.close();
    const reopened = await open();
    await (await reopened.latchkey.login("user-1")).accounts.main.send(someTransfer);
    // One call made the branch key, one opened it after the restart.
    expect(seen).toEqual([0, 0]);
  });
});
