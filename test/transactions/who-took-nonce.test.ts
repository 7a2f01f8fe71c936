import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChainAdapter } from "../../src/ports/chain-adapter.ts";
import { whoTookNonce } from "../../src/transactions/who-took-nonce.ts";
import { hashOf, offlineChain } from "../harness/offline-chain.ts";
import { someAddress } from "./outbox/stored.ts";

/** How many transactions the sender has in each block from 1 on. */
const anyBlocks = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(3) }), {
  minLength: 1,
  maxLength: 300,
});

const hashAt = (nonce: number) => hashOf(BigInt(nonce));

function chainOf(blocks: readonly number[]): { readonly chain: ChainAdapter; readonly asked: () => number } {
  const countAt = (block: number): number => blocks.slice(0, block).reduce((sum, count) => sum + count, 0);
  let asked = 0;
  return {
    asked: () => asked,
    chain: {
      ...offlineChain("main"),
      nonces: (addresses, block) => {
        asked += 1;
        return Promise.resolve(addresses.map(() => countAt(Number(block))));
      },
      sentIn: (number) => {
        const first = countAt(Number(number) - 1);
        const count = blocks[Number(number) - 1] ?? 0;
        return Promise.resolve(
          Array.from({ length: count }, (_, index) => ({ nonce: first + index, hash: hashAt(first + index) })),
        );
      },
    },
  };
}

// Budget of the file: 5 s.
describe("who took a nonce", () => {
  it("is found wherever it was, with few questions, and nobody where it is free", async () => {
    await fc.assert(
      fc.asyncProperty(anyBlocks, fc.nat(400), fc.nat(300), fc.nat(300), async (blocks, nonce, sinceSeed, upToSeed) => {
        const { chain, asked } = chainOf(blocks);
        const since = sinceSeed % (blocks.length + 1);
        const upTo = upToSeed % (blocks.length + 1);
        const used = blocks.slice(0, upTo).reduce((sum, count) => sum + count, 0);
        const found = await whoTookNonce(chain, someAddress, nonce, BigInt(since), BigInt(upTo));
        if (nonce >= used || Math.max(0, since - 64) > upTo) expect(found).toBeUndefined();
        else expect(found).toBe(hashAt(nonce));
        expect(asked()).toBeLessThanOrEqual(3 + Math.ceil(Math.log2(blocks.length + 1)));
      }),
      { numRuns: 300 },
    );
  });

  it("is not concluded from a node whose answers do not fit each other", async () => {
    const { chain } = chainOf([1, 1, 1, 1]);
    const liar: ChainAdapter = { ...chain, sentIn: () => Promise.resolve([]) };
    expect(await whoTookNonce(liar, someAddress, 2, 0n, 4n)).toBeUndefined();
    const other: ChainAdapter = { ...chain, sentIn: () => Promise.resolve([{ nonce: 7, hash: hashAt(7) }]) };
    expect(await whoTookNonce(other, someAddress, 2, 0n, 4n)).toBeUndefined();
    // Used before the first block: that is a node that has lost its history.
    const pruned: ChainAdapter = { ...chain, nonces: () => Promise.resolve([9]) };
    expect(await whoTookNonce(pruned, someAddress, 2, 100n, 400n)).toBeUndefined();
  });

  it("fails with the node", async () => {
    const { chain } = chainOf([1]);
    const down: ChainAdapter = { ...chain, nonces: () => Promise.reject(new Error("no state")) };
    await expect(whoTookNonce(down, someAddress, 0, 0n, 1n)).rejects.toThrow("no state");
  });
});
