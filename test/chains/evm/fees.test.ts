import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gasLimit, gasPrice, type LatestBlock, parseBlock, perGas } from "../../../src/chains/evm/fees.ts";
import { refusedBy } from "../refused.ts";

// Budget of the file: 3 s.

const ceiling = 10n ** 13n;
const anyAmount = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const block = (limit: bigint): LatestBlock => ({ gasLimit: limit, baseFeePerGas: 1n });

describe("the price of gas", () => {
  it("is one price where blocks have no base fee", () => {
    expect(gasPrice(undefined, 5n, ceiling)).toEqual({ type: 0, gasPrice: 5n });
  });

  it("is twice the base fee and the tip where they have one, also of 0", () => {
    expect(gasPrice(7n, 2n, ceiling)).toEqual({ type: 2, maxFeePerGas: 16n, maxPriorityFeePerGas: 2n });
    expect(gasPrice(0n, 0n, ceiling)).toEqual({ type: 2, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n });
  });

  it("may be the ceiling and not one wei more", () => {
    expect(perGas(gasPrice(undefined, ceiling, ceiling))).toBe(ceiling);
    expect(perGas(gasPrice((ceiling - 2n) / 2n, 2n, ceiling))).toBe(ceiling);
    for (const over of [
      () => gasPrice(undefined, ceiling + 1n, ceiling),
      () => gasPrice((ceiling - 2n) / 2n, 3n, ceiling),
    ]) {
      const error = refusedBy(over, "ERR_CHAIN_FEE_TOO_HIGH");
      expect(error.context).toEqual({ offered: ceiling + 1n, ceiling });
      expect(error.retryable).toBe(true);
    }
  });

  it("never passes the ceiling, nor is the tip above the whole, for any node", () => {
    fc.assert(
      fc.property(fc.option(anyAmount, { nil: undefined }), anyAmount, anyAmount, (baseFee, suggested, limit) => {
        const least = baseFee === undefined ? suggested : 2n * baseFee + suggested;
        if (least > limit) refusedBy(() => gasPrice(baseFee, suggested, limit), "ERR_CHAIN_FEE_TOO_HIGH");
        else {
          const price = gasPrice(baseFee, suggested, limit);
          expect(perGas(price)).toBe(least);
          if (price.type === 2) expect(price.maxPriorityFeePerGas).toBeLessThanOrEqual(price.maxFeePerGas);
        }
      }),
    );
  });
});

describe("the limit of gas", () => {
  it("is exact for a bare transfer", () => {
    expect(gasLimit(21_000n, block(30_000_000n))).toBe(21_000n);
  });

  it.each([
    ["a fifth more", 100_000n, 30_000_000n, 120_000n],
    ["a fifth, rounded down", 21_001n, 30_000_000n, 25_201n],
    ["the block's limit, where a fifth would pass it", 9_000_000n, 10_000_000n, 10_000_000n],
    ["the estimate, where it fills the block", 10_000_000n, 10_000_000n, 10_000_000n],
    ["Ethereum's limit for a transaction, where a fifth would pass it", 15_000_000n, 60_000_000n, 16_777_216n],
    ["that limit, where the estimate reaches it", 16_777_216n, 60_000_000n, 16_777_216n],
    ["a fifth more on a chain without that limit", 16_777_217n, 60_000_000n, 20_132_660n],
  ])("is %s", (_, estimate, limit, expected) => {
    expect(gasLimit(estimate, block(limit))).toBe(expected);
  });

  it("is never below the estimate nor above the block's, for any node", () => {
    fc.assert(
      fc.property(anyAmount, anyAmount, (estimate, limit) => {
        if (estimate < 21_000n || estimate > limit) {
          refusedBy(() => gasLimit(estimate, block(limit)), "ERR_RPC_BAD_RESPONSE");
        } else {
          const allowed = gasLimit(estimate, block(limit));
          expect(allowed).toBeGreaterThanOrEqual(estimate);
          expect(allowed).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});

describe("a block", () => {
  it.each([
    ["with a base fee", { gasLimit: "0x10", baseFeePerGas: "0x7" }, { gasLimit: 16n, baseFeePerGas: 7n }],
    ["with a base fee of 0", { gasLimit: "0x10", baseFeePerGas: "0x0" }, { gasLimit: 16n, baseFeePerGas: 0n }],
    ["without a base fee", { gasLimit: "0x10" }, { gasLimit: 16n, baseFeePerGas: undefined }],
    ["with a base fee of null", { gasLimit: "0x10", baseFeePerGas: null }, { gasLimit: 16n, baseFeePerGas: undefined }],
  ])("is read %s", (_, value, expected) => {
    expect(parseBlock(value)).toEqual(expected);
  });

  it.each([
    ["null: the node has none", null],
    ["text", "0x10"],
    ["an array", [{ gasLimit: "0x10" }]],
    ["without a gas limit", { baseFeePerGas: "0x7" }],
    ["with a gas limit in decimal", { gasLimit: "30000000" }],
    ["with a negative base fee", { gasLimit: "0x10", baseFeePerGas: "-0x1" }],
    ["with a base fee of false", { gasLimit: "0x10", baseFeePerGas: false }],
    ["with an empty base fee", { gasLimit: "0x10", baseFeePerGas: "" }],
  ])("is refused %s", (_, value) => {
    refusedBy(() => parseBlock(value), "ERR_RPC_BAD_RESPONSE");
  });
});
