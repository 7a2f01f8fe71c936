import { describe, expect, it, vi } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import { Reverted } from "../behaviour/chain.ts";
import { deploy, errorOf } from "../behaviour/deployed.ts";
import { error } from "../model/errors.ts";
import { largest, zero } from "../model/state.ts";
import { collectionScene, inWindow, outside } from "./scene.ts";

// What the preset has beside tokens and roles: interfaces, window, royalty, lock. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = collectionScene();

describe("supportsInterface", () => {
  it.each([
    ["KIP-13 and ERC-165", "0x01ffc9a7"],
    ["KIP-17 and ERC-721", "0x80ac58cd"],
    ["IKIP17Metadata", "0x5b5e139f"],
    ["IKIP17Enumerable", "0x780e9d63"],
    ["IKIP17Mintable", "0xeab83e20"],
    ["IKIP17MetadataMintable", "0xfac27f46"],
    ["IKIP17Burnable", "0x42966c68"],
    ["IKIP17Pausable", "0x4d5507ff"],
    ["EIP-2981", "0x2a55205a"],
    ["EIP-4906", "0x49064906"],
    ["EIP-5192", "0xb45a3c0e"],
    ["ERC-7572", "0xe8a3d485"],
    ["ERC-4494", "0x5604e225"],
    ["ERC-173", "0x7f5828d0"],
  ])("knows %s", async (_, id) => {
    expect(await scene().token.read("supportsInterface", id)).toBe(true);
  });

  it.each(["0xffffffff", "0x00000000", "0x150b7a02", "0x6745782b", "0xdeadbeef"])("does not know %s", async (id) => {
    expect(await scene().token.read("supportsInterface", id)).toBe(false);
  });
});

describe("mint", () => {
  it.each<readonly [string, readonly unknown[]]>([
    ["mint", []],
    ["mintWithTokenURI", ["x"]],
  ])("%s answers true, as KIP-17 asks", async (method, uri) => {
    const { chain, token, owner, holder } = scene();
    const data = token.data(method, holder.address, 2n, ...uri);
    expect(BigInt(await chain.call({ from: owner.address, to: token.address, data }))).toBe(1n);
  });
});

/** The error that a deployment ends with. */
async function refusedDeployment(...args: readonly unknown[]): Promise<unknown> {
  const { chain, token } = scene();
  const thrown = await thrownBy(() => deploy(chain, "KIP17Collection", "A", "B", ...args));
  return thrown instanceof Reverted ? errorOf(token.abi, thrown.data) : thrown;
}

describe("the dense window", () => {
  it("is what the constructor was given", async () => {
    const { chain, token, owner } = scene();
    expect(await token.read("denseWindow")).toEqual([0n, 1000n]);
    const last = await deploy(chain, "KIP17Collection", "A", "B", owner.address, 2n ** 128n - 1n, 2n ** 24n);
    expect(await last.read("MAX_WINDOW_SIZE")).toBe(2n ** 24n);
    expect(await last.read("denseWindow")).toEqual([2n ** 128n - 1n, 2n ** 24n]);
  });

  it.each([
    [2n ** 128n, 0n],
    [largest, 2n],
    [0n, 2n ** 24n + 1n],
    [0n, 2n ** 32n],
    [0n, 2n ** 56n],
    [0n, largest],
  ])("is not from %s with %s ids", async (start, size) => {
    const { owner } = scene();
    expect(await refusedDeployment(owner.address, start, size)).toEqual(error.window(start, size));
  });
});

describe("the constructor", () => {
  it("refuses the zero address as owner", async () => {
    expect(await refusedDeployment(zero, 0n, 0n)).toEqual(error.noOwner());
  });
});

