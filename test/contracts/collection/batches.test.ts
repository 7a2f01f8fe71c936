import { describe, expect, it, vi } from "vitest";
import { pack } from "../migrated/commitment.ts";
import { error } from "../model/errors.ts";
import { largest, zero } from "../model/state.ts";
import { collectionScene, inWindow, outside } from "./scene.ts";

// Batches that must not pass, and what a good one does. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = collectionScene();

interface Item {
  readonly to: string;
  readonly id: bigint;
}

/** The three ways to mint many at once. */
const ways = [
  { name: "mintBatch", args: (items: readonly Item[]) => [owners(items), ids(items)] },
  {
    name: "mintBatchWithTokenURI",
    args: (items: readonly Item[]) => [owners(items), ids(items), items.map(({ id }) => `ipfs://${id}`)],
  },
  { name: "mintBatchPacked", args: (items: readonly Item[]) => [items.map(({ to, id }) => pack({ owner: to, id }))] },
] as const;

const owners = (items: readonly Item[]): readonly string[] => items.map(({ to }) => to);
const ids = (items: readonly Item[]): readonly bigint[] => items.map(({ id }) => id);

describe.each(ways)("$name", ({ name, args }) => {
  const to = (): string => scene().friend.address;

  it("gives each id to its owner, with an event each, in the order given", async () => {
    const { token, owner, holder, friend } = scene();
    const items = [
      { to: friend.address, id: 3n },
      { to: friend.address, id: 2n },
      { to: holder.address, id: 7777n },
      { to: friend.address, id: 0n },
    ];
    expect(await token.send(owner.address, name, ...args(items))).toEqual(
      items.map((item) => ["Transfer", zero, item.to, item.id]),
    );
    for (const item of items) {
      expect(await token.read("ownerOf", item.id)).toBe(item.to);
      expect(await token.read("tokenURI", item.id)).toBe(name === "mintBatchWithTokenURI" ? `ipfs://${item.id}` : "");
    }
    expect(await token.read("balanceOf", friend.address)).toBe(3n);
    expect(await token.read("balanceOf", holder.address)).toBe(3n);
    expect(await token.read("totalSupply")).toBe(6n);
  });

  it("asks no receiver", async () => {
    const { token, owner, deploy } = scene();
    const contract = await deploy("BehaviourFixedAnswer", "0x", true);
    await token.send(owner.address, name, ...args([{ to: contract.address, id: 2n }]));
    expect(await token.read("ownerOf", 2n)).toBe(contract.address);
  });

  it("refuses an empty batch", async () => {
    const { owner, refused } = scene();
    expect(await refused(owner, name, ...args([]))).toEqual(error.empty());
  });

  it.each([0, 1, 2])("refuses the zero address as owner number %s", async (place) => {
    const { owner, refused } = scene();
    const items = [0n, 2n, 3n].map((id, n) => ({ to: n === place ? zero : to(), id }));
    expect(await refused(owner, name, ...args(items))).toEqual(error.receiver(zero));
  });

  it.each([
    ["one after the other", [2n, 2n]],
    ["with another between", [2n, 3n, 2n]],
    ["outside of the window", [6000n, 3n, 6000n]],
  ])("refuses an id twice, %s", async (_, twice) => {
    const { owner, holder, refused } = scene();
    const items = twice.map((id, n) => ({ to: n === 0 ? to() : holder.address, id }));
    expect(await refused(owner, name, ...args(items))).toEqual(error.exists());
    const oneOwner = twice.map((id) => ({ to: to(), id }));
    expect(await refused(owner, name, ...args(oneOwner))).toEqual(error.exists());
  });

  it.each([inWindow, outside])("refuses id %s, which a token has", async (id) => {
    const { owner, refused } = scene();
    const items = [
      { to: to(), id: 2n },
      { to: to(), id },
    ];
    expect(await refused(owner, name, ...args(items))).toEqual(error.exists());
  });

  it("refuses an id of an earlier batch, and takes it once that is burned", async () => {
    const { token, owner, friend, refused } = scene();
    const items = [
      { to: to(), id: 2n },
      { to: to(), id: 3n },
    ];
    await token.send(owner.address, name, ...args(items));
    expect(await refused(owner, name, ...args(items))).toEqual(error.exists());
    await token.send(friend.address, "burn", 2n);
    await token.send(owner.address, name, ...args(items.slice(0, 1)));
    expect(await token.read("balanceOf", friend.address)).toBe(2n);
  });

  it("refuses who is no minter, and anybody while paused", async () => {
    const { token, owner, stranger, refused } = scene();
    const items = [{ to: to(), id: 2n }];
    expect(await refused(stranger, name, ...args(items))).toEqual(error.notMinter(stranger.address));
    await token.send(owner.address, "pause");
    expect(await refused(owner, name, ...args(items))).toEqual(error.paused());
  });
});

describe("lists of unequal lengths", () => {
  it.each<readonly [string, number, number, number | undefined]>([
    ["mintBatch", 2, 1, undefined],
    ["mintBatch", 1, 2, undefined],
    ["mintBatch", 0, 1, undefined],
    ["mintBatch", 1, 0, undefined],
    ["mintBatchWithTokenURI", 2, 1, 1],
    ["mintBatchWithTokenURI", 1, 2, 2],
    ["mintBatchWithTokenURI", 2, 2, 1],
    ["mintBatchWithTokenURI", 1, 1, 2],
    ["mintBatchWithTokenURI", 2, 1, 2],
    ["mintBatchWithTokenURI", 1, 1, 0],
    ["mintBatchWithTokenURI", 0, 1, 1],
  ])("are refused by %s: %i owners, %i ids, %s URIs", async (method, ofOwners, ofIds, ofUris) => {
    const { owner, friend, refused } = scene();
    const lists: unknown[] = [Array<string>(ofOwners).fill(friend.address), [2n, 3n].slice(0, ofIds)];
    if (ofUris !== undefined) lists.push(["a", "b"].slice(0, ofUris));
    const wrong = ofUris !== undefined && ofUris !== ofIds ? ofUris : ofOwners;
    expect(await refused(owner, method, ...lists)).toEqual(ofIds === 0 ? error.empty() : error.lengths(wrong, ofIds));
  });
});

describe("ids at the ends", () => {
  it("are taken: 0 and the largest that fits", async () => {
    const { token, owner, friend } = scene();
    await token.send(owner.address, "mintBatch", [friend.address, friend.address], [0n, largest]);
    const word = pack({ owner: friend.address, id: 2n ** 96n - 1n });
    await token.send(owner.address, "mintBatchPacked", [word]);
    for (const id of [0n, largest, 2n ** 96n - 1n]) expect(await token.read("ownerOf", id)).toBe(friend.address);
  });
});

describe("one by one", () => {
  it.each<readonly [string, readonly unknown[]]>([
    ["mint", []],
    ["mintWithTokenURI", ["x"]],
  ])("%s refuses the zero address, an id that a token has, and whoever is no minter", async (method, uri) => {
    const { owner, friend, stranger, refused } = scene();
    expect(await refused(owner, method, zero, 2n, ...uri)).toEqual(error.receiver(zero));
    expect(await refused(owner, method, friend.address, inWindow, ...uri)).toEqual(error.exists());
    expect(await refused(owner, method, friend.address, outside, ...uri)).toEqual(error.exists());
    expect(await refused(stranger, method, friend.address, 2n, ...uri)).toEqual(error.notMinter(stranger.address));
  });
});
