import { createHmac } from "node:crypto";
import { LatchkeyError } from "../../errors/latchkey-error.ts";

const leastBytes = 24;
const mostBytes = 64;

/** Signs one delivery; the key stays inside. */
export interface WebhookSigner {
  /**
   * What the header `webhook-signature` says: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
   * Spec: Standard Webhooks 1.0.0, "Signature scheme", https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
   *
   * @param timestamp - seconds since the Unix epoch, in decimal digits.
   */
  sign(id: string, timestamp: string, body: string | Uint8Array): string;
}

/**
 * @param secret - `whsec_` and base64 of 24 to 64 bytes, as the specification writes it; any other text counts as its own UTF-8 bytes, at
 *   least 24.
 * @param what - named in the error.
 * @throws `ERR_CONFIG_INVALID`, without showing the secret.
 */
export function webhookSigner(secret: string, what: string): WebhookSigner {
  const key = keyOf(secret, what);
  return {
    sign: (id, timestamp, body) =>
      `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`, "utf8").update(body).digest("base64")}`,
  };
}

function keyOf(secret: unknown, what: string): Buffer {
  if (typeof secret !== "string" || !secret.isWellFormed()) throw invalid(what, "the secret is not text");
  if (!secret.startsWith("whsec_")) {
    const key = Buffer.from(secret, "utf8");
    if (key.length < leastBytes) throw invalid(what, `the secret is shorter than ${String(leastBytes)} bytes`);
    return key;
  }
  const text = secret.slice("whsec_".length);
  const key = Buffer.from(text, "base64");
  // A slip in the text would be another key, and every delivery refused.
  if (key.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, ""))
    throw invalid(what, "what follows whsec_ in the secret is not base64");
  if (key.length < leastBytes || key.length > mostBytes) {
    throw invalid(what, `the whsec_ secret is not ${String(leastBytes)} to ${String(mostBytes)} bytes`);
  }
  return key;
}

function invalid(what: string, why: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `${what}: ${why}. Nothing was sent or verified.`);
}
