import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { foldLevels, rootOf } from "../../../src/contracts/merkle.ts";
import { createStreamedRoot } from "../../../src/migration/snapshot/streamed-root.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";

describe("a root over leaves as they come", () => {
  it("is that of the whole tree, for every number of leaves", () => {
    const leaves: Buffer[] = [];
    const streamed = createStreamedRoot();
    for (let count = 1; count <= 130; count += 1) {
      const leaf = createHash("sha256").update(String(count)).digest();
      leaves.push(leaf);
      streamed.add(leaf);
      expect(streamed.root(), String(count)).toBe(bytesToHex(rootOf(foldLevels(Buffer.concat(leaves)))));
    }
  });
});
