import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitBatches, commitCollection, createCommitment } from "../../src/contracts/commitment.ts";
import { commitmentLeaf, type CommittedToken } from "../../src/contracts/leaf.ts";
import { codeOf, modelLeaf, modelOf, processProof, rootOf } from "./commitment-model.ts";

const oldContract = `0x${"0c".repeat(20)}`;
const alice = `0x${"a1".repeat(20)}`;
const collection = { oldChainId: 8217, oldContract };
const token = (id: bigint, owner = alice, uri = `ipfs://${id}`): CommittedToken => ({ id, owner, uri });
const numbered = (count: number): CommittedToken[] => Array.from({ length: count }, (_, id) => token(BigInt(id)));

const anyToken = fc.record({
  id: fc.oneof(fc.bigInt(0n, 2n ** 256n - 1n), fc.bigInt(0n, 50n)),
  owner: fc.oneof(fc.constantFrom("door", alice), fc.bigInt(1n, 2n ** 160n - 1n).map(addressOf)),
  uri: fc.oneof(fc.constant(""), fc.string({ unit: "grapheme", maxLength: 60 })),
});
const anyHole = fc.record({ id: fc.bigInt(0n, 2n ** 256n - 1n), owner: fc.constant("hole"), uri: fc.constant("") });
const anyTokens = fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: anyToken }, { weight: 1, arbitrary: anyHole }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 70,
});

function addressOf(value: bigint): string {
  return `0x${value.toString(16).padStart(40, "0")}`;
}

describe("a URI", () => {
  const collection = { oldChainId: 8217, oldContract: `0x${"11".repeat(20)}` };
  const withUri = (uri: string): CommittedToken => ({ id: 7n, owner: `0x${"22".repeat(20)}`, uri });

  it("has at most the bytes that the contract keeps", () => {
    expect(commitmentLeaf(collection, withUri("é".repeat(4096)))).toMatch(/^0x[0-9a-f]{64}$/);
    for (const uri of ["u".repeat(8193), `${"é".repeat(4096)}u`])
      expect(codeOf(() => commitmentLeaf(collection, withUri(uri)))).toBe("ERR_CONFIG_INVALID");
  });
});

