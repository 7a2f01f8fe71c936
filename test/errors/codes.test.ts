import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/errors/codes.ts";
import { sourceCode } from "./source-code.ts";

const released: unknown = JSON.parse(readFileSync(new URL("released-codes.json", import.meta.url), "utf8"));
const codes: readonly string[] = Object.keys(errorCodes);

// Budget of the file: 2 s.
describe("the registry of error codes", () => {
  it("names each ERR_<ROOM>_<WHAT>", () => {
    // Of the instance as a whole.
    const withoutRoom = ["ERR_CLOSED"];
    for (const code of codes) {
      if (!withoutRoom.includes(code)) expect(code).toMatch(/^ERR_[A-Z]+(?:_[A-Z]+)+$/);
    }
  });

  it("says of each in a sentence what it means", () => {
    for (const { summary } of Object.values(errorCodes)) expect(summary).toMatch(/^[A-Z].{10,}\.$/);
  });

  // A new code is added here with its release; what is here stays: callers branch on it.
  it("has every released code, with what was said of retrying", () => {
    const now = Object.fromEntries(Object.entries(errorCodes).map(([code, { retryable }]) => [code, retryable]));
    expect(now).toMatchObject(Object(released));
  });

  it("has no code that nothing throws, and nothing throws a code that it does not have", () => {
    const used = new Set<string>();
    for (const { path, code } of sourceCode()) {
      if (path === "errors/codes.ts") continue;
      // What only asks for a code does not throw it.
      const thrown = code.replaceAll(/isLatchkeyError\([^()]*\)|code === "\w+"/g, "");
      for (const [, name = ""] of thrown.matchAll(/"(ERR_[A-Z_]*[A-Z])"/g)) used.add(name);
    }
    const ofNode = [...used].filter((name) => /^ERR_(?:MODULE|SQLITE|INVALID|SOCKET|TLS)_/.test(name));
    expect(codes.filter((code) => !used.has(code))).toEqual([]);
    expect([...used].filter((name) => !codes.includes(name) && !ofNode.includes(name))).toEqual([]);
  });
});
