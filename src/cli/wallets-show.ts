import { existsSync } from "node:fs";
import { silentLogger } from "../telemetry/silent.ts";
import type { Database } from "../store/database.ts";
import { branchKeySchema } from "../store/branch-keys.ts";
import { requireSchema } from "../store/migrate.ts";
import { walletSchema } from "../wallets/schema.ts";
import { requireId, userKeyOf } from "../wallets/user-key.ts";
import { walletRows } from "../wallets/wallet-rows.ts";
import { parse, UsageError } from "./arguments.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { printable, table, type Terminal } from "../terminal/terminal.ts";

export const walletsShowHelp = `Usage: latchkey wallets show <userId> [options]

Shows what the store has of one user's wallet: ids, addresses, and which branch key seals it.
Reads only: no wallet is made, no key is fetched, no node is asked.

Options:
  --database <path>   SQLite file; default .latchkey/wallets.db. For PostgreSQL set LATCHKEY_DATABASE_URL instead:
                      a URL holds a password, and other users of the machine can see arguments.
  --tenant <tenant>   default "default"
  --json              one JSON object: { walletId, userId, createdAt, accounts: [{ scheme, path, address }],
                      sealedBy: { branchId, version }, envelopeBytes, revision }

Exit codes: 0 found, 1 no such wallet, 2 the store could not be read, 3 bad arguments.`;

export async function walletsShow(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
  const { values, positionals } = parse(argv, {
    database: { type: "string" },
    tenant: { type: "string", default: "default" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    terminal.out(walletsShowHelp);
    return exitCodes.ok;
  }
  const [userId, ...rest] = positionals;
  if (userId === undefined || rest.length > 0) throw new UsageError("wallets show takes one user id");
  requireId(userId, "user id");
  requireId(values.tenant, "tenant");

  const database = await openDatabase(values.database, environment["LATCHKEY_DATABASE_URL"]);
  try {
    await requireSchema(database, branchKeySchema);
    await requireSchema(database, walletSchema);
    return await show(database, values.tenant, userId, values.json, terminal);
  } finally {
    await database.close();
  }
}

async function openDatabase(path: string | undefined, url: string | undefined): Promise<Database> {
  if (path !== undefined && url !== undefined) {
    throw new UsageError("--database and LATCHKEY_DATABASE_URL are both given; give one");
  }
  if (url !== undefined) {
    const { postgres } = await import("../store/postgres/index.ts");
    return await postgres(url).open(silentLogger);
  }
  const file = path ?? ".latchkey/wallets.db";
  if (file.includes("://")) throw new UsageError("--database takes a file; a URL goes into LATCHKEY_DATABASE_URL");
  // A mistyped name is told from a file that cannot be read.
  if (!existsSync(file)) throw new UsageError(`there is no database file at ${file}`);
  const { readOnlySqlite } = await import("../store/sqlite/read-only.ts");
  return await readOnlySqlite(file).open(silentLogger);
}

async function show(
  database: Database,
  tenant: string,
  userId: string,
  json: boolean,
  { out, err, style }: Terminal,
): Promise<ExitCode> {
  const rows = walletRows(database, tenant);
  const record = await rows.find(userKeyOf(tenant, userId));
  const stored = record === undefined ? undefined : await rows.sealed(record.walletId);
  if (record === undefined || stored === undefined) {
    if (json) out("null");
    else err(`No wallet for user "${printable(userId)}" in tenant "${printable(tenant)}".`);
    return exitCodes.notFound;
  }
  const { branchId, version } = stored.sealed.branch;
  const envelopeBytes = stored.sealed.envelope.length;
  if (json) {
    out(JSON.stringify({ ...record, sealedBy: { branchId, version }, envelopeBytes, revision: stored.revision }));
    return exitCodes.ok;
  }
  const accounts = record.accounts.map(({ scheme, path, address }) => [scheme, printable(address), path]);
  out(`${style.bold("Wallet")}   ${record.walletId}`);
  out(`User     ${printable(record.userId)}`);
  out(`Created  ${record.createdAt}`);
  out(
    `Sealed   ${String(envelopeBytes)} bytes under branch key ${branchId} version ${String(version)}, revision ${String(stored.revision)}`,
  );
  out("");
  out(table(["SCHEME", "ADDRESS", "PATH"], accounts, style));
  return exitCodes.ok;
}
