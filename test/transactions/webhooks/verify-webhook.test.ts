import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { webhookSigner } from "../../../src/transactions/webhooks/secret.ts";
import { verifyWebhook } from "../../../src/transactions/webhooks/verify-webhook.ts";
import { thrownBy } from "../../harness/errors.ts";

const now = 1_700_000_000_000;
const timestamp = "1700000000";
const id = "0b1f6a54-8c0c-4f0e-9a0e-6f5f2c3f7b11";
const secret = "a plain secret that is long enough";
const body = JSON.stringify({
  type: "transaction.final",
  timestamp: "2023-11-14T22:13:19.876Z",
  data: { value: "1" },
});
const event = { name: "transaction.final", id, atMs: 1_699_999_999_876, transaction: { value: "1" } };

function signed(given: { id?: string; timestamp?: string; body?: string } = {}): Record<string, string> {
  const { id: ofId = id, timestamp: at = timestamp, body: text = body } = given;
  const signature = webhookSigner(secret, "test").sign(ofId, at, text);
  return { "webhook-id": ofId, "webhook-timestamp": at, "webhook-signature": signature };
}

// Budget of the file: 3 s.
describe("a webhook's signature", () => {
  it("is that of the specification's own libraries", () => {
    // https://github.com/standard-webhooks/standard-webhooks, libraries/javascript/src/webhook.test.ts, "sign function works".
    const signer = webhookSigner("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "test");
    expect(signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", '{"test": 2432232314}')).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  it("is the HMAC-SHA256 of id, timestamp and body for any key and any text", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.uuid(),
        fc.integer({ min: 0, max: 10 ** 11 }),
        fc.string({ unit: "grapheme" }),
        (key, ofId, seconds, text) => {
          const encoded = `whsec_${Buffer.from(key).toString("base64")}`;
          const mac = createHmac("sha256", key)
            .update(Buffer.from(`${ofId}.${seconds}.${text}`))
            .digest("base64");
          expect(webhookSigner(encoded, "test").sign(ofId, String(seconds), text)).toBe(`v1,${mac}`);
          expect(webhookSigner(encoded, "test").sign(ofId, String(seconds), Buffer.from(text))).toBe(`v1,${mac}`);
        },
      ),
    );
  });

  it("is verified for any event, and no longer once any character of it all is another", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
        fc.uuid(),
        fc.nat(),
        fc.constantFrom("webhook-id", "webhook-timestamp", "webhook-signature", "body", "secret"),
        fc.nat(),
        (data, ofId, atMs, altered, at) => {
          const text = JSON.stringify({ type: "transaction.mined", timestamp: new Date(atMs).toISOString(), data });
          const parts = { ...signed({ id: ofId, body: text }), body: text, secret };
          const check = (all: Record<string, string>): unknown =>
            verifyWebhook({ headers: all, body: all["body"] ?? "", secret: all["secret"] ?? "", now });
          const transaction: unknown = JSON.parse(JSON.stringify(data));
          expect(check(parts)).toEqual({ name: "transaction.mined", id: ofId, atMs, transaction });
          expect(check({ ...parts, [altered]: changedAt(parts, altered, at) })).toBeUndefined();
        },
      ),
    );
  });
});

function changedAt(parts: Readonly<Record<string, string>>, name: string, at: number): string {
  const text = parts[name] ?? "";
  const index = at % text.length;
  return text.slice(0, index) + (text[index] === "1" ? "2" : "1") + text.slice(index + 1);
}

describe("verifyWebhook", () => {
  it("takes headers as fetch, node:http and others give them, and the body as text or bytes", () => {
    const headers = signed();
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    for (const given of [headers, upper, new Headers(headers), { ...headers, cookie: ["a", "b"], via: undefined }]) {
      expect(verifyWebhook({ headers: given, body, secret, now })).toEqual(event);
      expect(verifyWebhook({ headers: given, body: Buffer.from(body), secret, now })).toEqual(event);
    }
  });

  it("accepts any of several signatures", () => {
    const headers = signed();
    const other = `v1,${"A".repeat(43)}=`;
    const several = { ...headers, "webhook-signature": `v1a,xyz ${other} ${headers["webhook-signature"] ?? ""} v2,x` };
    expect(verifyWebhook({ headers: several, body, secret, now })).toEqual(event);
    expect(verifyWebhook({ headers: { ...headers, "webhook-signature": other }, body, secret, now })).toBeUndefined();
  });

  it.each([
    [-300_000, true],
    [300_000, true],
    [-300_001, false],
    [300_001, false],
  ])("compares the time with now: %d ms apart", (apart, isFine) => {
    const result = verifyWebhook({ headers: signed(), body, secret, now: now + apart });
    expect(result).toEqual(isFine ? event : undefined);
  });

  it("takes another tolerance, and this computer's clock", () => {
    expect(verifyWebhook({ headers: signed(), body, secret, now: now + 60_001, toleranceMs: 60_000 })).toBeUndefined();
    expect(verifyWebhook({ headers: signed(), body, secret, now: now + 60_000, toleranceMs: 60_000 })).toEqual(event);
    expect(verifyWebhook({ headers: signed(), body, secret })).toBeUndefined();
    const current = String(Math.floor(Date.now() / 1000));
    expect(verifyWebhook({ headers: signed({ timestamp: current }), body, secret })).toEqual(event);
  });

  it.each([
    ["an id with a dot", { id: "a.1" }],
    ["an empty id", { id: "" }],
    ["a time in milliseconds", { timestamp: String(now) }],
    ["a time that is none", { timestamp: "1e9" }],
    ["a body that is no JSON", { body: "{" }],
    ["a body that is no object", { body: "[]" }],
    ["an event of another kind", { body: body.replace("final", "other") }],
    ["an event named as a property of every object", { body: body.replace("transaction.final", "constructor") }],
    ["a time that is none in the body", { body: body.replace("2023-11", "2023-19") }],
    ["no data", { body: body.replace("data", "date") }],
  ])("gives nothing for %s, signed as it is", (_what, given) => {
    expect(
      verifyWebhook({ headers: signed(given), body: "body" in given ? given.body : body, secret, now }),
    ).toBeUndefined();
  });

  it.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("gives nothing without %s, or with two", (name) => {
    const headers = signed();
    const value = headers[name] ?? "";
    expect(verifyWebhook({ headers: { ...headers, [name]: [value, value] }, body, secret, now })).toBeUndefined();
    expect(verifyWebhook({ headers: { ...headers, [name.toUpperCase()]: value }, body, secret, now })).toBeUndefined();
    expect(verifyWebhook({ headers: { ...headers, [name]: "" }, body, secret, now })).toBeUndefined();
    const rest = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
    expect(verifyWebhook({ headers: rest, body, secret, now })).toBeUndefined();
  });

  it.each([
    ["a short secret", { secret: "too short" }],
    ["a tolerance that is none", { toleranceMs: Number.NaN }],
    ["a negative tolerance", { toleranceMs: -1 }],
    ["a time that is none", { now: Number.NaN }],
  ])("throws for %s, whatever the request", async (_what, given) => {
    const error = await thrownBy(() => verifyWebhook({ headers: signed(), body, secret, now, ...given }));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(String(error)).not.toContain("too short");
  });
});
