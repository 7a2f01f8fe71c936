import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdir, readFile, stat } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { errorCodes, localRootKey, sqlite } from "../../src/index.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { awsKms } from "../../src/vault/aws-kms/index.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { type KmsEmulator, startKmsEmulator } from "../harness/kms-emulator.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres.ts";
import { type ChildOutcome, runChild } from "../harness/run-child.ts";
import { keySecret, type Secret, SecretSearch, textSecret } from "../harness/secrets.ts";
import { breakMigration } from "./leak/migration.ts";
import { useCollections } from "./leak/collections.ts";
import { runCommands } from "./leak/cli.ts";
import { type FaultyNode, startFaultyNode } from "./leak/faulty-node.ts";
import { breakDatabaseFile, breakRootKey } from "./leak/file-failures.ts";
import { useEthers } from "./leak/ethers.ts";
import { failInside } from "./leak/inside.ts";
import { breakKms } from "./leak/kms-failures.ts";
import { useKmsSigner } from "./leak/kms-signer.ts";
import { useKaia } from "./leak/kaia.ts";
import { secretsDrawn, secretsInStore } from "./leak/known-secrets.ts";
import { misplaced, misuseCalls, misuseOptions } from "./leak/misuse.ts";
import { breakNode } from "./leak/node-failures.ts";
import { Observed } from "./leak/observed.ts";
import { breakPolicy } from "./leak/policy.ts";
import { breakPostgres } from "./leak/postgres-failures.ts";
import { webhookSecrets } from "./leak/receiver.ts";
import { tamper } from "./leak/tamper.ts";
import { randomToken } from "./leak/tokens.ts";
import { breakTransactions } from "./leak/transactions.ts";
import { addChain, useEverything, users } from "./leak/use.ts";
import { addRecorded, type World } from "./leak/world.ts";

// Every random number that the sources draw in this process.
const drawn = vi.hoisted((): Uint8Array[] => []);
vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:crypto")>();
  const randomBytes = (size: number): Buffer => {
    const bytes = original.randomBytes(size);
    drawn.push(Uint8Array.from(bytes));
    return bytes;
  };
  return { ...original, randomBytes };
});

const credentials = { secret: randomToken() + randomToken().slice(24), token: randomToken() + randomToken() };
const directory = mkdtempSync(join(tmpdir(), "latchkey-leak-"));
const rootKey = join(directory, "root.key");
const databaseFile = join(directory, "wallets.db");
const observed = new Observed();
const spawned: unknown[] = [];
const notice = (message: unknown): void => {
  spawned.push(message);
};

let anvil: Anvil;
let node: FaultyNode;
let kms: KmsEmulator;
let server: PostgresServer;
let url: string;
let beganMs: number;
let child: ChildOutcome;
let keys: Secret[];
let texts: Secret[];

// Budget of the file: 40 s, most of it for starting the servers and for time-outs that are provoked.
beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIACANARY0CANARY000");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", credentials.token);
  [anvil, kms, server] = await Promise.all([startAnvil(), startKmsEmulator(), startPostgres()]);
  node = await startFaultyNode(anvil.url);
  url = await server.createDatabase("leak");
  const keyId = kms.createKey();
  const shared = { observed, anvil, node };
  const small: World = { ...shared, store: () => sqlite(databaseFile), wrappingKey: () => localRootKey(rootKey) };
  const large: World = {
    ...shared,
    store: () => postgres(url),
    wrappingKey: () => awsKms({ keyId, endpoint: kms.endpoint }),
  };

  // What Latchkey might print by itself.
  for (const name of ["debug", "info", "log", "warn", "error", "trace"] as const) {
    vi.spyOn(console, name).mockImplementation((...values) => {
      observed.add("output", ...values);
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      observed.add("output", Buffer.from(chunk).toString());
      return true;
    });
  }
  beganMs = Date.now();
  subscribe("child_process", notice);
  for (const world of [small, large]) {
    await useEverything(world);
    await addChain(world);
    await tamper(world);
    await misuseCalls(world);
    await breakTransactions(world);
    await breakPolicy(world);
    await useCollections(world);
    await breakMigration(world, directory);
  }
  await misuseOptions(small, directory);
  await breakRootKey(small, rootKey);
  await breakDatabaseFile(small, databaseFile);
  await breakNode(large);
  await useKaia(small);
  await useEthers(small);
  const quoted = `${credentials.secret} ${credentials.token}`;
  const signingKey = await useKmsSigner(small, kms, quoted);
  await breakKms(large, { kms, keyId, credentials: quoted });
  await breakPostgres(large, server, url);
  await runCommands(observed, databaseFile, url);
  await failInside(observed, drawn.find(({ length }) => length === 32) ?? expect.fail("nothing drawn"), rootKey);
  expect(spawned).toEqual([]);

  child = await runChild(new URL("./children/leak-backend.ts", import.meta.url), [], {
    LEAK_DATABASE_URL: url,
    LEAK_KMS_KEY: keyId,
    LEAK_KMS_ENDPOINT: kms.endpoint,
    LEAK_NODE_URL: node.url,
    LEAK_NODE_HEADER: node.keys.header,
    NODE_OPTIONS: "--permission --allow-fs-read=* --allow-fs-write=*",
  });
  unsubscribe("child_process", notice);
  vi.restoreAllMocks();
  observed.add("child output", child.stdout, child.stderr);
  addRecorded(observed);

  const stored = await Promise.all(
    [small, large].map(({ store, wrappingKey }) => secretsInStore(store(), wrappingKey())),
  );
  keys = [
    ...stored.flat(),
    ...(await secretsDrawn(drawn)),
    keySecret("the root key", await readFile(rootKey)),
    keySecret("the KMS key's material", kms.exportKey(keyId).material),
    keySecret("the signing key in KMS", kms.exportKey(signingKey).material),
  ];
  texts = [
    textSecret("the AWS secret access key", credentials.secret),
    textSecret("the AWS session token", credentials.token),
    textSecret("the database's password", new URL(url).password),
    textSecret("a secret out of place", misplaced),
    ...Object.entries(webhookSecrets).map(([where, text]) => textSecret(`a webhook's ${where}`, text)),
    ...Object.entries(node.keys).map(([where, key]) => textSecret(`the node's key in its ${where}`, key)),
  ];
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([anvil.stop(), kms.close(), server.stop(), node.close()]);
  rmSync(directory, { recursive: true, force: true });
});

