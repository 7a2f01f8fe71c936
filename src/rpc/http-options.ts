import { LatchkeyError } from "../errors/latchkey-error.ts";

export interface HttpTransportOptions {
  /** `https://host/path`; credentials in it become a Basic authorisation header. Never shown. */
  readonly url: string;
  /** For a whole request with its answer, 1 to 600,000. Default 15,000. */
  readonly timeoutMs?: number;
  /** Longest answer that is read, 1,024 to 2^30. Default 16 MiB. */
  readonly maxResponseBytes?: number;
  /** Sent with every request, such as an API key's header. Never shown. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly url: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** @throws `ERR_CONFIG_INVALID`, without showing the URL. */
export function parseEndpoint(given: string | HttpTransportOptions): Endpoint {
  const options = typeof given === "string" ? { url: given } : given;
  const { timeoutMs = 15_000, maxResponseBytes = 16 * 2 ** 20, headers = {} } = options;
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalid("the URL is not http:// or https://");
  requireWhole("timeoutMs", timeoutMs, 1, 600_000);
  requireWhole("maxResponseBytes", maxResponseBytes, 1024, 2 ** 30);
  const authorization = basicAuthorization(url);
  const origin = url.origin;
  url.username = "";
  url.password = "";
  url.hash = "";
  return {
    url: url.href,
    origin,
    headers: { accept: "application/json", ...authorization, ...headers, "content-type": "application/json" },
    timeoutMs,
    maxResponseBytes,
  };
}

function basicAuthorization(url: URL): Record<string, string> {
  if (url.username === "" && url.password === "") return {};
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
  } catch {
    throw invalid("the credentials in the URL are not percent-encoded UTF-8");
  }
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name} is a whole number from ${String(least)} to ${String(most)}`);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `http: ${what}. Nothing was sent.`);
}
