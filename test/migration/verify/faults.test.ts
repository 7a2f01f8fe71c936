import { describe, expect, it, vi } from "vitest";
import type { Difference, ManifestToken, VerificationResult } from "../../../src/migration/types.ts";
import { ownerAt } from "../harness/old-collection.ts";
import { anybody, base, type Doctor, special, verifyScene } from "./scene.ts";
import { alter, alterCode, slots } from "./storage.ts";

// Faults planted in what is on the chain, and found. Budget of the file: 15 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = verifyScene();
const of = (result: VerificationResult, ...kinds: readonly Difference["kind"][]): readonly unknown[] =>
  result.differences.filter(({ kind }) => kinds.includes(kind)).map(({ kind, id }) => [kind, id]);
const at =
  (id: bigint, change: Partial<ManifestToken>): Doctor =>
  (tokens) =>
    tokens.map((token) => (token.id === id ? { ...token, ...change } : token));
const hole = 15n;

describe("a contract that was deployed and minted with another manifest", () => {
  it.each<readonly [string, Doctor, readonly (readonly [Difference["kind"], string])[], RegExp]>([
    ["a wrong owner", at(5n, { owner: anybody }), [["owner", "5"]], /minted to 0x0+a11b0d1e; ownerOf gives/],
    ["a missing token", at(6n, { owner: "hole", uri: "" }), [["missing", "6"]], /never minted/],
    [
      "an extra token",
      (tokens) => [...tokens, { id: 99n, owner: anybody, uri: `${base}99.json` }],
      [["extra", "99"]],
      /minted to 0x0+a11b0d1e/,
    ],
    ["a URI off by one byte", at(special, { uri: "https://own.test/sEven" }), [["uri", "7"]], /sEven/],
    ["a URI off by one byte where there was a pattern", at(3n, { uri: `${base}3.jsoN` }), [["uri", "3"]], /jsoN/],
    [
      "a burned id that lives",
      at(hole, { owner: anybody, uri: `${base}15.json` }),
      [["hole-alive", "15"]],
      /minted to/,
    ],
    [
      "a burned id that was forgotten",
      (tokens) => tokens.filter(({ id }) => id !== hole),
      [["missing", "15"]],
      /isReserved/,
    ],
    ["a token that went to the door", at(6n, { owner: "door" }), [["missing", "6"]], /never minted/],
  ])("is found out by its root, and by id: %s", async (_, doctor, expected, found) => {
    const { migrate, old } = scene();
    expect(old.burned).toContain(hole);
    const result = await (await migrate({ doctor })).verify();
    expect(result.verified).toBe(false);
    expect(of(result, "owner", "missing", "extra", "uri", "hole-alive", "door", "logs", "moved-since")).toEqual(
      expected,
    );
    expect(result.differences.find(({ id }) => id === expected[0]?.[1])?.found).toMatch(found);
    expect(result.differences.some(({ kind, expected: what }) => kind === "root" && what.startsWith("root()"))).toBe(
      true,
    );
  });
});

describe("a batch that never came in", () => {
  it("leaves each of its tokens missing, and says so once", async () => {
    const { migrate } = scene();
    const migrated = await migrate({ batches: 2 });
    const result = await migrated.verify();
    const missing = result.differences.filter(({ kind }) => kind === "missing").map(({ id }) => Number(id));
    const arrived = migrated.tokens.length - 30;
    expect(missing).toHaveLength(arrived);
    expect(new Set(missing).size).toBe(arrived);
    expect(of(result, "supply")).toEqual([["supply", undefined]]);
    expect(result.differences.some(({ expected }) => expected.startsWith("settledCount()"))).toBe(true);
  });
});

