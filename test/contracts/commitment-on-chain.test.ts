import { AbiCoder, Interface } from "ethers";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bytecodeOf, kip17CollectionAbi, kip17MigratedAbi } from "../../src/contracts/index.ts";
import { commitCollection, type CollectionCommitment } from "../../src/contracts/commitment.ts";
import { doorOwner, holeOwner } from "../../src/contracts/given-tokens.ts";
import type { CommittedToken } from "../../src/contracts/leaf.ts";
import { packCommitted } from "../../src/contracts/pack-tokens.ts";
import { startChain, type TestChain } from "./behaviour/chain.ts";
import { deployCode, type Deployed } from "./behaviour/deployed.ts";

const baseURI = "https://old.example/";
const uriSuffix = ".json";
const byPattern = (id: bigint, owner: string): CommittedToken => ({
  id,
  owner,
  uri: owner === "hole" ? "" : `${baseURI}${id}${uriSuffix}`,
});
const onChainOwner = (owner: string): string => (owner === "hole" ? holeOwner : owner === "door" ? doorOwner : owner);

describe("a commitment, shown to KIP17Migrated", { timeout: 120_000 }, () => {
  let chain: TestChain;
  let restore: () => Promise<void>;
  let old: Deployed;
  let operator: string;
  let anybody: string;
  let holders: readonly string[];

  beforeAll(async () => {
    chain = await startChain();
    [operator = "", anybody = "", ...holders] = chain.accounts.map(({ address }) => address);
    const settings = ["Old", "OLD", operator, 0n, 0n];
    old = await deployCode(chain, new Interface(kip17CollectionAbi), await bytecodeOf("KIP17Collection"), settings);
    restore = await chain.snapshot();
  }, 120_000);
  beforeEach(() => restore());
  afterAll(() => chain.close());

  function commit(tokens: readonly CommittedToken[], batchSize: number): CollectionCommitment {
    return commitCollection({ oldChainId: Number(chain.chainId), oldContract: old.address, tokens, batchSize });
  }

  async function deploy({ root, count }: CollectionCommitment): Promise<Deployed> {
    const commitment = [root, BigInt(count), chain.chainId, old.address, false, baseURI, uriSuffix];
    const settings = ["New", "NEW", operator, 0n, 256n, commitment];
    return await deployCode(chain, new Interface(kip17MigratedAbi), await bytecodeOf("KIP17Migrated"), settings);
  }

  const argsOf = (tokens: readonly CommittedToken[], proof: readonly string[]): readonly unknown[] => [
    tokens.map(({ owner }) => onChainOwner(owner)),
    tokens.map(({ id }) => id),
    tokens.map(({ uri }) => uri),
    proof,
  ];

  async function expectState(collection: Deployed, tokens: readonly CommittedToken[]): Promise<void> {
    const present = tokens.filter(({ owner }) => owner.startsWith("0x"));
    expect(await collection.read("totalSupply")).toBe(BigInt(present.length));
    for (const { id, owner, uri } of present) {
      expect(await collection.read("ownerOf", id)).toBe(owner);
      expect(await collection.read("tokenURI", id)).toBe(uri);
    }
  }

  it("has the constants that the contract has", async () => {
    const collection = await deploy(commit([byPattern(1n, "hole")], 1));
    expect(String(await collection.read("DOOR")).toLowerCase()).toBe(doorOwner);
  });

  it("proves every batch of any collection by its pattern, whoever sends it and in whatever order", async () => {
    const owner = fc.oneof(
      { weight: 4, arbitrary: fc.nat(7) },
      { weight: 1, arbitrary: fc.constantFrom("hole", "door") },
    );
    const token = fc.record({ id: fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 96n - 1n)), owner });
    const tokens = fc.uniqueArray(token, { selector: ({ id }) => id, minLength: 1, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(tokens, fc.integer({ min: 1, max: 10 }), fc.boolean(), async (drawn, batchSize, isReversed) => {
        const placed = drawn.map(({ id, owner: at }) =>
          byPattern(id, typeof at === "number" ? (holders[at] ?? "") : at),
        );
        const commitment = commit(placed, batchSize);
        const collection = await deploy(commitment);
        const batches = isReversed ? commitment.batches.toReversed() : commitment.batches;
        for (const batch of batches)
          await collection.send(anybody, "migrate", packCommitted(batch.tokens), batch.proof);
        await expectState(collection, placed);
      }),
      { numRuns: 12 },
    );
  });

  it("proves every batch of any collection with URIs of its own, and ids of 256 bits", async () => {
    const owner = fc.oneof({ weight: 4, arbitrary: fc.nat(7) }, { weight: 1, arbitrary: fc.constant("hole") });
    const uri = fc.oneof(fc.string({ unit: "grapheme", maxLength: 70 }), fc.constant(""));
    const token = fc.record({ id: fc.bigInt(0n, 2n ** 256n - 1n), owner, uri });
    const tokens = fc.uniqueArray(token, { selector: ({ id }) => id, minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(tokens, fc.integer({ min: 1, max: 5 }), async (drawn, batchSize) => {
        const placed = drawn.map(({ id, owner: at, uri: text }): CommittedToken =>
          typeof at === "number" ? { id, owner: holders[at] ?? "", uri: text } : { id, owner: at, uri: "" },
        );
        const commitment = commit(placed, batchSize);
        const collection = await deploy(commitment);
        for (const { tokens: batch, proof } of commitment.batches) {
          await collection.send(anybody, "migrateWithTokenURI", ...argsOf(batch, proof));
        }
        await expectState(collection, placed);
      }),
      { numRuns: 12 },
    );
  });

  it("proves no batch that differs in anything", async () => {
    const [alice = "", bob = ""] = holders;
    const tokens = [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((id) => byPattern(id, alice));
    const commitment = commit(tokens, 3);
    const collection = await deploy(commitment);
    const [first, second] = commitment.batches;
    const altered: readonly (readonly [readonly CommittedToken[], readonly string[]])[] = [
      [[byPattern(1n, bob), ...tokens.slice(1, 3)], first?.proof ?? []],
      [[...tokens.slice(0, 2), byPattern(9n, alice)], first?.proof ?? []],
      [[...tokens.slice(0, 2), byPattern(3n, "hole")], first?.proof ?? []],
      [tokens.slice(0, 2), first?.proof ?? []],
      [tokens.slice(0, 4), first?.proof ?? []],
      [tokens.slice(0, 3).toReversed(), [...(first?.proof ?? [])].toReversed()],
      [tokens.slice(0, 3), second?.proof ?? []],
      [tokens.slice(0, 3), (first?.proof ?? []).slice(1)],
    ];
    for (const [batch, proof] of altered) {
      await collection.refusal(anybody, "migrate", packCommitted(batch), proof);
      await collection.refusal(anybody, "migrateWithTokenURI", ...argsOf(batch, proof));
    }
    await collection.refusal(
      anybody,
      "migrateWithTokenURI",
      ...argsOf([{ id: 1n, owner: alice, uri: "ipfs://other" }, ...tokens.slice(1, 3)], first?.proof ?? []),
    );
    expect(await collection.read("totalSupply")).toBe(0n);
  });

  it("opens the door to a token that waits there, by the proof of its id", async () => {
    const [alice = "", bob = ""] = holders;
    const tokens = [byPattern(1n, alice), byPattern(2n, "door"), byPattern(3n, bob), byPattern(4n, "hole")];
    const { proofOf, ...commitment } = commit(tokens, 2);
    const collection = await deploy({ ...commitment, proofOf });
    await old.send(operator, "mintBatch", [alice, bob], [2n, 3n]);
    const walk = (from: string, id: bigint, uri: string, proof: readonly string[]): readonly [string, ...unknown[]] => [
      "safeTransferFrom(address,address,uint256,bytes)",
      from,
      collection.address,
      id,
      AbiCoder.defaultAbiCoder().encode(["address", "string", "bytes32[]"], [doorOwner, uri, proof]),
    ];
    await old.refusal(bob, ...walk(bob, 3n, byPattern(3n, bob).uri, proofOf(3n)));
    await old.refusal(alice, ...walk(alice, 2n, byPattern(2n, alice).uri, proofOf(3n)));
    await old.refusal(alice, ...walk(alice, 2n, "ipfs://other", proofOf(2n)));
    await old.send(alice, ...walk(alice, 2n, byPattern(2n, alice).uri, proofOf(2n)));
    expect(await collection.read("ownerOf", 2n)).toBe(alice);
    expect(await collection.read("tokenURI", 2n)).toBe(byPattern(2n, alice).uri);
    expect(await old.read("ownerOf", 2n)).toBe(collection.address);
  });
});
