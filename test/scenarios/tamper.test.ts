import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type Account, localRootKey } from "../../src/index.ts";
import { expectOpenFailed, thrownBy } from "../harness/errors.ts";
import { offlineChain, secondScheme, someTransfer } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

/** What somebody who may write to the database does to it. */
function alter(directory: string, sql: string, ...values: SQLInputValue[]): void {
  const connection = new DatabaseSync(join(directory, "wallets.db"));
  try {
    const { changes } = connection.prepare(sql).run(...values);
    expect(Number(changes)).toBeGreaterThan(0);
  } finally {
    connection.close();
  }
}

function column(
  directory: string,
  table: string,
  name: string,
  where: string,
  ...values: SQLInputValue[]
): SQLInputValue {
  const connection = new DatabaseSync(join(directory, "wallets.db"), { readOnly: true });
  try {
    const value = connection.prepare(`SELECT ${name} AS value FROM ${table} WHERE ${where}`).get(...values)?.["value"];
    if (value === undefined) throw new Error("no such row");
    return value;
  } finally {
    connection.close();
  }
}

const envelopeOf = (directory: string, userId: string) =>
  column(directory, "latchkey_wallets", "envelope", "user_id = ?", userId);

/** Two users in one database; afterwards nothing is held in memory. */
async function twoUsers(): Promise<{ directory: string; addresses: Record<string, string> }> {
  const directory = temporaryDirectory();
  const { latchkey } = await openTestLatchkey({ directory, chains: [offlineChain("main")] });
  const [alice, mallory] = await Promise.all([latchkey.login("alice"), latchkey.login("mallory")]);
  await latchkey.close();
  return { directory, addresses: { alice: alice.accounts.main.address, mallory: mallory.accounts.main.address } };
}

/** What stops it: the branch key, which every row is guarded under, when it is to be stored; or the secret, when it is to be signed. */
type StoppedAt = "storing" | "signing";

/** Tries to spend as a user; expects the one error and nothing sent. */
async function expectNothingSigned(
  directory: string,
  userId: string,
  { tenant = "default", at = "signing" }: { readonly tenant?: string; readonly at?: StoppedAt } = {},
): Promise<void> {
  const chain = offlineChain("main");
  const { latchkey, recorder } = await openTestLatchkey({ directory, chains: [chain], tenant });
  const { main: account } = (await latchkey.login(userId)).accounts;
  if (at === "storing") expectOpenFailed(await thrownBy(() => account.send(someTransfer)));
  else {
    const handle = await account.send(someTransfer);
    expectOpenFailed(await thrownBy(() => handle.wait("broadcast")));
    expect(await handle.status()).toMatchObject({ state: "failed", attempts: [] });
  }
  expectOpenFailed(await thrownBy(() => account.signer.signDigest(new Uint8Array(32))));
  expect(chain.sent).toHaveLength(0);
  expect(recorder.total("latchkey_signatures_total", { outcome: "ok" })).toBe(0);
  const failed = recorder.total("latchkey_signatures_total", { outcome: "ERR_VAULT_OPEN_FAILED" });
  expect(failed).toBe(at === "signing" ? 2 : 1);
  await latchkey.close();
}

