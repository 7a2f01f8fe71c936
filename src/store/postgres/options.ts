import type { PoolConfig } from "pg";
import { LatchkeyError } from "../../errors/latchkey-error.ts";

export interface PostgresTls {
  /** Certificates (PEM) of the authorities to trust, in place of the system's: for RDS, Amazon's bundle. */
  readonly ca?: string;
  /** The client's own certificate and key (PEM), where the server asks for them. */
  readonly cert?: string;
  readonly key?: string;
}

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`; never shown. */
  readonly url: string;
  /** Connections per process, 1 to 1000. Default 10. */
  readonly poolSize?: number;
  /** True: encrypts, and checks the server's certificate and name. Goes before the URL's `sslmode`, which counts where this is left out. */
  readonly tls?: boolean | PostgresTls;
  /** Longest that a statement, or a wait for a connection, may take. Default 15,000. */
  readonly timeoutMs?: number;
}

export interface ParsedOptions {
  /** Host, port and database: no credentials. */
  readonly description: string;
  readonly pool: PoolConfig;
}

/** @throws `ERR_CONFIG_INVALID`, without showing the URL. */
export function parseOptions(given: string | PostgresOptions): ParsedOptions {
  const { url, poolSize = 10, tls, timeoutMs = 15_000 } = typeof given === "string" ? { url: given } : given;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw invalid("the URL is not of the form postgres://user:password@host:5432/database");
  }
  if (hasLateAt(parsed)) {
    throw invalid(
      "the URL has an @ after the host: percent-encode what is special in the password, and any later @ as %40",
    );
  }
  requireWhole("poolSize", poolSize, 1, 1000);
  requireWhole("timeoutMs", timeoutMs, 100, 600_000);
  return {
    description: `PostgreSQL ${parsed.hostname}:${parsed.port === "" ? "5432" : parsed.port}${parsed.pathname}`,
    pool: {
      connectionString: tls === undefined ? url : withoutTls(parsed),
      max: poolSize,
      application_name: "latchkey",
      keepAlive: true,
      connectionTimeoutMillis: timeoutMs,
      statement_timeout: timeoutMs,
      idle_in_transaction_session_timeout: timeoutMs,
      // The client's own limit, for a server that does not answer at all: later, so that one that does can say so first.
      query_timeout: timeoutMs + Math.min(timeoutMs, 5_000),
      ...(tls === undefined
        ? {}
        : { ssl: tls === false ? false : { ...(tls === true ? {} : tls), rejectUnauthorized: true } }),
    },
  };
}

/** A "/", "?" or "#" in the password ends the host's part, and the rest of the password passes for the database's name, which is shown. */
function hasLateAt({ pathname, search, hash }: URL): boolean {
  return `${pathname}${search}${hash}`.includes("@");
}

/** What a URL says of TLS goes before the options in pg, so that `sslmode=disable` would undo them. */
function withoutTls(given: URL): string {
  const url = new URL(given);
  for (const name of [...url.searchParams.keys()]) {
    if (/^(?:ssl|uselibpqcompat$)/.test(name)) url.searchParams.delete(name);
  }
  return url.href;
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name} is a whole number from ${String(least)} to ${String(most)}`);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `postgres: ${what}. Nothing was opened.`);
}
