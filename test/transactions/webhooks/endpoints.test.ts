import { describe, expect, it } from "vitest";
import { parseEndpoints, type WebhookEndpoint } from "../../../src/transactions/webhooks/endpoints.ts";
import { thrownBy } from "../../harness/errors.ts";

const endpoint = { name: "billing", url: "https://hooks.example/in/k3y-0f-u5?token=t0k3n", secret: "s".repeat(24) };
const parse = (given: unknown): unknown => Reflect.apply(parseEndpoints, undefined, [given]);

function parsed(given: Partial<WebhookEndpoint>) {
  const name = given.name ?? endpoint.name;
  return parseEndpoints([{ ...endpoint, ...given }]).get(name);
}

// Budget of the file: 2 s.
describe("endpoints", () => {
  it("are given by name, and want every event unless told otherwise", () => {
    const both = parseEndpoints([endpoint, { ...endpoint, name: "2-nd", events: ["transaction.final"] }]);
    expect([...both.keys()]).toEqual(["billing", "2-nd"]);
    for (const name of ["transaction.mined", "transaction.final", "transaction.failed"] as const) {
      expect(both.get("billing")?.wants(name)).toBe(true);
      expect(both.get("2-nd")?.wants(name)).toBe(name === "transaction.final");
    }
    expect(parseEndpoints([]).size).toBe(0);
  });

  it("keep path and query, drop the fragment, and show the origin", () => {
    expect(parsed({ url: `${endpoint.url}#part` })).toMatchObject({
      url: endpoint.url,
      origin: "https://hooks.example",
    });
  });

  it.each(["http://localhost:3000/a", "http://127.0.0.1/a"])("may be %s", (url) => {
    expect(parsed({ url })?.url).toBe(url);
  });

  it("may be http elsewhere if that is allowed", () => {
    expect(parsed({ url: "http://hooks.internal/a", allowHttp: true })?.url).toBe("http://hooks.internal/a");
  });

  it.each(["ä".repeat(12), `whsec_${"A".repeat(32)}`, `whsec_${Buffer.alloc(64, 7).toString("base64")}`])(
    "take secrets of 24 bytes and more: %s",
    (secret) => {
      expect(parsed({ secret })?.sign("a", "1", "b")).toMatch(/^v1,[\w+/]{43}=$/);
    },
  );

  it.each([
    ["no array", endpoint],
    ["nothing", [undefined]],
    ["a text", ["https://hooks.example/in/k3y-0f-u5"]],
    ["a name in capitals", [{ ...endpoint, name: "Billing" }]],
    ["an empty name", [{ ...endpoint, name: "" }]],
    ["a long name", [{ ...endpoint, name: "a".repeat(33) }]],
    ["a secret for a name", [{ ...endpoint, name: "t0k3n_" }]],
    ["no name", [{ ...endpoint, name: undefined }]],
    ["a name twice", [endpoint, { ...endpoint, url: "https://other.example" }]],
    ["no URL", [{ ...endpoint, url: undefined }]],
    ["an empty URL", [{ ...endpoint, url: "" }]],
    ["another scheme", [{ ...endpoint, url: "ftp://hooks.example/k3y-0f-u5" }]],
    ["http elsewhere", [{ ...endpoint, url: "http://hooks.example/k3y-0f-u5" }]],
    ["http to a name that begins with localhost", [{ ...endpoint, url: "http://localhost.example/k3y-0f-u5" }]],
    ["http where it is not quite allowed", [{ ...endpoint, url: "http://hooks.example/k3y-0f-u5", allowHttp: "true" }]],
    ["credentials", [{ ...endpoint, url: "https://user:t0k3n@hooks.example/" }]],
    ["no secret", [{ ...endpoint, secret: undefined }]],
    ["a short secret", [{ ...endpoint, secret: "t0k3n" }]],
    ["a secret that is no text", [{ ...endpoint, secret: "\ud800".repeat(24) }]],
    ["a short whsec_ secret", [{ ...endpoint, secret: `whsec_${Buffer.alloc(23, "t0k3n").toString("base64")}` }]],
    ["a long whsec_ secret", [{ ...endpoint, secret: `whsec_${Buffer.alloc(65, "t0k3n").toString("base64")}` }]],
    ["a whsec_ secret that is no base64", [{ ...endpoint, secret: `whsec_t0k3n!${"A".repeat(40)}` }]],
    ["no events", [{ ...endpoint, events: [] }]],
    ["another event", [{ ...endpoint, events: ["transaction.mined", "toString"] }]],
    ["events that are no array", [{ ...endpoint, events: "transaction.mined" }]],
  ])("are refused for %s, without a word of URL or secret", async (_what, given) => {
    const error = await thrownBy(() => parse(given));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID", context: {} });
    expect(String(error)).toMatch(/^LatchkeyError: webhooks.*: .*\. Nothing was sent/);
    expect(String(error)).not.toMatch(/k3y|t0k3n|dDBr|ssss|example/);
  });
});