// Budget of the file: 15 s.
describe("an altered database", { timeout: 60_000 }, () => {
  it("another user's envelope does not sign", async () => {
    const { directory } = await twoUsers();
    alter(
      directory,
      "UPDATE latchkey_wallets SET envelope = ? WHERE user_id = 'mallory'",
      envelopeOf(directory, "alice"),
    );
    await expectNothingSigned(directory, "mallory");
  });

  it("another user's envelope with wallet id and accounts moved along does not sign", async () => {
    const { directory } = await twoUsers();
    const aliceKey = column(directory, "latchkey_wallets", "user_key", "user_id = ?", "alice");
    const malloryKey = column(directory, "latchkey_wallets", "user_key", "user_id = ?", "mallory");
    const swap = "UPDATE latchkey_wallets SET user_key = ?, user_id = ? WHERE user_key = ?";
    alter(directory, swap, "x", "x", aliceKey);
    alter(directory, swap, aliceKey, "alice", malloryKey);
    alter(directory, swap, malloryKey, "mallory", "x");
    await expectNothingSigned(directory, "mallory");
    await expectNothingSigned(directory, "alice");
  });

  it("another user's address in the row does not sign", async () => {
    const { directory, addresses } = await twoUsers();
    const malloryId = column(directory, "latchkey_wallets", "wallet_id", "user_id = ?", "mallory");
    alter(
      directory,
      "UPDATE latchkey_accounts SET address = ? WHERE wallet_id = ?",
      addresses["alice"] ?? "",
      malloryId,
    );
    await expectNothingSigned(directory, "mallory");
  });

  it("an address that was altered stops the next scheme from being added", async () => {
    const { directory } = await twoUsers();
    alter(directory, "UPDATE latchkey_accounts SET address = '0x000000000000000000000000000000000000dEaD'");
    const { latchkey } = await openTestLatchkey({
      directory,
      chains: [offlineChain("main"), offlineChain("second", secondScheme)],
    });
    expectOpenFailed(await thrownBy(() => latchkey.login("alice")));
    expect(await latchkey.backfill()).toEqual({ total: 2, extended: 0, failed: 2 });
  });

  it("bits flipped, bytes missing or appended in the stored envelope do not sign", async () => {
    const { directory } = await twoUsers();
    const whole = envelopeOf(directory, "alice");
    if (!(whole instanceof Uint8Array)) throw new Error("not bytes");
    const set = (envelope: Uint8Array) => {
      alter(directory, "UPDATE latchkey_wallets SET envelope = ? WHERE user_id = 'alice'", envelope);
    };
    for (const at of [0, 3, 40, 200, 300, whole.length - 1]) {
      const flipped = Uint8Array.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      set(flipped);
      await expectNothingSigned(directory, "alice");
    }
    for (const altered of [
      whole.slice(0, -1),
      whole.slice(1),
      Buffer.concat([whole, Buffer.from([0])]),
      Buffer.alloc(0),
    ]) {
      set(altered);
      await expectNothingSigned(directory, "alice");
    }
    set(whole);
    const { latchkey } = await openTestLatchkey({ directory, chains: [offlineChain("main")] });
    await (await (await latchkey.login("alice")).accounts.main.send(someTransfer)).wait("final");
  });

  it("another branch id or version in the row does not sign", async () => {
    for (const change of ["branch_version = 2", "branch_id = 'a'"]) {
      const { directory } = await twoUsers();
      alter(directory, `UPDATE latchkey_wallets SET ${change} WHERE user_id = 'alice'`);
      await expectNothingSigned(directory, "alice", { at: "storing" });
    }
  });

  it("another tenant's branch key does not sign", async () => {
    const directory = temporaryDirectory();
    for (const tenant of ["shop", "bank"]) {
      const { latchkey } = await openTestLatchkey({ directory, chains: [offlineChain("main")], tenant });
      await latchkey.login("user");
      await latchkey.close();
    }
    for (const name of ["branch_id", "envelope"]) {
      const bank = column(directory, "latchkey_wallets", name, "tenant = 'bank'");
      alter(directory, `UPDATE latchkey_wallets SET ${name} = ? WHERE tenant = 'shop'`, bank);
      await expectNothingSigned(directory, "user", { tenant: "shop", at: "storing" });
    }
  });

  it("another root key opens nothing, and says so in the same words", async () => {
    const { directory } = await twoUsers();
    const other = temporaryDirectory();
    const rootKey = localRootKey(join(other, "root.key"));
    await rootKey.wrap(new Uint8Array(32), {});
    const chain = offlineChain("main");
    const { latchkey } = await openTestLatchkey({ directory, chains: [chain], wrappingKey: rootKey });
    const wallet = await latchkey.login("alice");
    expectOpenFailed(await thrownBy(() => wallet.accounts.main.send(someTransfer)));
    expectOpenFailed(await thrownBy(() => latchkey.login("a new user")));
    expect(await latchkey.wallet("a new user")).toBeUndefined();
    expect(chain.sent).toHaveLength(0);
  });

  it("a row that vanishes between login and signature signs nothing, and gives a typed error", async () => {
    const { directory } = await twoUsers();
    const chain = offlineChain("main");
    const { latchkey } = await openTestLatchkey({ directory, chains: [chain] });
    const wallet = await latchkey.login("alice");
    alter(directory, "DELETE FROM latchkey_accounts WHERE wallet_id = ?", wallet.id);
    alter(directory, "DELETE FROM latchkey_wallets WHERE wallet_id = ?", wallet.id);
    await expectGone(wallet.accounts.main);
    expect(chain.sent).toHaveLength(0);
  });
});

/** Neither signs nor sends, since the wallet is gone. */
async function expectGone(account: Account): Promise<void> {
  expect(await thrownBy(() => account.signer.signDigest(new Uint8Array(32)))).toMatchObject({
    code: "ERR_WALLET_CONFLICT",
  });
  const handle = await account.send(someTransfer);
  await thrownBy(() => handle.wait("broadcast", { timeoutMs: 1_000 }));
  expect(await handle.status()).toMatchObject({ attempts: [], hash: null });
}

