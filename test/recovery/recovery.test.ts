import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { HDNodeWallet } from "ethers";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksOf } from "../../scripts/doc-blocks.ts";
import { isRecord } from "../../scripts/guards.ts";
import { type Outcome, run } from "../../scripts/run.ts";
import { type KmsEmulator, startKmsEmulator } from "../harness/kms-emulator.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres.ts";
import { runChild } from "../harness/run-child.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";

// Nothing here imports Latchkey: a process of its own makes the wallet, and the document's steps open it.
const root = fileURLToPath(new URL("../..", import.meta.url));
const blocks = blocksOf(readFileSync(join(root, "docs", "recovery.md"), "utf8"));
const aws = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
const user = "alice's id, ünïcode";

let server: PostgresServer;
let kms: KmsEmulator;
beforeAll(async () => {
  [server, kms] = await Promise.all([startPostgres(), startKmsEmulator()]);
});
afterAll(() => Promise.all([server.stop(), kms.close()]));

/** The document's block of that name, in whatever language. */
function block(name: string, language: string): string {
  const found = blocks.filter((each) => each.language === language && each.marks.includes(name));
  expect(found, `${language} ${name}`).toHaveLength(1);
  return found[0]?.text ?? "";
}

/** The document's statement for another tenant and user. */
function statement(name: string, tenant: string): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const text = block(name, "sql");
  expect(text).toContain("'default'");
  expect(text).toContain("'alice'");
  return text.replace("'default'", quoted(tenant)).replace("'alice'", quoted(user));
}

async function rowsOf(store: string, place: string, tenant: string): Promise<string> {
  if (store === "sqlite") {
    const database = new DatabaseSync(place, { readOnly: true });
    const rows = database.prepare(statement("sqlite", tenant)).all();
    database.close();
    expect(rows).toHaveLength(1);
    return String(rows[0]?.["rows"]);
  }
  const client = new pg.Client({ connectionString: place });
  await client.connect();
  const { rows } = await client.query<{ rows: string }>(statement("postgres", tenant));
  await client.end();
  expect(rows).toHaveLength(1);
  return rows[0]?.rows ?? "";
}

/** Runs one of the document's programs in the directory, with the packages that the document installs. */
async function follow(directory: string, name: string): Promise<Outcome> {
  const program = block(name, "ts");
  expect(program).not.toMatch(/from "(?:latchkey|\.)/);
  writeFileSync(join(directory, `${name}.mts`), program);
  return await run(process.execPath, [`${name}.mts`], {
    cwd: directory,
    env: { ...process.env, ...aws, AWS_ENDPOINT_URL_KMS: kms.endpoint },
  });
}

function prepare(): string {
  const directory = temporaryDirectory();
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  mkdirSync(join(directory, "data"), { mode: 0o700 });
  return directory;
}

async function makeWallet(args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runChild(new URL("./children/make-wallet.ts", import.meta.url), args, aws);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

// Budget of the file: 20 s.
describe("docs/recovery.md", { timeout: 60_000 }, () => {
  it.each([
    { store: "sqlite", wrapping: "root" },
    { store: "postgres", wrapping: "kms" },
  ])("opens a wallet of $store wrapped by $wrapping", async ({ store, wrapping }) => {
    const directory = prepare();
    const tenant = "shop & co";
    const place =
      store === "sqlite" ? join(directory, "data", "wallets.db") : await server.createDatabase(`recovery_${wrapping}`);
    const key = wrapping === "root" ? ["root", join(directory, "root.key")] : ["kms", kms.createKey(), kms.endpoint];
    const made = await makeWallet([tenant, user, store, place, ...key]);

    writeFileSync(join(directory, "rows.json"), await rowsOf(store, place, tenant));
    expect(await follow(directory, `unwrap-${wrapping}`)).toEqual({ code: 0, stdout: "", stderr: "" });
    const { code, stdout, stderr } = await follow(directory, "open");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });

    const recovered: unknown = JSON.parse(stdout);
    if (!isRecord(recovered) || !Array.isArray(made)) throw new Error("nothing was recovered");
    expect(recovered["userId"]).toBe(user);
    const shown = made.map((account: { path: string; address: string }) => [account.path, account.address]);
    expect(shown).toHaveLength(2);
    // The document's program compares addresses itself; this shows that what it prints opens them elsewhere.
    for (const [path, address] of shown) {
      expect(HDNodeWallet.fromPhrase(String(recovered["phrase"]), undefined, path).address).toBe(address);
    }
  });

  it("stops at a wrong root key, and at another wallet's rows", async () => {
    const directory = prepare();
    const place = join(directory, "data", "wallets.db");
    await makeWallet(["default", user, "sqlite", place, "root", join(directory, "root.key")]);
    const rows = await rowsOf("sqlite", place, "default");
    writeFileSync(join(directory, "rows.json"), rows);
    expect((await follow(directory, "unwrap-root")).code).toBe(0);

    writeFileSync(join(directory, "rows.json"), rows.replace(/"wallet_id":"[^"]+"/, '"wallet_id":"another"'));
    const otherRows = await follow(directory, "open");
    expect(otherRows).toMatchObject({ code: 1, stdout: "" });
    expect(otherRows.stderr).toContain("the envelope has another wallet");
    writeFileSync(join(directory, "rows.json"), rows);
    writeFileSync(join(directory, "root.key"), Buffer.alloc(32, 7), { mode: 0o600 });
    const wrongKey = await follow(directory, "unwrap-root");
    expect(wrongKey.code).toBe(1);
    expect(wrongKey.stderr).toContain("unable to authenticate data");
  });
});
