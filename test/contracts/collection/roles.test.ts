import { describe, expect, it, vi } from "vitest";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { collectionScene } from "./scene.ts";

// Who may do what, and who gives it to whom, as KIP-17 has it. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = collectionScene();

const roles = [
  {
    is: "isMinter",
    add: "addMinter",
    renounce: "renounceMinter",
    set: "setMinter",
    event: "Minter",
    not: error.notMinter,
  },
  {
    is: "isPauser",
    add: "addPauser",
    renounce: "renouncePauser",
    set: "setPauser",
    event: "Pauser",
    not: error.notPauser,
  },
] as const;

describe.each(roles)("$event", ({ is, add, renounce, set, event, not }) => {
  it("is the owner at first, who is told by an event", async () => {
    const { token, owner, holder } = scene();
    expect([await token.read(is, owner.address), await token.read(is, holder.address)]).toEqual([true, false]);
  });

  it("adds another, who adds another", async () => {
    const { token, owner, holder, friend } = scene();
    expect(await token.send(owner.address, add, holder.address)).toEqual([[`${event}Added`, holder.address]]);
    expect(await token.send(holder.address, add, friend.address)).toEqual([[`${event}Added`, friend.address]]);
    expect(await token.read(is, friend.address)).toBe(true);
  });

  it("is added by nobody who is none, the owner included", async () => {
    const { token, owner, holder, stranger, refused } = scene();
    expect(await refused(stranger, add, stranger.address)).toEqual(not(stranger.address));
    await token.send(owner.address, add, holder.address);
    await token.send(owner.address, renounce);
    expect(await refused(owner, add, owner.address)).toEqual(not(owner.address));
  });

  it("renounces for itself alone, and once", async () => {
    const { token, owner, holder, refused } = scene();
    await token.send(owner.address, add, holder.address);
    expect(await token.send(holder.address, renounce)).toEqual([[`${event}Removed`, holder.address]]);
    expect([await token.read(is, owner.address), await token.read(is, holder.address)]).toEqual([true, false]);
    expect(await refused(holder, renounce)).toEqual(not(holder.address));
  });

  it("is given and taken by the owner, also when nobody is one any more", async () => {
    const { token, owner, holder, refused } = scene();
    await token.send(owner.address, renounce);
    expect(await token.send(owner.address, set, holder.address, true)).toEqual([[`${event}Added`, holder.address]]);
    expect(await token.read(is, holder.address)).toBe(true);
    expect(await refused(holder, set, holder.address, false)).toEqual(error.notOwner(holder.address));
    expect(await token.send(owner.address, set, holder.address, false)).toEqual([[`${event}Removed`, holder.address]]);
    expect(await token.read(is, holder.address)).toBe(false);
  });

  it("is told by no event where nothing changes", async () => {
    const { token, owner, holder } = scene();
    expect(await token.send(owner.address, add, owner.address)).toEqual([]);
    expect(await token.send(owner.address, set, owner.address, true)).toEqual([]);
    expect(await token.send(owner.address, set, holder.address, false)).toEqual([]);
  });
});

describe("pause", () => {
  const stopped: readonly (readonly [string, "owner" | "holder", readonly unknown[]])[] = [
    ["transferFrom", "holder", ["holder", "friend", 1n]],
    ["safeTransferFrom(address,address,uint256)", "holder", ["holder", "friend", 1n]],
    ["safeTransferFrom(address,address,uint256,bytes)", "holder", ["holder", "friend", 1n, "0x"]],
    ["approve", "holder", ["friend", 1n]],
    ["setApprovalForAll", "holder", ["friend", true]],
    ["burn", "holder", [1n]],
    ["mint", "owner", ["friend", 2n]],
    ["mintWithTokenURI", "owner", ["friend", 2n, "x"]],
    ["mintBatch", "owner", [["friend"], [2n]]],
  ];

  it.each(stopped)("stops %s, and unpause lets it go on", async (method, who, args) => {
    const { token, owner, holder, friend, refused } = scene();
    const named: Readonly<Record<string, string>> = { holder: holder.address, friend: friend.address };
    const put = (arg: unknown): unknown => (Array.isArray(arg) ? arg.map(put) : (named[String(arg)] ?? arg));
    const given = args.map(put);
    const sender = who === "owner" ? owner : holder;
    expect(await token.send(owner.address, "pause")).toEqual([["Paused", owner.address]]);
    expect(await refused(sender, method, ...given)).toEqual(error.paused());
    expect(await token.send(owner.address, "unpause")).toEqual([["Unpaused", owner.address]]);
    await token.send(sender.address, method, ...given);
  });

  it("has an event whose account is not indexed", async () => {
    const { token, owner } = scene();
    const { logs } = await token.receipt(owner.address, "pause");
    expect(logs.map((log) => log.topics.length)).toEqual([1]);
  });

  it("is refused twice, and to whoever is no pauser", async () => {
    const { token, owner, holder, refused } = scene();
    expect(await refused(holder, "pause")).toEqual(error.notPauser(holder.address));
    expect(await refused(owner, "unpause")).toEqual(error.notPaused());
    await token.send(owner.address, "pause");
    expect(await refused(owner, "pause")).toEqual(error.paused());
    expect(await refused(holder, "unpause")).toEqual(error.notPauser(holder.address));
  });

  it("is undone by the owner's help when the last pauser has renounced", async () => {
    const { token, owner } = scene();
    await token.send(owner.address, "pause");
    await token.send(owner.address, "renouncePauser");
    await token.send(owner.address, "setPauser", owner.address, true);
    await token.send(owner.address, "unpause");
    expect(await token.read("paused")).toBe(false);
  });
});

describe("the owner", () => {
  it("hands over in two steps, and is the owner until the other accepts", async () => {
    const { token, owner, holder, stranger, refused } = scene();
    expect(await token.send(owner.address, "transferOwnership", holder.address)).toEqual([
      ["OwnershipTransferStarted", owner.address, holder.address],
    ]);
    expect([await token.read("owner"), await token.read("pendingOwner")]).toEqual([owner.address, holder.address]);
    expect(await refused(stranger, "acceptOwnership")).toEqual(error.notOwner(stranger.address));
    expect(await refused(owner, "acceptOwnership")).toEqual(error.notOwner(owner.address));
    expect(await token.send(holder.address, "acceptOwnership")).toEqual([
      ["OwnershipTransferred", owner.address, holder.address],
    ]);
    expect([await token.read("owner"), await token.read("pendingOwner")]).toEqual([holder.address, zero]);
    expect(await refused(owner, "setMinter", owner.address, true)).toEqual(error.notOwner(owner.address));
    expect(await refused(holder, "acceptOwnership")).toEqual(error.notOwner(holder.address));
  });

  it("takes an offer back by another one", async () => {
    const { token, owner, holder, refused } = scene();
    await token.send(owner.address, "transferOwnership", holder.address);
    await token.send(owner.address, "transferOwnership", zero);
    expect(await refused(holder, "acceptOwnership")).toEqual(error.notOwner(holder.address));
    expect(await refused(holder, "transferOwnership", holder.address)).toEqual(error.notOwner(holder.address));
  });
});