describe("a state that the contract's own code cannot come to", () => {
  const named = [
    "owner",
    "missing",
    "extra",
    "uri",
    "hole-alive",
    "supply",
    "balance",
    "enumeration",
    "root",
    "interface",
  ] as const;

  it.each<readonly [string, string | ((id: bigint) => string), (word: bigint) => bigint, readonly unknown[]]>([
    [
      "another owner than the logs have",
      slots.owner(5n),
      () => BigInt(anybody),
      [
        ["owner", "5"],
        ["enumeration", "5"],
      ],
    ],
    [
      "an owner whom the logs have, gone",
      slots.owner(6n),
      () => 0n,
      [
        ["missing", "6"],
        ["enumeration", "6"],
      ],
    ],
    ["a URI off by one byte", slots.uri(special), (word) => word ^ (1n << 200n), [["uri", "7"]]],
    ["a token next to the last", slots.owner(44n), () => BigInt(anybody), [["extra", "44"]]],
    ["an owner of a burned id", slots.owner(hole), () => BigInt(anybody), [["hole-alive", "15"]]],
    [
      "a supply of one more",
      slots.shared,
      (word) => word + (1n << 192n),
      [
        ["supply", undefined],
        ["enumeration", undefined],
      ],
    ],
    [
      "a supply of one less",
      slots.shared,
      (word) => word - (1n << 192n),
      [
        ["supply", undefined],
        ["enumeration", "42"],
      ],
    ],
    ["a balance of one more", slots.balance(ownerAt(0)), (word) => word + 1n, [["balance", undefined]]],
    ["a token that is not enumerated", slots.window(0n), (word) => word ^ (1n << 9n), [["enumeration", "9"]]],
  ])("is found: %s", async (_, slot, change, expected) => {
    const { anvil, migrate } = scene();
    const migrated = await migrate();
    await alter(anvil, migrated.address, String(slot), change);
    const result = await migrated.verify();
    expect(result.verified).toBe(false);
    const seen = of(result, ...named).map((each) => JSON.stringify(each));
    for (const each of expected) expect(seen).toContain(JSON.stringify(each));
    // Nothing else has an id.
    const ids = new Set(result.differences.map(({ id }) => id).filter((id) => id !== undefined));
    expect(ids.size).toBeLessThanOrEqual(1);
  });

  it("is found: another root", async () => {
    const { anvil, migrate } = scene();
    const migrated = await migrate();
    const { root } = await migrated.run.needed("plan");
    await alterCode(anvil, migrated.address, root.slice(2), "ab".repeat(32));
    const result = await migrated.verify();
    expect(result.differences).toEqual([
      { kind: "root", expected: `root() gives ${root}`, found: `0x${"ab".repeat(32)}` },
    ]);
  });

  it("is found: an interface that is not reported", async () => {
    const { anvil, migrate } = scene();
    const migrated = await migrate();
    await alterCode(anvil, migrated.address, "5b5e139f", "5b5e1390");
    const result = await migrated.verify();
    expect(result.differences.map(({ kind, expected }) => [kind, expected])).toEqual([
      ["interface", "supportsInterface(0x5b5e139f) gives true (IKIP17Metadata)"],
    ]);
  });
});

describe("the old contract", () => {
  it("is found to have moved a token since the snapshot", async () => {
    const { old, migrate } = scene();
    const migrated = await migrate();
    await old.call(ownerAt(0), "transferFrom", ownerAt(0), anybody, 1n);
    const result = await migrated.verify();
    expect(result.differences.map(({ kind, id }) => [kind, id])).toEqual([["moved-since", "1"]]);
    expect(result.differences[0]?.found).toMatch(/^from 0x5eed.* to 0x0+a11b0d1e, first in block \d+$/);
    expect(result.verified).toBe(false);
  });

  it("is found to have burned one, and minted one", async () => {
    const { old, migrate } = scene();
    const migrated = await migrate();
    await old.call(ownerAt(0), "burn", 1n);
    await old.call(old.deployer, "mintWithTokenURI", anybody, 500n, "new");
    const result = await migrated.verify();
    expect(result.differences.map(({ kind, id, found }) => [kind, id, found.split(" ")[0]])).toEqual([
      ["moved-since", "1", "burned"],
      ["moved-since", "500", "minted"],
    ]);
  });

  it("is read again, and a manifest that was not its own is found", async () => {
    const { migrate } = scene();
    const doctor: Doctor = (tokens) => tokens.map((token) => (token.id === 9n ? { ...token, owner: anybody } : token));
    const result = await (await migrate({ manifest: doctor })).verify();
    expect(result.differences.map(({ kind, id }) => [kind, id])).toEqual([["owner", "9"]]);
    expect(result.checks.find(({ name }) => name.includes("in the snapshot's block"))?.differences).toBe(1);
  });
});
