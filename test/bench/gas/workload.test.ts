import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Token, tokensOf3042Owners, tokensOf500Owners, tokensOf50Owners } from "../../../bench/gas/workload.ts";

const sizesOf = (tokens: readonly Token[]): readonly number[] =>
  [...Map.groupBy(tokens, ({ owner }) => owner).values()].map((each) => each.length).sort((a, b) => b - a);

const digest = (tokens: readonly Token[]): string =>
  createHash("sha256").update(JSON.stringify(tokens)).digest("hex").slice(0, 16);

// Budget of the file: 2 s.
describe("workloads", () => {
  it.each([
    ["500 owners", tokensOf500Owners, 500, 500, 1],
    ["50 owners", tokensOf50Owners, 500, 50, 10],
    ["3,042 owners", tokensOf3042Owners, 10_000, 3042, 493],
  ])("of %s have as many tokens and owners as they say", (_, make, tokens, owners, most) => {
    const made = make();
    expect(made.map(({ id }) => id)).toEqual(Array.from({ length: tokens }, (_each, index) => index + 1));
    expect(sizesOf(made)).toHaveLength(owners);
    expect(sizesOf(made)[0]).toBe(most);
  });

  it("are the same each time, in each process", () => {
    expect([tokensOf500Owners(), tokensOf50Owners(), tokensOf3042Owners()].map(digest)).toEqual([
      "63c84e909b3c4651",
      "7423a3788cb4a3d2",
      "f534f95e34b01a7d",
    ]);
  });

  it("have owners whose neighbours in the order of ids are others'", () => {
    const tokens = tokensOf50Owners();
    const alike = tokens.filter(({ owner }, index) => tokens[index + 1]?.owner === owner);
    expect(alike.length).toBeLessThan(25);
  });

  it("have URIs of 53 bytes, all different, with nothing at an end that the ids have", () => {
    const uris = tokensOf500Owners().map(({ uri }) => uri);
    expect(uris.every((uri) => /^ipfs:\/\/[1-9A-HJ-NP-Za-km-z]{46}$/.test(uri))).toBe(true);
    expect(new Set(uris.map((uri) => uri.slice(7, 15))).size).toBe(500);
    expect(new Set(uris.map((uri) => uri.slice(-8))).size).toBe(500);
  });
});