describe("the royalty", () => {
  it("is none at first", async () => {
    expect(await scene().token.read("royaltyInfo", inWindow, 10_000n)).toEqual([zero, 0n]);
  });

  it.each([
    [1n, 10_000n, 1n],
    [250n, 10_000n, 250n],
    [250n, 39n, 0n],
    [250n, 40n, 1n],
    [333n, 10n ** 18n, 333n * 10n ** 14n],
    [10_000n, 7n, 7n],
    [0n, 10_000n, 0n],
  ])("of %s basis points of a price of %s is %s", async (basisPoints, price, amount) => {
    const { token, owner, friend } = scene();
    const events = await token.send(owner.address, "setDefaultRoyalty", friend.address, basisPoints);
    expect(events).toEqual([["DefaultRoyaltySet", friend.address, basisPoints]]);
    const [receiver, royalty] = [friend.address, amount];
    for (const id of [inWindow, outside])
      expect(await token.read("royaltyInfo", id, price)).toEqual([receiver, royalty]);
  });

  it("is the owner's to set, and at most the whole price", async () => {
    const { owner, holder, friend, refused } = scene();
    expect(await refused(holder, "setDefaultRoyalty", friend.address, 1n)).toEqual(error.notOwner(holder.address));
    const { address } = friend;
    for (const [receiver, points] of [
      [address, 10_001n],
      [address, 2n ** 96n - 1n],
      [zero, 1n],
    ] as const)
      expect(await refused(owner, "setDefaultRoyalty", receiver, points)).toEqual(error.royalty(receiver, points));
  });

  it("is ended by none for nobody, and a new one begun", async () => {
    const { token, owner, friend } = scene();
    await token.send(owner.address, "setDefaultRoyalty", friend.address, 10_000n);
    expect(await token.read("royaltyInfo", inWindow, 500n)).toEqual([friend.address, 500n]);
    const ended = await token.send(owner.address, "setDefaultRoyalty", zero, 0n);
    expect(ended).toEqual([["DefaultRoyaltySet", zero, 0n]]);
    expect(await token.read("royaltyInfo", inWindow, 500n)).toEqual([zero, 0n]);
    await token.send(owner.address, "setDefaultRoyalty", friend.address, 1n);
    expect(await token.read("royaltyInfo", inWindow, 10_000n)).toEqual([friend.address, 1n]);
  });
});

describe("a locked token", () => {
  it("tells it, stays where it is, and goes on once it is unlocked", async () => {
    const { token, owner, holder, friend, refused } = scene();
    expect(await token.read("locked", inWindow)).toBe(false);
    expect(await token.send(owner.address, "lock", inWindow)).toEqual([["Locked", inWindow]]);
    expect([await token.read("locked", inWindow), await token.read("locked", outside)]).toEqual([true, false]);
    const to = [holder.address, friend.address, inWindow];
    for (const sender of [holder, friend])
      expect(await refused(sender, "transferFrom", ...to)).toEqual(error.locked(inWindow));
    expect(await refused(holder, "safeTransferFrom(address,address,uint256)", ...to)).toEqual(error.locked(inWindow));
    expect(await token.send(owner.address, "unlock", inWindow)).toEqual([["Unlocked", inWindow]]);
    await token.send(friend.address, "transferFrom", ...to);
    expect(await token.read("ownerOf", inWindow)).toBe(friend.address);
  });

  it("is a minter's to lock and unlock, and must be there", async () => {
    const { owner, holder, refused } = scene();
    for (const method of ["lock", "unlock"]) {
      expect(await refused(holder, method, inWindow)).toEqual(error.notMinter(holder.address));
      expect(await refused(owner, method, 2n)).toEqual(error.nonexistent(2n));
    }
    expect(await refused(owner, "locked", 2n)).toEqual(error.nonexistent(2n));
  });

  it("is not locked or unlocked twice, and not burned", async () => {
    const { token, owner, holder, refused } = scene();
    expect(await refused(owner, "unlock", inWindow)).toEqual(error.notLocked(inWindow));
    await token.send(owner.address, "lock", inWindow);
    expect(await refused(owner, "lock", inWindow)).toEqual(error.locked(inWindow));
    expect(await refused(holder, "burn", inWindow)).toEqual(error.locked(inWindow));
    await token.send(owner.address, "unlock", inWindow);
    await token.send(holder.address, "burn", inWindow);
    await token.send(owner.address, "mint", holder.address, inWindow);
    expect(await token.read("locked", inWindow)).toBe(false);
  });
});
