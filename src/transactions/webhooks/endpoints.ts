import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { TransactionEventName } from "../events.ts";
import { isRecord } from "../../units/is-record.ts";
import { webhookSigner, type WebhookSigner } from "./secret.ts";

/** Where events are posted to. */
export interface WebhookEndpoint {
  /** 1 to 32 of a-z, 0-9 and -. Stored with each delivery, so it stays the same when the URL or the secret changes. */
  readonly name: string;
  /** https; http for localhost and 127.0.0.1. Without credentials. Never shown beyond its origin. */
  readonly url: string;
  /**
   * `whsec_` and base64 of 24 to 64 random bytes, as Standard Webhooks has it; or any other text of at least 24 bytes, which is then the key as it
   * is. One of its own for each endpoint. Never shown.
   */
  readonly secret: string;
  /** Left out: all of them. */
  readonly events?: readonly TransactionEventName[];
  /** Allows http to other hosts: the events are then read by whoever is on the way. */
  readonly allowHttp?: boolean;
}

/** An endpoint that has been checked. */
export interface ParsedEndpoint extends WebhookSigner {
  readonly name: string;
  readonly url: string;
  /** What logs may show. */
  readonly origin: string;
  wants(event: TransactionEventName): boolean;
}

/** For each name that there is, so that a new one is not forgotten here. */
const eventNames: Readonly<Record<TransactionEventName, true>> = {
  "transaction.mined": true,
  "transaction.final": true,
  "transaction.failed": true,
};

export function isEventName(name: unknown): name is TransactionEventName {
  return typeof name === "string" && Object.hasOwn(eventNames, name);
}

/**
 * By name, in their order.
 *
 * @throws `ERR_CONFIG_INVALID`, without showing a URL or a secret.
 */
export function parseEndpoints(given: readonly WebhookEndpoint[]): ReadonlyMap<string, ParsedEndpoint> {
  if (!isArray(given)) throw invalid("webhooks", "the endpoints are not an array");
  const endpoints = new Map<string, ParsedEndpoint>();
  for (const [index, endpoint] of given.entries()) {
    const parsed = parseEndpoint(endpoint, index);
    if (endpoints.has(parsed.name)) throw invalid(`webhooks: "${parsed.name}"`, "two endpoints have this name");
    endpoints.set(parsed.name, parsed);
  }
  return endpoints;
}

function parseEndpoint(endpoint: WebhookEndpoint, index: number): ParsedEndpoint {
  // A name that is none may be a secret in the wrong place.
  const nth = `webhooks: endpoint ${String(index + 1)}`;
  if (!isRecord(endpoint)) throw invalid(nth, "it is not an object");
  const { name, events } = endpoint;
  if (typeof name !== "string" || !/^[a-z0-9-]{1,32}$/.test(name))
    throw invalid(nth, "its name is not 1 to 32 of a-z, 0-9 and -");
  const what = `webhooks: "${name}"`;
  if (events !== undefined && !(Array.isArray(events) && events.length > 0 && events.every(isEventName))) {
    throw invalid(what, `events are one or more of ${Object.keys(eventNames).join(", ")}`);
  }
  const url = parseUrl(endpoint, what);
  const wanted = new Set(events ?? Object.keys(eventNames));
  return {
    name,
    url: url.href,
    origin: url.origin,
    wants: (event) => wanted.has(event),
    ...webhookSigner(endpoint.secret, what),
  };
}

function parseUrl({ url: given, allowHttp }: WebhookEndpoint, what: string): URL {
  // Addresses are not filtered (SSRF): an endpoint comes from the operator's own configuration, never from a user, so there is nobody
  // who could point a delivery at what only this host reaches. Redirects, which a receiver chooses, are not followed.
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalid(what, "the URL is not https://");
  const isHere = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  if (url.protocol === "http:" && !isHere && allowHttp !== true) {
    throw invalid(what, "the URL is http://, which needs allowHttp: true for other hosts than localhost and 127.0.0.1");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(what, "the URL has credentials; it is the signature that tells a receiver who sent it");
  }
  url.hash = "";
  return url;
}

// Whoever calls from JavaScript may have given anything.
function isArray(value: unknown): boolean {
  return Array.isArray(value);
}

function invalid(what: string, why: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `${what}: ${why}. Nothing was sent.`);
}
