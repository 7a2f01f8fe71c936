import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { http } from "../../src/rpc/http.ts";
import { parseEndpoint } from "../../src/rpc/http-options.ts";

const url = "https://node.example/v3/canary-key";

/** Calls it as JavaScript may, where no compiler looks at the options. */
function refusal(options: unknown): string {
  try {
    Reflect.apply(http, undefined, [options]);
  } catch (error) {
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    expect(inspect(error, { depth: null })).not.toContain("canary");
    expect(error.message).toContain("Nothing was sent");
    return error.message;
  }
  return expect.fail("it was accepted");
}

// Budget of the file: 1 s.
describe("http's options", () => {
  it("refuse an empty URL, which a variable that is not set leaves behind", () => {
    expect(refusal("")).toContain("is the environment variable set");
  });

  it.each([
    "node.example/canary-key",
    "//node.example/canary-key",
    "ws://node.example/canary-key",
    "wss://node.example/canary-key",
    "file:///canary-key",
    "javascript:canary()",
    "https://",
    "https://canary key.example/",
    "https://node.example:99999/canary-key",
  ])("refuse %j as a URL, without showing it", (bad) => {
    expect(refusal(bad)).toContain("not http:// or https://");
    expect(refusal({ url: bad })).toContain("not http:// or https://");
  });

  it.each([[undefined], [null], [7], [{}], [{ url: undefined }], [{ url: null }], [[]]])("refuse %j", (bad) => {
    refusal(bad);
  });

  it("refuse credentials that are not percent-encoded UTF-8", () => {
    expect(refusal("https://canary:%ff@node.example")).toContain("percent-encoded");
    expect(refusal("https://canary%:x@node.example")).toContain("percent-encoded");
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 300_001, "15000", null])("refuse %j as a time-out", (timeoutMs) => {
    expect(refusal({ url, timeoutMs })).toContain("timeoutMs is a whole number from 1 to 300000");
  });

  it.each([0, 1_023, 1_024.5, Number.NaN, Infinity, 2 ** 28 + 1, "1024", null])("refuse %j as a size", (size) => {
    expect(refusal({ url, maxResponseBytes: size })).toContain("maxResponseBytes is a whole number from 1024");
  });

  it.each([0, -1, 1.5, Number.NaN, 1_001, "50", null])("refuse %j as a batch", (maxBatch) => {
    expect(refusal({ url, maxBatch })).toContain("maxBatch is a whole number from 1 to 1000");
  });

  it("accept the ends of their ranges", () => {
    http({ url, timeoutMs: 1, maxResponseBytes: 1_024 });
    http({ url, timeoutMs: 300_000, maxResponseBytes: 2 ** 28 });
  });

  it.each([
    ["a line break", { "x-key": "canary\r\nx-other: 1" }],
    ["a character beyond Latin-1", { "x-key": "canary\u2603" }],
    ["a name with a space", { "x canary": "1" }],
    ["no name", { "": "canary" }],
    ["no record", "canary"],
    ["a number for a list", [["canary"]]],
  ])("refuse headers with %s, without showing them", (_what, headers) => {
    expect(refusal({ url, headers })).toContain("header");
  });

  it.each(["Host", "connection", "Content-Length", "expect", "keep-alive", "transfer-encoding", "upgrade"])(
    "refuse the header %s, which is not theirs to set",
    (name) => {
      expect(refusal({ url, headers: { [name]: "canary" } })).toContain(`header ${name.toLowerCase()} cannot be set`);
    },
  );

  it("are copied: what the caller changes later has no effect", () => {
    const headers = { "x-key": "before" };
    const endpoint = parseEndpoint({ url, headers });
    headers["x-key"] = "after";
    expect(endpoint.headers).toEqual({
      "x-key": "before",
      accept: "application/json",
      "content-type": "application/json",
    });
  });

  it("keep credentials and fragment out of the URL that is called, and path and query out of the origin", () => {
    const endpoint = parseEndpoint("https://user:pass@NODE.example:443/v3/key?a=b#part");
    expect(endpoint.url).toBe("https://node.example/v3/key?a=b");
    expect(endpoint.origin).toBe("https://node.example");
    expect(http("http://[::1]:8545/x").origin).toBe("http://[::1]:8545");
  });
});
