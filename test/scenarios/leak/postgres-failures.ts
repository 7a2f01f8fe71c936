import pg from "pg";
import { expect, vi } from "vitest";
import { postgres } from "../../../src/store/postgres/index.ts";
import { oneChain } from "../../harness/offline-chain.ts";
import type { PostgresServer } from "../../harness/postgres.ts";
import { startTcpProxy } from "../../harness/tcp-proxy.ts";
import { hasLogged, openObserved, type World } from "./world.ts";

/** PostgreSQL is away, refuses the login, goes away, stays locked, or has lost its tables. */
export async function breakPostgres(world: World, server: PostgresServer, url: string): Promise<void> {
  const { observed } = world;
  const chains = oneChain();
  const open = (store: ReturnType<typeof postgres>) => openObserved(world, { chains, store });
  const changed = (change: (url: URL) => void): string => {
    const copy = new URL(url);
    change(copy);
    return copy.href;
  };
  const { password } = new URL(url);

  for (const [code, what, store] of [
    ["ERR_STORE_UNAVAILABLE", "nobody there", postgres(changed((copy) => (copy.port = "9")))],
    ["ERR_STORE_FAILED", "a wrong password", postgres(changed((copy) => (copy.password = `${password}x`)))],
    ["ERR_STORE_FAILED", "no such database", postgres(changed((copy) => (copy.pathname = "/nothing")))],
    ["ERR_STORE_FAILED", "no TLS there", postgres({ url, tls: true })],
  ] as const) {
    await observed.provoke(code, `PostgreSQL: ${what}`, () => open(store));
  }

  const proxy = await startTcpProxy(server.port);
  const cut = await open(postgres(changed((copy) => (copy.port = String(proxy.port)))));
  await cut.login("alice");
  proxy.judge = (sent) => (sent.includes("latchkey_wallets") ? "cut-before" : "pass");
  await observed.provoke("ERR_STORE_UNAVAILABLE", "a connection that is cut", () => cut.login("alice"));
  proxy.judge = (sent) => (sent.includes("commit\0") ? "cut-after" : "pass");
  await observed.provoke("ERR_STORE_UNAVAILABLE", "a commit that is cut", () => cut.login("frank"));
  proxy.judge = () => "pass";
  await cut.wallet("alice");
  // Ends a connection that nobody uses.
  await proxy.close();
  const isLost = () => {
    expect(hasLogged("lost a connection to PostgreSQL")).toBe(true);
  };
  await vi.waitFor(isLost, { timeout: 10_000 });
  await observed.provoke("ERR_STORE_UNAVAILABLE", "a server that is gone", () => cut.wallet("alice"));
  await cut.close();

  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const patient = await open(postgres({ url, timeoutMs: 500 }));
  await client.query("begin; lock table latchkey_wallets in access exclusive mode");
  await observed.provoke("ERR_STORE_BUSY", "a locked table", () => patient.login("grace"));
  await client.query("rollback; alter table latchkey_accounts rename to elsewhere");
  await observed.provoke("ERR_STORE_FAILED", "a table that is lost", () => patient.login("heidi"));
  await client.query("alter table elsewhere rename to latchkey_accounts");
  // The server's own texts quote rows.
  await client.query("alter table latchkey_wallets add constraint odd check (user_id <> 'ivan')");
  await observed.provoke("ERR_STORE_FAILED", "a row that is refused", () => patient.login("ivan"));
  await client.query("alter table latchkey_wallets drop constraint odd");
  await patient.close();
  await client.end();
  expect(observed.codes).toContain("ERR_STORE_BUSY");
}
