import { sql, type RawBuilder } from "kysely";
import { expect } from "vitest";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { oneChain, someTransfer, twoChains } from "../../harness/offline-chain.ts";
import { openObserved, type World } from "./world.ts";

/** Somebody who may write to the database alters it; every step ends as it began. */
export async function tamper(world: World): Promise<void> {
  const { observed } = world;
  const [alice, bob] = await Promise.all([rowOf(world, "alice"), rowOf(world, "bob")]);
  const setEnvelope = (envelope: Uint8Array) =>
    sql`update latchkey_wallets set envelope = ${envelope} where user_id = 'alice'`;
  const flipped = (at: number): Uint8Array => alice.envelope.map((byte, index) => (index === at ? byte ^ 1 : byte));

  const sends = async (what: string): Promise<void> => {
    const latchkey = await openObserved(world, { chains: oneChain() });
    const wallet = await latchkey.login("alice");
    await observed.provoke("ERR_VAULT_OPEN_FAILED", what, async () =>
      (await wallet.accounts.main.send(someTransfer)).wait("broadcast"),
    );
    await latchkey.close();
  };
  for (const [what, envelope] of [
    ["another's envelope", bob.envelope],
    ["a flipped bit at the start", flipped(0)],
    ["a flipped bit at the end", flipped(alice.envelope.length - 1)],
    ["an envelope cut short", alice.envelope.slice(0, -20)],
    ["an empty envelope", new Uint8Array(0)],
  ] as const) {
    await write(world, setEnvelope(envelope));
    await sends(what);
  }
  await write(world, setEnvelope(alice.envelope));

  const setWrapped = (wrapped: string) =>
    sql`update latchkey_branch_keys set wrapped = ${wrapped} where tenant = 'default'`;
  for (const wrapped of ["", "[]", "[{}", alice.wrapped.replace(/"ciphertext":"....../, '"ciphertext":"AAAAAA')]) {
    await write(world, setWrapped(wrapped));
    await sends("an altered branch key");
  }
  await write(world, setWrapped(alice.wrapped));

  const setAddress = (address: string) =>
    sql`update latchkey_accounts set address = ${address} where wallet_id = ${alice.wallet_id} and scheme = 'evm'`;
  await write(world, setAddress(bob.address));
  await sends("another's address");
  await write(world, sql`delete from latchkey_accounts where scheme = 'evm-second'`);
  const latchkey = await openObserved(world, { chains: twoChains() });
  await observed.provoke("ERR_VAULT_OPEN_FAILED", "another's address, extended", () => latchkey.login("alice"));
  observed.add("object backfill", await latchkey.backfill());
  await write(world, setAddress(alice.address));

  const dave = await latchkey.login("dave");
  await write(world, sql`delete from latchkey_accounts where wallet_id = ${dave.id}`);
  await write(world, sql`delete from latchkey_wallets where wallet_id = ${dave.id}`);
  await observed.provoke("ERR_WALLET_CONFLICT", "a row that vanished", () =>
    dave.accounts.main.signer.signDigest(new Uint8Array(32)),
  );
  await latchkey.close();

  const setSchema = (version: number) => sql`update latchkey_schema set version = ${version}, oldest_code = ${version}`;
  await write(world, setSchema(99));
  await observed.provoke("ERR_STORE_SCHEMA_NEWER", "a newer schema", () => openObserved(world, { chains: oneChain() }));
  await write(world, setSchema(1));
}

interface Row {
  readonly wallet_id: string;
  readonly envelope: Uint8Array;
  readonly wrapped: string;
  readonly address: string;
}

async function rowOf({ store }: World, userId: string): Promise<Row> {
  const database = await store().open(silentLogger);
  const { rows } = await sql<Row>`
    select w.wallet_id, w.envelope, b.wrapped, a.address from latchkey_wallets w
    join latchkey_branch_keys b on b.branch_id = w.branch_id
    join latchkey_accounts a on a.wallet_id = w.wallet_id and a.scheme = 'evm'
    where w.user_id = ${userId} and w.tenant = 'default'`.execute(database.reader);
  await database.close();
  return rows[0] ?? expect.fail(`no row of ${userId}`);
}

/** Runs one statement that changes something. */
export async function write({ store }: World, statement: RawBuilder<unknown>): Promise<void> {
  const database = await store().open(silentLogger);
  const { numAffectedRows } = await database.transaction((tx) => statement.execute(tx));
  await database.close();
  expect(Number(numAffectedRows)).toBeGreaterThan(0);
}
