import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { postgres, type PostgresOptions } from "../../../src/store/postgres/index.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { createAuthority } from "../../harness/certificates.ts";
import { thrownBy } from "../../harness/errors.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";

const authority = await createAuthority();
let server: PostgresServer;
let misnamed: PostgresServer;
let plain: PostgresServer;
beforeAll(async () => {
  [server, misnamed, plain] = await Promise.all([
    startPostgres({ tls: await authority.issue("localhost") }),
    startPostgres({ tls: await authority.issue("elsewhere.example") }),
    startPostgres(),
  ]);
});
afterAll(() => Promise.all([server.stop(), misnamed.stop(), plain.stop()]));

/** Certificates are for a name, so the server is called by one. */
function byName({ url }: PostgresServer, query = ""): string {
  return url.replace("@127.0.0.1:", "@localhost:") + query;
}

async function isEncrypted(options: PostgresOptions): Promise<boolean | undefined> {
  const database = await postgres(options).open(silentLogger);
  onTestFinished(() => database.close());
  const query = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
  return (await query.execute(database.reader)).rows[0]?.ssl;
}

async function expectRefused(options: PostgresOptions): Promise<void> {
  const error = await thrownBy(() => isEncrypted(options));
  if (!isLatchkeyError(error, "ERR_STORE_FAILED")) throw error;
  expect(error.message).toContain("No encrypted connection");
}

// Budget of the file: 10 s, the servers' starts included.
describe("TLS to PostgreSQL", { timeout: 15_000 }, () => {
  it("is used with the authority that is given", async () => {
    expect(await isEncrypted({ url: byName(server), tls: { ca: authority.ca } })).toBe(true);
  });

  it("refuses a certificate of an authority that is not trusted", async () => {
    await expectRefused({ url: byName(server), tls: true });
    await expectRefused({ url: byName(server), tls: { ca: (await createAuthority()).ca } });
  });

  it("refuses a certificate with another name", async () => {
    await expectRefused({ url: byName(misnamed), tls: { ca: authority.ca } });
  });

  it("refuses a server that offers none", async () => {
    await expectRefused({ url: byName(plain), tls: { ca: authority.ca } });
  });

  it("is not used where it is turned off", async () => {
    expect(await isEncrypted({ url: byName(server), tls: false })).toBe(false);
    expect(await isEncrypted({ url: byName(server, "?sslmode=verify-full"), tls: false })).toBe(false);
  });

  it("is what the option says, whatever the URL says", async () => {
    for (const query of ["?sslmode=disable", "?ssl=0", "?sslmode=no-verify", "?uselibpqcompat=true&sslmode=require"]) {
      expect(await isEncrypted({ url: byName(server, query), tls: { ca: authority.ca } })).toBe(true);
      await expectRefused({ url: byName(server, query), tls: true });
    }
  });

  it("is what the URL says, where the option says nothing", async () => {
    expect(await isEncrypted({ url: byName(server) })).toBe(false);
    expect(await isEncrypted({ url: byName(server, "?sslmode=no-verify") })).toBe(true);
    await expectRefused({ url: byName(server, "?sslmode=verify-full") });
  });
});