describe("commitCollection", { timeout: 60_000 }, () => {
  it("is what a model with another ABI coder and another hash gives, for any tokens and batch size", () => {
    fc.assert(
      fc.property(
        anyTokens,
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1 }),
        (tokens, batchSize, oldChainId) => {
          const commitment = commitCollection({ oldChainId, oldContract, tokens, batchSize });
          const model = modelOf(oldChainId, oldContract, tokens, batchSize);
          expect(commitment.root).toBe(model.root);
          expect(commitment.count).toBe(tokens.length);
          expect(commitment.batches.flatMap((batch) => batch.tokens)).toEqual(tokens);
          for (const [index, batch] of commitment.batches.entries()) {
            const batchRoot = rootOf(batch.tokens.map((each) => modelLeaf(oldChainId, oldContract, each)));
            expect(batchRoot).toBe(model.batchRoots[index]);
            expect(processProof(batch.proof, batchRoot)).toBe(model.root);
          }
          for (const each of tokens) {
            const leaf = modelLeaf(oldChainId, oldContract, each);
            expect(processProof(commitment.proofOf(each.id), leaf)).toBe(model.root);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("gives no proof that serves a token with another owner, URI, id, chain or contract", () => {
    const tokens = numbered(11);
    const commitment = commitCollection({ ...collection, tokens, batchSize: 4 });
    const proof = commitment.proofOf(6n);
    const rootBy = (chain: number, contract: string, each: CommittedToken): string =>
      processProof(proof, modelLeaf(chain, contract, each));
    expect(rootBy(8217, oldContract, token(6n))).toBe(commitment.root);
    expect(rootBy(8217, oldContract, token(6n, "door"))).not.toBe(commitment.root);
    expect(rootBy(8217, oldContract, token(6n, alice, "ipfs://7"))).not.toBe(commitment.root);
    expect(rootBy(8217, oldContract, token(7n, alice, "ipfs://6"))).not.toBe(commitment.root);
    expect(rootBy(1001, oldContract, token(6n))).not.toBe(commitment.root);
    expect(rootBy(8217, alice, token(6n))).not.toBe(commitment.root);
  });

  it("cuts batches in the order given, the last one shorter", () => {
    const { batches } = commitCollection({ ...collection, tokens: numbered(7), batchSize: 3 });
    expect(batches.map((batch) => batch.tokens.map(({ id }) => id))).toEqual([[0n, 1n, 2n], [3n, 4n, 5n], [6n]]);
  });

  it("needs no proof for a single batch", () => {
    const tokens = numbered(5);
    const { root, batches } = commitCollection({ ...collection, tokens, batchSize: 5 });
    expect(batches).toEqual([{ tokens, proof: [] }]);
    expect(root).toBe(modelOf(8217, oldContract, tokens, 5).root);
  });

  it("takes the root of a single token for its leaf", () => {
    const { root, proofOf } = commitCollection({ ...collection, tokens: [token(9n)], batchSize: 100 });
    expect(root).toBe(commitmentLeaf(collection, token(9n)));
    expect(proofOf(9n)).toEqual([]);
  });

  it("carries ids at both ends, and URIs byte for byte", () => {
    const tokens = [
      token(0n, alice, ""),
      token(2n ** 256n - 1n, alice, "한글 \u0000 👋"),
      token(2n ** 255n, alice, " "),
    ];
    const { root } = commitCollection({ ...collection, tokens, batchSize: 2 });
    expect(root).toBe(modelOf(8217, oldContract, tokens, 2).root);
  });

  it.each<[string, readonly CommittedToken[]]>([
    ["no tokens", []],
    ["an id given twice", [token(1n), token(2n), token(1n, "hole", "")]],
    ["a negative id", [token(-1n)]],
    ["an id of 257 bits", [token(2n ** 256n)]],
    ["a hole with a URI", [token(1n, "hole", "ipfs://1")]],
    ["a URI that is half a character", [token(1n, alice, "\ud83d")]],
  ])("refuses %s", (_, tokens) => {
    expect(codeOf(() => commitCollection({ ...collection, tokens, batchSize: 2 }))).toBe("ERR_CONFIG_INVALID");
  });

  it.each([
    ["that is none", "alice"],
    ["of zero, which must be named a hole", addressOf(0n)],
    ["of the door, which must be named", "0xC22a7eFFD64ECfF3ce2b8A7d2A1ecA94d2c140ef"],
    ["of the door in lower case", "0xc22a7effd64ecff3ce2b8a7d2a1eca94d2c140ef"],
  ])("refuses an owner %s", (_, owner) => {
    const tokens = [token(1n), token(2n, owner)];
    expect(codeOf(() => commitCollection({ ...collection, tokens, batchSize: 2 }))).toBe("ERR_CHAIN_ADDRESS_INVALID");
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a batch size of %s", (batchSize) => {
    expect(codeOf(() => commitCollection({ ...collection, tokens: numbered(2), batchSize }))).toBe(
      "ERR_CONFIG_INVALID",
    );
  });

  it.each([0, -1, 1.5, 2 ** 53])("refuses a chain id of %s", (oldChainId) => {
    expect(codeOf(() => createCommitment({ oldChainId, oldContract, batchSize: 1 }))).toBe("ERR_CONFIG_INVALID");
  });

  it("refuses an old contract that is no address", () => {
    const options = { oldChainId: 1, oldContract: "0x1", batchSize: 1 };
    expect(codeOf(() => createCommitment(options))).toBe("ERR_CHAIN_ADDRESS_INVALID");
  });

  it.each([
    ["no list", {}],
    ["a list of nothing", [null]],
    ["a URI that is no text", [{ id: 1n, owner: alice }]],
  ])("refuses %s", (_, tokens) => {
    const options = { ...collection, tokens, batchSize: 1 };
    expect(codeOf(() => void Reflect.apply(commitCollection, undefined, [options]))).toBe("ERR_CONFIG_INVALID");
  });

  it("has no proof for an id that is not committed", () => {
    const { proofOf } = commitCollection({ ...collection, tokens: numbered(3), batchSize: 2 });
    expect(codeOf(() => proofOf(3n))).toBe("ERR_CONFIG_INVALID");
  });
});

describe("createCommitment", { timeout: 120_000 }, () => {
  it("goes on after a token that it refused, as if that had never come", () => {
    const tokens = numbered(5);
    const builder = createCommitment({ ...collection, batchSize: 2 });
    for (const each of tokens) {
      builder.add(each);
      expect(
        codeOf(() => {
          builder.add(each);
        }),
      ).toBe("ERR_CONFIG_INVALID");
      expect(
        codeOf(() => {
          builder.add(token(99n, "nobody"));
        }),
      ).toBe("ERR_CHAIN_ADDRESS_INVALID");
    }
    expect(builder.finish().root).toBe(modelOf(8217, oldContract, tokens, 2).root);
  });

  it("answers for what it held when it was finished", () => {
    const builder = createCommitment({ ...collection, batchSize: 2 });
    for (const each of numbered(3)) builder.add(each);
    const { root, proofOf } = builder.finish();
    builder.add(token(3n));
    expect(codeOf(() => proofOf(3n))).toBe("ERR_CONFIG_INVALID");
    expect(processProof(proofOf(2n), modelLeaf(8217, oldContract, token(2n)))).toBe(root);
  });

  it("takes 50,000 ids that differ in their upper halves alone", () => {
    const count = 50_000;
    const builder = createCommitment({ ...collection, batchSize: 500 });
    for (let id = 0; id < count; id += 1) builder.add(token(BigInt(id) << 128n, alice, ""));
    // The first ids are still known, and in their places, after all the growing.
    for (const id of [0n, 1n, 700n]) {
      expect(
        codeOf(() => {
          builder.add(token(id << 128n));
        }),
      ).toBe("ERR_CONFIG_INVALID");
    }
    const { root, batches, proofOf } = builder.finish();
    expect(processProof(proofOf(700n << 128n), modelLeaf(8217, oldContract, token(700n << 128n, alice, "")))).toBe(
      root,
    );
    expect(batches).toHaveLength(100);
    const leaf = modelLeaf(8217, oldContract, token(49_999n << 128n, alice, ""));
    expect(processProof(proofOf(49_999n << 128n), leaf)).toBe(root);
  });
});

describe("commitBatches", { timeout: 60_000 }, () => {
  it("makes each batch a subtree, of whatever length, and proves batches and tokens", () => {
    const cut = (tokens: readonly CommittedToken[], lengths: readonly number[]): CommittedToken[][] => {
      const left = [...tokens];
      const batches: CommittedToken[][] = [];
      for (let n = 0; left.length > 0; n += 1) batches.push(left.splice(0, lengths[n % lengths.length]));
      return batches;
    };
    const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyTokens, lengths, (tokens, cuts) => {
        const given = cut(tokens, cuts);
        const { root, count, batches, proofOf } = commitBatches({ ...collection, batches: given });
        const roots = given.map((batch) => rootOf(batch.map((each) => modelLeaf(8217, oldContract, each))));
        expect(root).toBe(rootOf(roots));
        expect(count).toBe(tokens.length);
        expect(batches.map((batch) => batch.tokens)).toEqual(given);
        for (const [index, { proof }] of batches.entries()) expect(processProof(proof, roots[index] ?? "")).toBe(root);
        for (const each of tokens)
          expect(processProof(proofOf(each.id), modelLeaf(8217, oldContract, each))).toBe(root);
      }),
      { numRuns: 150 },
    );
  });

  it("is what commitCollection gives, where batches are as long as each other", () => {
    const tokens = numbered(10);
    const same = commitCollection({ ...collection, tokens, batchSize: 4 });
    const batches = [tokens.slice(0, 4), tokens.slice(4, 8), tokens.slice(8)];
    const { root, ...cut } = commitBatches({ ...collection, batches });
    expect(root).toBe(same.root);
    expect(cut.batches).toEqual(same.batches);
  });

  it.each<[string, readonly (readonly CommittedToken[])[]]>([
    ["no batches", []],
    ["an empty batch", [[token(1n)], []]],
    ["an id in two batches", [[token(1n)], [token(2n), token(1n)]]],
    ["an id twice in one", [[token(1n), token(1n)]]],
  ])("refuses %s", (_, batches) => {
    expect(codeOf(() => commitBatches({ ...collection, batches }))).toBe("ERR_CONFIG_INVALID");
  });

  it("has no proof for an id that is not committed", () => {
    const { proofOf } = commitBatches({ ...collection, batches: [numbered(3)] });
    expect(codeOf(() => proofOf(3n))).toBe("ERR_CONFIG_INVALID");
  });
});
