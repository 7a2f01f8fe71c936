import { timingSafeEqual } from "node:crypto";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { TransactionEvent } from "../events.ts";
import { isRecord } from "../../units/is-record.ts";
import { parse } from "../json.ts";
import { isEventName } from "./endpoints.ts";
import { webhookSigner } from "./secret.ts";

export interface VerifyWebhookOptions {
  /** Of the request, as node:http, Express or fetch give them; case does not matter. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it was received: parsed and written again it is not what was signed. */
  readonly body: string | Uint8Array;
  /** The endpoint's. */
  readonly secret: string;
  /** How far the delivery's time may be from now, either way. Default 300,000. */
  readonly toleranceMs?: number;
  /** Milliseconds since the Unix epoch. Default: this computer's clock. */
  readonly now?: number;
}

/**
 * The event that a request to a webhook's receiver brings; undefined if anything about it does not verify: answer 400 or 401 then, and 2xx once
 * the event is safe. The same event may come again, with the same id. Signatures are compared in constant time.
 * Spec: Standard Webhooks 1.0.0, "Verifying signatures".
 *
 * @throws `ERR_CONFIG_INVALID` the secret or the tolerance is malformed, whatever the request.
 */
export function verifyWebhook(options: VerifyWebhookOptions): TransactionEvent | undefined {
  const { headers, body, secret, toleranceMs = 300_000, now = Date.now() } = options;
  const signer = webhookSigner(secret, "verifyWebhook");
  if (!(toleranceMs >= 0)) throw invalid("toleranceMs is not a number from 0 on");
  if (!Number.isFinite(now)) throw invalid("now is not milliseconds since the Unix epoch");
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature");
  if (id === undefined || timestamp === undefined || signatures === undefined) return undefined;
  // A dot would let the parts of what was signed be cut otherwise.
  if (!/^[\w-]{1,256}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (!(Math.abs(Number(timestamp) * 1000 - now) <= toleranceMs)) return undefined;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return undefined;
  const expected = Buffer.from(signer.sign(id, timestamp, body), "latin1");
  // Several while the sender changes its secret.
  if (!signatures.split(" ").some((signature) => isSame(Buffer.from(signature, "latin1"), expected))) return undefined;
  return eventOf(id, body);
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function header(headers: VerifyWebhookOptions["headers"], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const values = Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
  const [value] = values;
  return values.length === 1 && typeof value === "string" ? value : undefined;
}

function eventOf(id: string, body: string | Uint8Array): TransactionEvent | undefined {
  const event = parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8"));
  if (!isRecord(event)) return undefined;
  const { type, timestamp, data } = event;
  if (!isEventName(type) || typeof timestamp !== "string" || !isRecord(data)) return undefined;
  const atMs = Date.parse(timestamp);
  return Number.isNaN(atMs) ? undefined : { name: type, id, atMs, transaction: data };
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `verifyWebhook: ${what}. Nothing was verified.`);
}
