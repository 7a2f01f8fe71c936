import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { orderTokens } from "../../../src/migration/order.ts";
import { cutBatches } from "../../../src/migration/plan/cut-batches.ts";
import { limitsFor } from "../../../src/migration/plan/limits.ts";
import { chooseWindow } from "../../../src/migration/plan/window.ts";
import type { BatchLimits, ManifestToken, PlannedBatch } from "../../../src/migration/types.ts";

// Budget: 3 s, no node.

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const ownerAt = (number: number): string => `0x${digest(`owner ${String(number)}`).slice(0, 40)}`;
const random = (count: number): ManifestToken[] =>
  Array.from({ length: count }, (_, n) => ({
    id: BigInt(n + 1),
    owner: ownerAt(n % 3000),
    uri: `ipfs://${digest(`uri ${String(n)}`).slice(0, 46)}`,
  }));

function cut(tokens: readonly ManifestToken[], limits: BatchLimits): readonly PlannedBatch[] {
  const ordered = orderTokens(tokens, null);
  const window = chooseWindow([...ordered.packed, ...ordered.withUri]);
  return cutBatches(ordered, limits, { pattern: null, window, ownerOfGas: undefined });
}

describe("cutBatches", () => {
  it.each([["kaia"], ["ethereum"], ["a chain of which nothing is known"]])("stays within the limits: %s", (name) => {
    const limits = limitsFor({ name });
    const batches = cut(random(10_000), limits);
    for (const { gas, computation, bytes } of batches) {
      expect(BigInt(gas)).toBeLessThanOrEqual(name === "kaia" ? 495_000_000n : 16_609_444n);
      expect(bytes).toBeLessThanOrEqual(129_762);
      if (name === "kaia") expect(BigInt(computation ?? -1)).toBeLessThanOrEqual(148_500_000n);
      else expect(computation).toBeNull();
    }
    expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
    expect(batches.map(({ first }) => first)).toEqual(
      batches.map((_, index) => batches.slice(0, index).reduce((sum, { count }) => sum + count, 0)),
    );
  });

  it("fills a batch until the next token would not fit, by whichever limit is reached first", () => {
    const wide = { gas: 10n ** 12n, computation: 10n ** 12n, bytes: 10 ** 9 };
    const tokens = random(100);
    const [whole] = cut(tokens, wide);
    expect(whole?.count).toBe(100);
    for (const limit of ["gas", "computation", "bytes"] as const) {
      const exact = { ...wide, [limit]: limit === "bytes" ? whole?.bytes : BigInt(whole?.[limit] ?? 0) };
      expect(cut(tokens, exact).map(({ count }) => count)).toEqual([100]);
      const narrow = {
        ...wide,
        [limit]: limit === "bytes" ? Number(whole?.bytes) - 1 : BigInt(whole?.[limit] ?? 0) - 1n,
      };
      expect(cut(tokens, narrow).map(({ count }) => count)).toEqual([99, 1]);
    }
  });

  it("names a token that fits no transaction", () => {
    const tokens = [{ id: 7n, owner: ownerAt(1), uri: "x".repeat(8_000) }];
    let error: unknown;
    try {
      cut(tokens, { gas: 1_000_000n, bytes: 100_000 });
    } catch (thrown) {
      error = thrown;
    }
    expect(isLatchkeyError(error, "ERR_MIGRATION_PLAN_IMPOSSIBLE") && error.context["id"]).toBe(7n);
  });
});

describe("chooseWindow", () => {
  const at = (...ids: readonly bigint[]): { readonly id: bigint; readonly owner: string; readonly uri: string }[] =>
    ids.map((id) => ({ id, owner: ownerAt(1), uri: "" }));
  const size = 1n << 24n;

  it.each([
    ["from 0 where that holds all", at(0n, 5n, size - 1n), 0n],
    ["from 0 where that holds as many", at(5n, size + 3n), 0n],
    ["round the ids that are most", at(5n, (1n << 40n) + 300n, (1n << 40n) + 301n), (1n << 40n) + 256n],
    ["not where the contract takes no window", at(5n, (1n << 130n) + 1n, (1n << 130n) + 2n), 0n],
    ["to the last start that it takes", at((1n << 128n) - 1n, 1n << 128n), (1n << 128n) - 256n],
  ])("%s", (_, tokens, start) => {
    expect(chooseWindow(tokens)).toEqual({ start, size });
  });

  it("minds no holes", () => {
    const holes = [2n, 3n, 4n].map((id) => ({ id, owner: "hole", uri: "" }));
    expect(chooseWindow([...holes, ...at(1n << 50n)])).toEqual({ start: 1n << 50n, size });
  });
});
