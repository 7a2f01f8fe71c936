import { describe, expect, it, vi } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import { Reverted } from "../behaviour/chain.ts";
import { errorOf } from "../behaviour/deployed.ts";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { base, deployMigrated, migratedScene, pattern, suffix } from "./scene.ts";

// What is promised at deployment, and stays so until the migration is over. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = migratedScene();

describe("a commitment", () => {
  it("can be read", async () => {
    const { chain, token, old, tree, door } = scene();
    expect(await token.read("root")).toBe(tree.root);
    expect(await token.read("committedCount")).toBe(10n);
    expect([await token.read("oldChainId"), await token.read("oldContract")]).toEqual([chain.chainId, old.address]);
    expect(await token.read("compareWithOld")).toBe(false);
    expect([await token.read("baseURI"), await token.read("uriSuffix")]).toEqual([base, suffix]);
    expect(await token.read("DOOR")).toBe(door);
  });

  it.each<readonly [string, string | undefined, number, string | undefined, boolean, bigint | undefined]>([
    ["no root", `0x${"00".repeat(32)}`, 10, undefined, false, undefined],
    ["no leaves", undefined, 0, undefined, false, undefined],
    ["no old contract", undefined, 10, zero, false, undefined],
    ["a comparison with another chain", undefined, 10, undefined, true, 8217n],
  ])("is refused with %s", async (_, root, count, oldContract, compare, chainId) => {
    const { chain, token, old, operator, tree } = scene();
    const thrown = await thrownBy(() =>
      deployMigrated(chain, operator.address, root ?? tree.root, count, oldContract ?? old.address, compare, chainId),
    );
    expect(thrown instanceof Reverted ? errorOf(token.abi, thrown.data) : thrown).toEqual(error.commitment());
  });

  it("holds the pattern of the URIs until the seal", async () => {
    const { token, operator, alice, migrate } = scene();
    expect(await token.refusal(operator.address, "setBaseURI", "x", "y")).toEqual(error.open());
    await migrate(0, 10);
    expect(await token.refusal(operator.address, "setBaseURI", "x", "y")).toEqual(error.open());
    await token.send(operator.address, "seal");
    expect(await token.refusal(alice.address, "setBaseURI", "x", "y")).toEqual(error.notOwner(alice.address));
    await token.send(operator.address, "setBaseURI", "ipfs://new/", "");
    expect(await token.read("tokenURI", 1n)).toBe("ipfs://new/1");
    expect(await token.read("tokenURI", 7n)).toBe("https://own.test/7");
  });

  it("holds each token's URI until the seal, from the owner too", async () => {
    const { token, operator, alice, migrate } = scene();
    const refused = async (): Promise<void> => {
      for (const [account, id] of [
        [operator, 1n],
        [operator, 7n],
        [operator, 9n],
        [alice, 1n],
      ] as const)
        expect(await token.refusal(account.address, "setTokenURI", id, "ipfs://other")).toEqual(error.open());
    };
    await refused();
    await migrate(0, 10);
    await refused();
    expect([await token.read("tokenURI", 1n), await token.read("tokenURI", 7n)]).toEqual([
      pattern(1n),
      "https://own.test/7",
    ]);
    await token.send(operator.address, "seal");
    const late = token.refusal(alice.address, "setTokenURI", 1n, "ipfs://other");
    expect(await late).toEqual(error.notOwner(alice.address));
    for (const id of [1n, 7n]) {
      expect(await token.send(operator.address, "setTokenURI", id, "ipfs://other")).toEqual([["MetadataUpdate", id]]);
      expect(await token.read("tokenURI", id)).toBe("ipfs://other");
    }
  });
});

describe("what is settled", () => {
  it("is counted, and told apart from what is kept from being minted", async () => {
    const { token, operator, stranger, migrate } = scene();
    expect([await token.read("settledCount"), await token.read("isSealed")]).toEqual([0n, false]);
    await migrate(0, 8);
    expect(await token.read("settledCount")).toBe(8n);
    const reserved = [];
    for (let id = 1n; id <= 10n; id += 1n) if (await token.read("isReserved", id)) reserved.push(id);
    expect(reserved).toEqual([8n]);
    expect(await migrate(8, 2)).toEqual([["Migrated", stranger.address, 2n]]);
    expect([await token.read("isReserved", 9n), await token.read("isReserved", 10n)]).toEqual([true, true]);
    expect(await token.send(operator.address, "seal")).toEqual([["Sealed", 10n]]);
    expect([await token.read("settledCount"), await token.read("isSealed")]).toEqual([10n, true]);
  });

  it("is not brought in while the collection is paused, and then it is", async () => {
    const { token, operator, stranger, submission, migrate } = scene();
    await token.send(operator.address, "pause");
    expect(await token.refusal(stranger.address, ...submission(0, 4))).toEqual(error.paused());
    await token.send(operator.address, "unpause");
    await migrate(0, 4);
    expect(await token.read("tokenURI", 4n)).toBe(pattern(4n));
  });
});
