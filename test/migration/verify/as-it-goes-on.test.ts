import { AbiCoder } from "ethers";
import { describe, expect, it, vi } from "vitest";
import { doorOwner } from "../../../src/contracts/given-tokens.ts";
import { ownerAt } from "../harness/old-collection.ts";
import { anybody, base, blockOf, type Doctor, verifyScene } from "./scene.ts";

// What holders and minters may do once tokens are minted, and what must not count as a difference. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = verifyScene();
const at =
  (id: bigint, owner: string): Doctor =>
  (tokens) =>
    tokens.map((token) => (token.id === id ? { ...token, owner } : token));
const walkIn = (uri: string, proof: readonly string[], committed: string = doorOwner): string =>
  AbiCoder.defaultAbiCoder().encode(["address", "string", "bytes32[]"], [committed, uri, proof]);
const safeTransfer = "safeTransferFrom(address,address,uint256,bytes)";

describe("a new collection as it was minted", () => {
  it("is verified in a stated block, and stays so in that block whatever comes after", async () => {
    const { anvil, migrate } = scene();
    const migrated = await migrate();
    const block = await blockOf(anvil, "latest");
    const before = await migrated.verify();
    expect(before).toMatchObject({ verified: true, differences: [], tokens: 40, owners: 12, block });
    expect(await migrated.run.read("verification")).toEqual(before);
    await migrated.call(ownerAt(0), "transferFrom", ownerAt(0), anybody, 1n);
    const after = await migrated.verify({ block: BigInt(block.number) });
    expect(after).toMatchObject({ verified: true, block, owners: 12 });
    expect(after.checks.map(({ name, checked }) => [name, checked])).toEqual(
      before.checks.map(({ name, checked }) => [name, checked]),
    );
  });

  it("tells of its progress up to the last token, and stops where it is told to", async () => {
    const migrated = await scene().migrate();
    const seen: number[] = [];
    await migrated.verify({ onProgress: ({ step, done }) => seen.push(step === "verification" ? done : -1) });
    expect(seen.at(-1)).toBe(43);
    await expect(migrated.verify({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

describe("holders who go on", () => {
  it("are where the logs have them: sent on, sent back, burned", async () => {
    const migrated = await scene().migrate();
    await migrated.call(ownerAt(0), "transferFrom", ownerAt(0), anybody, 1n);
    await migrated.call(ownerAt(1), "transferFrom", ownerAt(1), anybody, 2n);
    await migrated.call(anybody, "transferFrom", anybody, ownerAt(1), 2n);
    await migrated.call(ownerAt(2), "burn", 3n);
    const result = await migrated.verify();
    expect(result.differences).toEqual([]);
    expect(result).toMatchObject({ verified: true, tokens: 39, owners: 13 });
  });

  it("go on after the seal, when minters mint new ids", async () => {
    const migrated = await scene().migrate();
    await migrated.call(anybody, "seal");
    await migrated.call(anybody, "mint", anybody, 900n);
    await migrated.call(anybody, "transferFrom", anybody, ownerAt(3), 900n);
    expect(await migrated.verify()).toMatchObject({ differences: [], verified: true, tokens: 41, owners: 12 });
  });

  it("walk through the door with what waits there", async () => {
    const { old, migrate } = scene();
    const migrated = await migrate({ manifest: at(1n, "door") });
    expect(await migrated.verify()).toMatchObject({ differences: [], tokens: 39 });
    // It may change hands on the old contract, for whoever has it comes in with it.
    await old.call(ownerAt(0), "transferFrom", ownerAt(0), anybody, 1n);
    expect(await migrated.verify()).toMatchObject({ differences: [], tokens: 39 });
    const data = walkIn(`${base}1.json`, migrated.proofOf(1n));
    await old.call(anybody, safeTransfer, anybody, migrated.address, 1n, data);
    expect(await migrated.verify()).toMatchObject({ differences: [], tokens: 40, owners: 13 });
    await migrated.call(anybody, "transferFrom", anybody, ownerAt(4), 1n);
    expect(await migrated.verify()).toMatchObject({ differences: [], tokens: 40, owners: 12 });
  });
});

describe("a token that changed hands before it was minted", () => {
  it("is told of until its holder has come in at the door", async () => {
    const { old, migrate } = scene();
    const beforeMint = (): Promise<void> => old.call(ownerAt(0), "transferFrom", ownerAt(0), anybody, 1n);
    const migrated = await migrate({ compareWithOld: true, beforeMint });
    const before = await migrated.verify();
    expect(before.differences.map(({ kind, id }) => [kind, id])).toEqual([
      ["door", "1"],
      ["moved-since", "1"],
    ]);
    const data = walkIn(`${base}1.json`, migrated.proofOf(1n), ownerAt(0));
    await old.call(anybody, safeTransfer, anybody, migrated.address, 1n, data);
    expect(await migrated.verify()).toMatchObject({ differences: [], verified: true, tokens: 40, owners: 13 });
  });
});