describe("what can be seen of Latchkey", () => {
  it("shows no secret: in no object, error, stack, event, log line, metric or output", () => {
    expect(observed.leaks(new SecretSearch([...keys, ...texts]))).toEqual([]);
  });

  it("was looked at in every way, under every failure", () => {
    expect([...observed.codes].sort()).toEqual(Object.keys(errorCodes).sort());
    for (const kind of ["object", "error", "event", "log", "metric", "status", "webhook", "cli", "child"]) {
      expect(observed.count(kind), kind).toBeGreaterThan(1);
    }
    for (const message of [
      "a listener threw",
      "could not be given its new accounts",
      "took over a branch key claim",
      "could not withdraw",
      "lost a connection",
    ]) {
      expect(observed.sees(message), message).toBe(true);
    }
    expect(node.served).toBeGreaterThan(100);
    expect(kms.calls.total).toBeGreaterThan(20);
  });

  it("is searched for every secret there was", () => {
    const names = keys.map(({ what }) => what);
    for (const user of users) {
      for (const secret of [
        "entropy",
        "phrase",
        "seed",
        "extended master key",
        "branch key",
        "private key evm",
        "private key evm-second",
      ]) {
        expect(names.filter((what) => what === `${secret} of ${user} (default)`)).toHaveLength(2);
      }
    }
    expect(names).toContain("entropy of a user of the child (default)");
    expect(drawn.filter(({ length }) => length === 16).length).toBeGreaterThan(10);
    const search = new SecretSearch([...keys, ...texts]);
    for (const { what, bytes } of [...keys, ...texts]) {
      expect(search.inText(Buffer.from(bytes).toString("base64")).length, what).toBeGreaterThan(0);
    }
  });
});

describe("what lies on the disk", () => {
  it("is no secret, but for the root key in its own file", async () => {
    const search = new SecretSearch(keys);
    const files = (await readdir(directory)).filter((name) => name.startsWith("wallets.db"));
    expect(files).toContain("wallets.db");
    for (const name of files.filter((file) => !file.endsWith(".link"))) {
      const bytes = await readFile(join(directory, name));
      expect([...search.inBytes(bytes), ...search.inText(bytes.toString("latin1"))], name).toEqual([]);
    }
    expect(search.inBytes(await readFile(rootKey))).not.toEqual([]);
    const rest = (await readdir(directory)).filter((name) => !/^(?:wallets\.db|root\.key|migrations-)/.test(name));
    expect(rest).toEqual([]);
  });

  it("is none in the folders of migrations either, but for their own root keys", async () => {
    const search = new SecretSearch(keys);
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && entry.parentPath.includes("migrations-") && entry.name !== "root.key")
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(files.some((file) => file.endsWith("outbox.db"))).toBe(true);
    for (const file of files) {
      const bytes = await readFile(file);
      expect([...search.inBytes(bytes), ...search.inText(bytes.toString("latin1"))], file).toEqual([]);
    }
  });

  it("is no secret in PostgreSQL's files either", async () => {
    const search = new SecretSearch([...keys, ...texts]);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("checkpoint");
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    const { rows: tables } = await client.query<{ table_name: string }>(
      "select table_name from information_schema.tables where table_name like 'latchkey\\_%'",
    );
    expect(tables.length).toBeGreaterThan(10);
    // Whoever is alive at the moment, and what nobody has locked.
    const empty = ["latchkey_workers"];
    for (const { table_name: table } of tables) {
      const { rows: all } = await client.query<{ row: string }>(`select t::text as row from ${table} t`);
      if (!empty.includes(table)) expect(all.length, table).toBeGreaterThan(0);
      expect(
        all.flatMap(({ row }) => search.inText(row)),
        table,
      ).toEqual([]);
    }
    await client.end();
    const data = rows[0]?.data_directory ?? expect.fail("no directory");
    let isThere = false;
    for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      // What the server wrote before Latchkey came holds nothing of Latchkey's.
      if (!entry.isFile() || (await stat(path)).mtimeMs < beganMs) continue;
      const bytes = await readFile(path);
      isThere ||= bytes.includes("a user of the child");
      expect(search.inBytes(bytes), entry.name).toEqual([]);
    }
    expect(isThere).toBe(true);
  });
});

describe("processes", () => {
  it("are not started by Latchkey: one that may start none does all its work", () => {
    expect(child.stdout).toContain("no process can be started");
    expect(child.stdout).toContain("a user of the child");
    expect(child.stderr).toContain("ERR_KMS_UNAVAILABLE");
    // Its last act is an error that nobody caught.
    expect(child.stderr).toContain("ERR_STORE_UNAVAILABLE");
    expect(child.code).toBe(1);
  });

  it("are noticed when they start: the one of this test was", () => {
    expect(spawned).toHaveLength(1);
  });
});
