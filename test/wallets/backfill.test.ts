import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { localRootKey, sqlite } from "../../src/index.ts";
import type { WrappingKey } from "../../src/ports/wrapping-key.ts";
import type { BackfillProgress } from "../../src/wallets/backfill.ts";
import { thrownBy } from "../harness/errors.ts";
import { oneChain, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
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
    const connection = new DatabaseSync(join(directory, "wallets.db"));
    connection.exec("UPDATE latchkey_wallets SET envelope = x'00' WHERE user_id = 'user-7'");
    connection.close();
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
