import { chmod, copyFile, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { localRootKey, sqlite } from "../../../src/index.ts";
import { oneChain, someTransfer } from "../../harness/offline-chain.ts";
import { openObserved, type World } from "./world.ts";

const chains = oneChain();

/** The root key file is loose, away, another, or not a file. */
export async function breakRootKey(world: World, rootKey: string): Promise<void> {
  const { observed } = world;
  const sends = async (code: string, what: string, path = rootKey): Promise<void> => {
    const latchkey = await openObserved(world, { chains, wrappingKey: localRootKey(path) });
    const wallet = await latchkey.login("alice");
    await observed.provoke(code, `root key: ${what}`, () => wallet.accounts.main.send(someTransfer));
    await latchkey.close();
  };
  await chmod(rootKey, 0o644);
  await sends("ERR_ROOT_KEY_UNSAFE", "open to others");
  await chmod(rootKey, 0o600);
  await symlink(rootKey, `${rootKey}.link`);
  await sends("ERR_ROOT_KEY_UNSAFE", "a link", `${rootKey}.link`);
  await mkdir(`${rootKey}.directory`);
  await sends("ERR_ROOT_KEY_UNSAFE", "a directory", `${rootKey}.directory`);
  await writeFile(`${rootKey}.short`, "short", { mode: 0o600 });
  await sends("ERR_ROOT_KEY_UNSAFE", "short", `${rootKey}.short`);
  await sends("ERR_ROOT_KEY_MISSING", "away", `${rootKey}.away`);
  const other = localRootKey(`${rootKey}.other`);
  const [wrapped] = await other.wrap(new Uint8Array(32), {});
  observed.add("object wrapped", other, wrapped);
  // Memory that others' bytes pass through would show them, by chance.
  expect(wrapped?.ciphertext.buffer.byteLength).toBe(wrapped?.ciphertext.length);
  await sends("ERR_VAULT_OPEN_FAILED", "another", `${rootKey}.other`);

  // Replaced, then away, while it is in use.
  await rename(rootKey, `${rootKey}.kept`);
  await copyFile(`${rootKey}.kept`, rootKey);
  const used = localRootKey(rootKey);
  await used.wrap(new Uint8Array(32), {});
  await copyFile(`${rootKey}.other`, rootKey);
  await observed.provoke("ERR_ROOT_KEY_UNSAFE", "root key: replaced", () => used.wrap(new Uint8Array(32), {}));
  await rename(rootKey, `${rootKey}.other`);
  await observed.provoke("ERR_ROOT_KEY_MISSING", "root key: gone", () => used.wrap(new Uint8Array(32), {}));
  await rename(`${rootKey}.kept`, rootKey);

  await observed.provoke("ERR_VAULT_SECRET_INVALID", "31 bytes to wrap", () => used.wrap(new Uint8Array(31), {}));
  await used.close();
  await observed.provoke("ERR_CLOSED", "a closed root key", () => used.wrap(new Uint8Array(32), {}));
  const environment = process.env["NODE_ENV"];
  vi.stubEnv("NODE_ENV", "production");
  await observed.provoke("ERR_ROOT_KEY_PRODUCTION", "a root key in production", () => localRootKey(rootKey));
  vi.stubEnv("NODE_ENV", environment);
}

/** The database file is loose, no database, a link, or cannot be made. */
export async function breakDatabaseFile(world: World, database: string): Promise<void> {
  const { observed } = world;
  const opens = (code: string, what: string, path: string): Promise<void> =>
    observed.provoke(code, `SQLite: ${what}`, () => openObserved(world, { chains, store: sqlite(path) }));
  await chmod(database, 0o644);
  await opens("ERR_STORE_UNSAFE_FILE", "open to others", database);
  await chmod(database, 0o600);
  await symlink(database, `${database}.link`);
  await opens("ERR_STORE_UNSAFE_FILE", "a link", `${database}.link`);
  await writeFile(`${database}.text`, "not a database".repeat(1000), { mode: 0o600 });
  await opens("ERR_STORE_FAILED", "no database", `${database}.text`);
  await opens("ERR_STORE_UNAVAILABLE", "no directory", join(database, "wallets.db"));
}