/** What reads alice's row and opens nothing. */
async function expectRefusedWhenRead(directory: string, address: string): Promise<void> {
  const { latchkey, recorder } = await openTestLatchkey({ directory, chains: [offlineChain("main")] });
  for (const read of [
    () => latchkey.login("alice"),
    () => latchkey.wallet("alice"),
    () => latchkey.findByAddress(address),
  ]) {
    expectOpenFailed(await thrownBy(read));
  }
  expect(recorder.total("latchkey_wrapping_key_calls_total")).toBe(0);
  await latchkey.close();
}

describe("an altered row is refused", { timeout: 60_000 }, () => {
  it.each(["'mallory'", "'Alice'", "''", "x'616c696365'"])(
    "when it is read, where it names user %s",
    async (userId) => {
      const { directory, addresses } = await twoUsers();
      const { alice = "", mallory = "" } = addresses;
      alter(directory, `UPDATE latchkey_wallets SET user_id = ${userId} WHERE user_id = 'alice'`);
      await expectRefusedWhenRead(directory, alice);
      const chains = [offlineChain("main"), offlineChain("second", secondScheme)];
      const { latchkey } = await openTestLatchkey({ directory, chains });
      // Neither is completed in the other's name.
      expect(await latchkey.backfill()).toEqual({ total: 2, extended: 1, failed: 1 });
      expect((await latchkey.findByAddress(mallory))?.userId).toBe("mallory");
      await (await (await latchkey.login("mallory")).accounts.second.send(someTransfer)).wait("final");
    },
  );

  it("when it is read, where it has another user's key", async () => {
    const { directory, addresses } = await twoUsers();
    const key = column(directory, "latchkey_wallets", "user_key", "user_id = ?", "alice");
    alter(directory, "UPDATE latchkey_wallets SET user_key = 'x' WHERE user_id = 'alice'");
    alter(directory, "UPDATE latchkey_wallets SET user_key = ? WHERE user_id = 'mallory'", key);
    await expectRefusedWhenRead(directory, addresses["alice"] ?? "");
  });

  it("when it is found by address, where it was moved to another tenant", async () => {
    const { directory, addresses } = await twoUsers();
    const { alice = "" } = addresses;
    alter(directory, "UPDATE latchkey_wallets SET tenant = 'bank' WHERE user_id = 'alice'");
    const bank = await openTestLatchkey({ directory, chains: [offlineChain("main")], tenant: "bank" });
    expectOpenFailed(await thrownBy(() => bank.latchkey.findByAddress(alice)));
    const own = await openTestLatchkey({ directory, chains: [offlineChain("main")] });
    expect(await own.latchkey.findByAddress(alice)).toBeUndefined();
    await expectGone((await own.latchkey.login("alice")).accounts.main);
  });

  it("when it is read, where its time is none", async () => {
    const { directory, addresses } = await twoUsers();
    alter(directory, "UPDATE latchkey_wallets SET created_at = 'never' WHERE user_id = 'alice'");
    await expectRefusedWhenRead(directory, addresses["alice"] ?? "");
  });

  it.each([
    "path = 'm/44''/60''/1''/0/0'",
    "path = ''",
    "path = x'00'",
    "path = 'm/44''/60''/1''/0/0', address = '0x000000000000000000000000000000000000dEaD'",
  ])("by login and backfill, where an account has %s", async (change) => {
    const { directory } = await twoUsers();
    const aliceId = column(directory, "latchkey_wallets", "wallet_id", "user_id = ?", "alice");
    alter(directory, `UPDATE latchkey_accounts SET ${change} WHERE wallet_id = ?`, aliceId);
    const { latchkey } = await openTestLatchkey({ directory, chains: [offlineChain("main")] });
    expectOpenFailed(await thrownBy(() => latchkey.login("alice")));
    const chains = [offlineChain("main"), offlineChain("second", secondScheme)];
    const next = await openTestLatchkey({ directory, chains });
    expect(await next.latchkey.backfill()).toEqual({ total: 2, extended: 1, failed: 1 });
  });

  it.each(["'text'", "5", "zeroblob(0)"])("before it signs, where the envelope is %s", async (envelope) => {
    const { directory } = await twoUsers();
    alter(directory, `UPDATE latchkey_wallets SET envelope = ${envelope} WHERE user_id = 'alice'`);
    await expectNothingSigned(directory, "alice");
    const chains = [offlineChain("main"), offlineChain("second", secondScheme)];
    const { latchkey } = await openTestLatchkey({ directory, chains });
    expect(await latchkey.backfill()).toEqual({ total: 2, extended: 1, failed: 1 });
  });
});
