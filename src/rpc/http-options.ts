import { LatchkeyError } from "../errors/latchkey-error.ts";
import { secretsOf } from "./redact.ts";

export interface HttpTransportOptions {
  /** `https://host/path`; credentials in it become a Basic authorisation header. Never shown. */
  readonly url: string;
  /** For a whole request with its answer, 1 to 300,000. Default 15,000. */
  readonly timeoutMs?: number;
  /** Longest answer that is read, 1,024 to 2^28. Default 16 MiB. */
  readonly maxResponseBytes?: number;
  /** Requests in one JSON-RPC batch at most, 1 to 1,000. Default 50. 1 where the node counts or refuses batches: they go singly then. */
  readonly maxBatch?: number;
  /** Sent with every request, such as an API key's header. Never shown. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly url: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxBatch: number;
  /** What no message may repeat. */
  readonly secrets: readonly string[];
}

// A fetch of Node gives up by itself after 300 seconds without a byte.
const longestTimeoutMs = 300_000;
// Well below the longest string of V8, about 2^29 characters.
const largestAnswer = 2 ** 28;
// geth's own limit, --rpc.batch-request-limit.
const largestBatch = 1_000;
/** They describe the connection or the body; fetch sets them itself, and fails or ignores ours. */
const headersOfFetch = [
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** @throws `ERR_CONFIG_INVALID`, without showing the URL or a header. */
export function parseEndpoint(given: string | HttpTransportOptions): Endpoint {
  const options = typeof given === "string" ? { url: given } : given;
  if (!isObject(options)) throw invalid("it takes a URL, or an object with one");
  const { timeoutMs = 15_000, maxResponseBytes = 16 * 2 ** 20, maxBatch = 50 } = options;
  if (options.url === "") throw invalid("the URL is empty: is the environment variable set");
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalid("the URL is not http:// or https://");
  requireTimeout(timeoutMs);
  requireWhole("maxResponseBytes", maxResponseBytes, 1024, largestAnswer);
  requireWhole("maxBatch", maxBatch, 1, largestBatch);
  const headers = parseHeaders(url, options.headers ?? {});
  const secrets = secretsOf(url, headers);
  const { origin } = url;
  url.username = "";
  url.password = "";
  url.hash = "";
  // Names of headers have no case: the last word is ours on the body's type, the caller's on all else.
  if (!headers.has("accept")) headers.set("accept", "application/json");
  headers.set("content-type", "application/json");
  return {
    url: url.href,
    origin,
    headers: Object.fromEntries(headers),
    timeoutMs,
    maxResponseBytes,
    maxBatch,
    secrets,
  };
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireTimeout(timeoutMs: number): void {
  requireWhole("timeoutMs", timeoutMs, 1, longestTimeoutMs);
}

/** The caller's, and the authorisation that the URL's credentials make unless the caller gave one. */
function parseHeaders(url: URL, given: Readonly<Record<string, string>>): Headers {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch {
    // The reason quotes the value.
    throw invalid("a header has a name or a value that HTTP does not allow");
  }
  const taken = headersOfFetch.find((name) => headers.has(name));
  if (taken !== undefined) throw invalid(`the header ${taken} cannot be set`);
  if ((url.username !== "" || url.password !== "") && !headers.has("authorization")) {
    headers.set("authorization", basicAuthorization(url));
  }
  return headers;
}

function basicAuthorization(url: URL): string {
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;
  } catch {
    throw invalid("the credentials in the URL are not percent-encoded UTF-8");
  }
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name} is a whole number from ${String(least)} to ${String(most)}`);
}

/** Whoever calls from JavaScript may have given anything. */
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `http: ${what}. Nothing was sent.`);
}
