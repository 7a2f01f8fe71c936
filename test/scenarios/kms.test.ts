import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { type StoreAdapter, sqlite, type WrappingKey } from "../../src/index.ts";
import { awsKms } from "../../src/vault/aws-kms/index.ts";
import { thrownBy } from "../harness/errors.ts";
import { startKmsEmulator } from "../harness/kms-emulator.ts";
import { oneChain, someTransfer } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

let kms: Awaited<ReturnType<typeof startKmsEmulator>>;
beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  kms = await startKmsEmulator();
});
afterAll(async () => {
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

async function wrappingKey(timeoutMs = 300): Promise<{ key: WrappingKey; keyId: string }> {
  const keyId = await kms.createKey();
  return { key: awsKms({ keyId, endpoint: kms.endpoint, timeoutMs }), keyId };
}

const faults = [
  { what: "is slow (5 s)", fault: { delayMs: 5_000 }, code: "ERR_KMS_UNAVAILABLE", retryable: true },
  { what: "throttles", fault: { throttle: true }, code: "ERR_KMS_THROTTLED", retryable: true },
  { what: "is down", fault: { refuse: true }, code: "ERR_KMS_UNAVAILABLE", retryable: true },
] as const;

describe("login while KMS", { timeout: 60_000 }, () => {
  it.each(faults)("$what: a typed error, nothing half made; known users go on", async ({ fault, code, retryable }) => {
    const directory = temporaryDirectory();
    const { key } = await wrappingKey();
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), wrappingKey: key });

    // The very first login: no branch key yet.
    kms.setFault(fault);
    expect(await thrownBy(() => latchkey.login("first"))).toMatchObject({ code, retryable });
    expect(await latchkey.wallet("first")).toBeUndefined();
    kms.setFault(undefined);
    const known = await latchkey.login("first");

    // The branch key is in memory now: neither old nor new users need KMS.
    kms.setFault(fault);
    await (await latchkey.login("first")).accounts.main.send(someTransfer);
    await latchkey.login("second");

    // Another process knows no key: it finds users, and cannot sign or make any.
    const cold = await openTestLatchkey({ directory, chains: oneChain(), wrappingKey: (await coldKey(known.id, key)).key });
    expect((await cold.latchkey.login("first")).id).toBe(known.id);
    kms.setFault(undefined);
  });

  it("answers with another key: refused, and nothing is half made", async () => {
    const directory = temporaryDirectory();
    const { key } = await wrappingKey();
    const other = await kms.createKey();
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), wrappingKey: key });
    kms.setFault({ answerAs: other });
    expect(await thrownBy(() => latchkey.login("user"))).toMatchObject({ code: "ERR_KMS_WRONG_KEY", retryable: false });
    expect(await latchkey.wallet("user")).toBeUndefined();
    kms.setFault(undefined);
    await latchkey.login("user");
  });

  it("is asked, no database transaction is open", async () => {
    const directory = temporaryDirectory();
    const { adapter, openTransactions } = watched(sqlite(join(directory, "wallets.db")));
    const seen: number[] = [];
    const { key } = await wrappingKey();
    const wrapping = observing(key, () => seen.push(openTransactions()));
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), wrappingKey: wrapping, store: adapter });
    await Promise.all(Array.from({ length: 64 }, (_, index) => latchkey.login(`user-${String(index)}`)));
    await latchkey.close();
    const again = watched(sqlite(join(directory, "wallets.db")));
    const second = awsKmsLike(await key.wrap(new Uint8Array(32), {}), key, () => seen.push(again.openTransactions()));
    const reopened = await openTestLatchkey({ directory, chains: oneChain(), wrappingKey: second, store: again.adapter });
    await (await reopened.latchkey.login("user-1")).accounts.main.send(someTransfer);
    expect(seen).toEqual([0, 0]);
  });
});
