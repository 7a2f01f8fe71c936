import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startKmsEmulator } from "../harness/kms-emulator.ts";
import { startPostgres } from "../harness/postgres.ts";
import { runChild } from "../harness/run-child.ts";

const child = new URL("./children/login-many.ts", import.meta.url);
const awsEnvironment = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

let server: Awaited<ReturnType<typeof startPostgres>>;
let kms: Awaited<ReturnType<typeof startKmsEmulator>>;
beforeAll(async () => {
  [server, kms] = await Promise.all([startPostgres(), startKmsEmulator()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), kms.close()]);
});

interface Seen {
  readonly created: number;
  readonly wallets: readonly string[];
  readonly addresses: readonly string[];
}

async function count(url: string, table: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${table}`);
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

function seenIn(stdout: string): Seen {
  const value: unknown = JSON.parse(stdout);
  if (!isSeen(value)) throw new Error("the child printed something else");
  return value;
}

function isSeen(value: unknown): value is Seen {
  return typeof value === "object" && value !== null && "created" in value && "wallets" in value;
}

async function loginFromProcesses(url: string, keyId: string, processes: number): Promise<Seen[]> {
  const outcomes = await Promise.all(
    Array.from({ length: processes }, () =>
      runChild(child, [url, kms.endpoint, keyId, "the one user", "250"], awsEnvironment),
    ),
  );
  return outcomes.map(({ stdout, stderr }) => {
    expect(stderr).toBe("");
    return seenIn(stdout);
  });
}

// Budget of the file: 30 s.
describe("1,000 logins of one new user from 4 processes on an empty PostgreSQL database", { timeout: 120_000 }, () => {
  it("make 1 wallet and 1 branch key with at most 4 KMS calls", async () => {
    const url = await server.createDatabase("race");
    const keyId = kms.createKey();
    const before = kms.calls.total;
    const seen = await loginFromProcesses(url, keyId, 4);
    expect(seen.reduce((sum, { created }) => sum + created, 0)).toBe(1);
    expect(new Set(seen.flatMap(({ wallets }) => wallets)).size).toBe(1);
    expect(new Set(seen.flatMap(({ addresses }) => addresses)).size).toBe(1);
    expect(await count(url, "latchkey_wallets")).toBe(1);
    expect(await count(url, "latchkey_accounts")).toBe(2);
    expect(await count(url, "latchkey_branch_keys")).toBe(1);
    expect(kms.calls.total - before).toBeLessThanOrEqual(4);
  });

  // Within 5 s of the kill, which test/vault/branch-keys/claims.test.ts shows on a clock of its own: here other work shares the machine.
  it("go on when the process that claimed the branch key is killed", async () => {
    const url = await server.createDatabase("abandoned");
    const keyId = kms.createKey();
    const claimant = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        fileURLToPath(child),
        url,
        kms.endpoint,
        keyId,
        "the one user",
        "1",
        "claim-and-hang",
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(claimant.stdout, "data");
    claimant.kill("SIGKILL");
    await once(claimant, "close");
    const seen = await loginFromProcesses(url, keyId, 3);
    expect(seen.reduce((sum, { created }) => sum + created, 0)).toBe(1);
    expect(await count(url, "latchkey_wallets")).toBe(1);
    expect(await count(url, "latchkey_branch_keys")).toBe(1);
  });
});
