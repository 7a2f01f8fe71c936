import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { localRootKey, sqlite } from "../../src/index.ts";
import type { WrappingKey } from "../../src/ports/wrapping-key.ts";
import type { BackfillProgress } from "../../src/wallets/backfill.ts";
import { thrownBy } from "../harness/errors.ts";
import { offlineChain, oneChain, secondScheme, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
import { nextTurns } from "./next-turns.ts";
import { watchStore } from "./watched-store.ts";

const users = Array.from({ length: 24 }, (_, index) => `user-${String(index)}`);

/** A directory in which all users have one account, from before the second chain was configured. */
async function oldUsers(): Promise<string> {
  const directory = temporaryDirectory();
  const { latchkey } = await openTestLatchkey({ directory, chains: oneChain() });
  await Promise.all(users.map((user) => latchkey.login(user)));
  await latchkey.close();
  return directory;
}

/** Latchkey over both chains, with a store that is watched. */
async function reopen(directory: string, wrappingKey?: WrappingKey) {
  const watched = watchStore(sqlite(join(directory, "wallets.db")));
  const store = watched.adapter;
  const options = { directory, chains: twoChains(), store, ...(wrappingKey === undefined ? {} : { wrappingKey }) };
  return { ...(await openTestLatchkey(options)), watched };
}

/** The root key of a directory, refusing to open anything with the error given. Counts how often it is asked. */
function refusing(directory: string, error: LatchkeyError) {
  const calls = { unwraps: 0 };
  const key = localRootKey(join(directory, "root.key"));
  const wrappingKey: WrappingKey = {
    description: key.description,
    wrap: (...given) => key.wrap(...given),
    unwrap: () => {
      calls.unwraps += 1;
      return Promise.reject(error);
    },
    close: () => key.close(),
  };
  return { wrappingKey, calls };
}

/** What somebody else does to the file. */
function alter(path: string, sql: string): void {
  const connection = new DatabaseSync(path);
  try {
    connection.exec(sql);
  } finally {
    connection.close();
  }
}

// Budget of the file: 10 s.
describe("backfill", () => {
  it("stops at an outage of the store, keeps what was done, and goes on from there when run again", async () => {
    const directory = await oldUsers();
    const { latchkey, watched } = await reopen(directory);
    const down = new LatchkeyError("ERR_STORE_UNAVAILABLE", "scripted");
    // One reservation under the branch key, then a transaction for each wallet.
    const lastGood = watched.transactions() + 1 + 10;
    watched.beforeTransaction = () => (watched.transactions() > lastGood ? Promise.reject(down) : Promise.resolve());
    const progress: BackfillProgress[] = [];
    const run = () => latchkey.backfill({ concurrency: 4, onProgress: (each) => progress.push(each) });
    expect(await thrownBy(run)).toBe(down);
    expect(progress).toEqual([]);
    const complete = () => Promise.all(users.map(async (user) => hasBoth(await latchkey.wallet(user))));
    expect((await complete()).filter(Boolean)).toHaveLength(10);

    watched.beforeTransaction = () => Promise.resolve();
    expect(await run()).toEqual({ total: 14, extended: 14, failed: 0 });
    expect(progress).toEqual([{ total: 14, extended: 14, failed: 0 }]);
    expect((await complete()).filter(Boolean)).toHaveLength(24);
    for (const user of users) await (await latchkey.login(user)).accounts.second.send(someTransfer);
  });

  it.each(["ERR_KMS_UNAVAILABLE", "ERR_KMS_DENIED", "ERR_KMS_KEY_UNUSABLE"] as const)(
    "stops where the wrapping key answers with %s, without asking it for every wallet",
    async (code) => {
      const directory = await oldUsers();
      const { wrappingKey, calls } = refusing(directory, new LatchkeyError(code, "scripted"));
      const { latchkey } = await reopen(directory, wrappingKey);
      expect(await thrownBy(() => latchkey.backfill({ concurrency: 4 }))).toMatchObject({ code });
      expect(calls.unwraps).toBeLessThanOrEqual(4);
      const { latchkey: healed } = await reopen(directory);
      expect(await healed.backfill()).toEqual({ total: 24, extended: 24, failed: 0 });
    },
  );

  it("passes over a wallet that cannot be opened, says which, and leaves it as it was", async () => {
    const directory = await oldUsers();
    alter(join(directory, "wallets.db"), "UPDATE latchkey_wallets SET envelope = x'00' WHERE user_id = 'user-7'");
    const { latchkey, recorder } = await reopen(directory);
    expect(await latchkey.backfill()).toEqual({ total: 24, extended: 23, failed: 1 });
    const broken = await latchkey.wallet("user-7");
    expect(hasBoth(broken)).toBe(false);
    expect(recorder.lines.filter(({ level }) => level === "error")).toEqual([
      {
        level: "error",
        fields: { walletId: broken?.id, code: "ERR_VAULT_OPEN_FAILED" },
        message: "a wallet could not be given its new accounts",
      },
    ]);
    expect(await latchkey.backfill()).toEqual({ total: 1, extended: 0, failed: 1 });
  });

  it("passes over every wallet whose own row is the trouble, and does all that come later", async () => {
    const directory = temporaryDirectory();
    const moved = [offlineChain("main", { ...secondScheme, id: "evm" })];
    const before = await openTestLatchkey({ directory, chains: moved });
    // Made when the scheme had another path.
    const other = await before.latchkey.login("other path");
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain() });
    const [named, busy] = [await latchkey.login("named otherwise"), await latchkey.login("busy")];
    for (let later = 0; later < 4; later += 1) await latchkey.login(`later-${String(later)}`);
    const path = join(directory, "wallets.db");
    alter(path, `UPDATE latchkey_wallets SET user_id = 'later-0' WHERE wallet_id = '${named.id}'`);
    // Somebody else is always first.
    alter(
      path,
      `CREATE TRIGGER busy BEFORE UPDATE ON latchkey_wallets WHEN old.wallet_id = '${busy.id}'
       BEGIN SELECT RAISE(IGNORE); END`,
    );
    const next = await reopen(directory);
    expect(await next.latchkey.backfill({ concurrency: 1 })).toEqual({ total: 7, extended: 4, failed: 3 });
    const errors = next.recorder.lines.filter(({ level }) => level === "error");
    expect(new Map(errors.map(({ fields }) => [fields["walletId"], fields["code"]]))).toEqual(
      new Map([
        [named.id, "ERR_VAULT_OPEN_FAILED"],
        [busy.id, "ERR_WALLET_CONFLICT"],
        [other.id, "ERR_CONFIG_INVALID"],
      ]),
    );
    for (let later = 0; later < 4; later += 1) {
      expect(hasBoth(await next.latchkey.wallet(`later-${String(later)}`))).toBe(true);
    }
  });

  it.each([1, 3])("has %d wallets in work at a time where it was told so", async (concurrency) => {
    const { latchkey, watched } = await reopen(await oldUsers());
    const held = Promise.withResolvers<undefined>();
    onTestFinished(() => {
      held.resolve(undefined);
    });
    watched.beforeTransaction = () => held.promise;
    const begun = watched.transactions();
    const running = latchkey.backfill({ concurrency });
    // Everyone who has begun has read a wallet, and waits for the first to reserve an envelope.
    await expect.poll(() => watched.transactions() - begun).toBe(1);
    expect(watched.statements().filter(({ sql }) => sql.includes('where "w"."user_key"'))).toHaveLength(concurrency);
    held.resolve(undefined);
    expect(await running).toMatchObject({ extended: 24 });
  });

  it("waits for what onProgress returns", async () => {
    const { latchkey } = await reopen(await oldUsers());
    const told = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<undefined>();
    const order: string[] = [];
    const onProgress = async (): Promise<void> => {
      told.resolve(undefined);
      await held.promise;
      order.push("progress");
    };
    const running = latchkey.backfill({ onProgress }).then(() => order.push("end"));
    await told.promise;
    await nextTurns();
    held.resolve(undefined);
    await running;
    expect(order).toEqual(["progress", "end"]);
  });

  it("is stopped by what onProgress throws or rejects with, and keeps what was done", async () => {
    const failure = new Error("the caller's own");
    for (const onProgress of [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ]) {
      const { latchkey } = await reopen(await oldUsers());
      expect(await thrownBy(() => latchkey.backfill({ onProgress }))).toBe(failure);
      expect(await latchkey.backfill()).toEqual({ total: 0, extended: 0, failed: 0 });
    }
  });

  it.each(["is not waited for", "is waited for by onProgress"])(
    "ends after the batch under way at a close that %s",
    async (how) => {
      const directory = temporaryDirectory();
      const { latchkey } = await reopen(directory);
      // Rows that cannot be completed take no time.
      const path = join(directory, "wallets.db");
      alter(
        path,
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
       INSERT INTO latchkey_wallets SELECT 'wallet-' || i, 'default', 'key-' || i, 'user', 'branch', 1, x'00', 1, 'now' FROM n`,
      );
      const batches: number[] = [];
      const closings: Promise<void>[] = [];
      const onProgress = ({ failed }: BackfillProgress): unknown => {
        batches.push(failed);
        const closing = latchkey.close();
        closings.push(closing);
        return how === "is not waited for" ? undefined : closing;
      };
      expect(await latchkey.backfill({ onProgress })).toEqual({ total: 600, extended: 0, failed: 256 });
      expect(batches).toEqual([256]);
      await Promise.all(closings);
    },
  );

  it("does nothing where it was stopped before it began", async () => {
    const { latchkey } = await reopen(await oldUsers());
    expect(await latchkey.backfill({ signal: AbortSignal.abort() })).toEqual({ total: 24, extended: 0, failed: 0 });
    expect(await latchkey.backfill()).toMatchObject({ extended: 24 });
  });

  it.each([-1, 0, 65, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("takes no concurrency of %d", async (concurrency) => {
    const { latchkey } = await openTestLatchkey({ directory: temporaryDirectory(), chains: oneChain() });
    expect(await thrownBy(() => latchkey.backfill({ concurrency }))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
  });
});

function hasBoth(wallet: { readonly accounts: object } | undefined): boolean {
  return Object.keys(wallet?.accounts ?? {}).length === 2;
}
