import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ManifestToken } from "../../../src/migration/types.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { deployOld } from "../harness/old-collection.ts";
import { type Collection, measureBatches } from "./measured-batches.ts";

// Budget: 15 s: traces of some hundred thousand steps each.

let anvil: Anvil;

beforeAll(async () => {
  anvil = await startAnvil({ args: ["--gas-limit", "1000000000", "--hardfork", "prague"] });
});

afterAll(() => anvil.stop());

/** The same for the same number, and spread. */
function hashOf(number: number, what: string): string {
  return createHash("sha256")
    .update(`${what} ${String(number)}`)
    .digest("hex");
}

const ownerAt = (number: number): string => `0x${hashOf(number, "owner").slice(0, 40)}`;
const uriOf = (number: number, length: number): string => hashOf(number, "uri").repeat(8).slice(0, length);
const inOrder = (count: number, token: (n: number) => ManifestToken): ManifestToken[] =>
  Array.from({ length: count }, (_, n) => token(n));
/** Ids of a dense collection, dealt out without an order. */
const dealt = (n: number, of: number): bigint => BigInt((n * 7919) % of);

const wide = { gas: 400_000_000n, computation: 900_000_000n, bytes: 1_000_000 };
const pattern = { base: "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG/", suffix: ".json" };
const byPattern = (id: bigint): string => `${pattern.base}${String(id)}${pattern.suffix}`;

const collections: Readonly<Record<string, Collection>> = {
  "random URIs of 53 bytes, an owner each": {
    tokens: inOrder(90, (n) => ({ id: BigInt(n), owner: ownerAt(n), uri: uriOf(n, 53) })),
    limits: wide,
  },
  "random URIs of 53 bytes, ids dealt to 60 owners": {
    tokens: inOrder(90, (n) => ({ id: dealt(n, 10_007), owner: ownerAt(n % 60), uri: uriOf(n, 53) })),
    limits: wide,
  },
  "URIs by a pattern, an owner each": {
    tokens: inOrder(90, (n) => ({ id: BigInt(n + 1000), owner: ownerAt(n), uri: byPattern(BigInt(n + 1000)) })),
    pattern,
    limits: wide,
  },
  "URIs by a pattern, one owner": {
    tokens: inOrder(90, (n) => ({ id: BigInt(n + 1000), owner: ownerAt(0), uri: byPattern(BigInt(n + 1000)) })),
    pattern,
    limits: wide,
  },
  "a pattern, and URIs of their own beside it": {
    tokens: inOrder(90, (n) => ({ id: BigInt(n), owner: ownerAt(n % 40), uri: uriOf(n, 40) })),
    pattern,
    limits: wide,
  },
  "empty URIs": {
    tokens: inOrder(90, (n) => ({ id: BigInt(n), owner: ownerAt(n % 20), uri: "" })),
    limits: wide,
  },
  "holes, and tokens at the door": {
    tokens: inOrder(90, (n) =>
      n % 2 === 0
        ? { id: BigInt(n), owner: "hole", uri: "" }
        : { id: BigInt(n), owner: "door", uri: byPattern(BigInt(n)) },
    ),
    pattern,
    limits: wide,
  },
  "ids near 2^256, with long URIs": {
    tokens: inOrder(60, (n) => ({ id: 2n ** 256n - 1n - BigInt(n * n), owner: ownerAt(n), uri: uriOf(n, 200) })),
    limits: wide,
  },
  "one id in each word": {
    tokens: inOrder(90, (n) => ({ id: BigInt(n) * 256n, owner: ownerAt(n % 30), uri: uriOf(n, 31) })),
    limits: wide,
  },
};

describe("what a batch is planned to take", { timeout: 60_000 }, () => {
  it.each(Object.entries(collections))("is no less than it takes, and little more: %s", async (_, collection) => {
    const batches = await measureBatches(anvil, collection);
    expect(batches).toHaveLength(1);
    for (const { planned, gas, computation, bytes } of batches) {
      expect(gas / Number(planned.gas)).toBeLessThanOrEqual(1);
      expect(computation / Number(planned.computation)).toBeLessThanOrEqual(1);
      expect(gas / Number(planned.gas)).toBeGreaterThan(0.8);
      expect(computation / Number(planned.computation)).toBeGreaterThan(0.8);
      expect(planned.bytes).toBeGreaterThan(bytes);
      expect(planned.bytes - bytes).toBeLessThan(1_300);
    }
  });

  it.each(["1.9", "1.12"] as const)("has the old contract's answers in it, of caver-js %s", async (version) => {
    const old = await deployOld(anvil, { version, tokens: 60, owners: 20 });
    const compared = { address: old.address, ownerOfGas: 3_800 };
    const [batch] = await measureBatches(anvil, { tokens: old.tokens, limits: wide, compared });
    const { planned, gas = 0, computation = 0 } = batch ?? {};
    expect(gas / Number(planned?.gas)).toBeLessThanOrEqual(1);
    expect(computation / Number(planned?.computation)).toBeLessThanOrEqual(1);
    expect(gas / Number(planned?.gas)).toBeGreaterThan(0.8);
    expect(computation / Number(planned?.computation)).toBeGreaterThan(0.8);
  });
});
