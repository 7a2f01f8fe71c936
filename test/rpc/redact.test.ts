import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeMessage, secretsOf } from "../../src/rpc/redact.ts";

const noHeaders: readonly (readonly [string, string])[] = [];

// Budget of the file: 3 s.
describe("safeMessage", () => {
  it.each([
    ["nonce too low", "nonce too low"],
    ["Post https://node.example/v3/key?x=1: EOF", "Post [url] EOF"],
    ["see wss://a.example and HTTPS://B.example/key.", "see [url] and [url]"],
    ["postgres://user:password@db/x failed", "[url] failed"],
    ["two\r\nlines\u0000and\u001b[31m colour", "two lines and [31m colour"],
    ["a\u2028b\u2029c\u202ed\ufeffe", "a b c d e"],
    ["half \ud83d of a pair", "half   of a pair"],
    ["", ""],
  ])("makes of %j", (message, safe) => {
    expect(safeMessage(message, [])).toBe(safe);
  });

  it("keeps the first 300 characters, and no half of a pair at the end", () => {
    expect(safeMessage("word ".repeat(100), [])).toBe("word ".repeat(60));
    expect(safeMessage(`${"x".repeat(299)}\u{1f511}`, [])).toBe(`${"x".repeat(299)}\ufffd`);
  });

  it("is quick with texts made to be slow", () => {
    for (const text of ["a".repeat(10_000_000), "a:".repeat(5_000_000), "https://".repeat(1_000_000)]) {
      expect(safeMessage(text, ["secret-of-the-path"]).length).toBeLessThanOrEqual(300);
    }
  });

  it("shows no secret, wherever a node repeats it and whatever stands around it", () => {
    const key = "sEcReT-0123456789";
    const url = new URL(`https://user-secret-1:pass-secret-1@node.example/v3/${key}?token=q-secret-1`);
    const secrets = secretsOf(url, [["x-api-key", "h-secret-1"]]);
    const part = fc.oneof(
      fc.constantFrom(key, `/v3/${key}`, `/v3/${key}?token=q-secret-1`, "q-secret-1", "h-secret-1", url.href),
      fc.constantFrom("user-secret-1", "pass-secret-1", "https://x/", " ", "\n", "://"),
      fc.string(),
      fc.integer({ min: 0, max: 1_300 }).map((length) => "p".repeat(length)),
      fc.integer({ min: 0, max: 1_300 }).map((length) => "p ".repeat(length / 2)),
      fc.integer({ min: 0, max: 1_300 }).map((length) => `http://${"u".repeat(length)} `),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const shown = safeMessage(parts.join(""), secrets);
        expect(shown).not.toMatch(/secret-|sEcReT|0123456789/);
        expect(shown.length).toBeLessThanOrEqual(300);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("secretsOf", () => {
  it("takes path, query, credentials and headers apart, as they are and decoded, the longest first", () => {
    const url = new URL("https://us%20er:p%C3%A4ss@node.example/v3/key%2D456789?apikey=query-789&x=y");
    const secrets = secretsOf(url, [["authorization", "Bearer token-0123"]]);
    for (const secret of [
      "/v3/key%2D456789",
      "key%2D456789",
      "key-456789",
      "apikey=query-789&x=y",
      "query-789",
      "us%20er",
      "us er",
      "p%C3%A4ss",
      "päss",
      "Bearer token-0123",
      "token-0123",
    ]) {
      expect(secrets).toContain(secret);
    }
    expect(secrets).toEqual([...secrets].sort((one, other) => other.length - one.length));
    expect(secrets).not.toContain("v3");
    expect(secrets).not.toContain("");
  });

  it("finds none in a bare origin, and does not stumble over a wrong escape", () => {
    expect(secretsOf(new URL("https://node.example"), noHeaders)).toEqual([]);
    expect(secretsOf(new URL("https://node.example/key%ZZ-456789"), noHeaders)).toContain("key%ZZ-456789");
  });
});
