import { describe, expect, it, vi } from "vitest";
import type { Named } from "../behaviour/deployed.ts";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { doorData } from "./door-data.ts";
import { hostileOld } from "./hostile-old.ts";
import { migratedScene, pattern } from "./scene.ts";

// Tokens that the old contract burned or moved since the snapshot, where it is asked. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const send = "safeTransferFrom(address,address,uint256,bytes)";
const scene = migratedScene({ compareWithOld: true });

const minted = (events: readonly Named[]): readonly unknown[] =>
  events.flatMap(([name, , , id]) => (name === "Transfer" ? [id] : []));

describe("a token that was burned since", () => {
  it("becomes a hole, and counts as settled", async () => {
    const { token, old, alice, stranger, operator, migrate } = scene();
    await old.send(alice.address, "burn", 2n);
    const events = await migrate(0, 8);
    expect(events[0]).toEqual(["Migrated", stranger.address, 8n]);
    expect(events.filter(([name]) => name !== "Migrated" && name !== "Transfer")).toEqual([]);
    expect(minted(events)).toEqual([1n, 3n, 4n, 5n, 6n, 7n]);
    expect([await token.read("isReserved", 2n), await token.read("settledCount")]).toEqual([true, 8n]);
    expect(await token.read("isReserved", 1n)).toBe(false);
    expect(await token.refusal(operator.address, "seal")).toEqual(error.incomplete(8n, 10n));
    await migrate(8, 2);
    expect(await token.send(operator.address, "seal")).toEqual([["Sealed", 10n]]);
    expect(await token.refusal(operator.address, "mint", alice.address, 2n)).toEqual(error.reserved(2n));
  });

  it.each([false, true])("is nobody's at the door, whoever mints its id anew, sealed: %s", async (sealed) => {
    const { token, old, alice, stranger, operator, door, tree, migrate } = scene();
    await old.send(alice.address, "burn", 2n);
    await migrate(0, 10);
    if (sealed) await token.send(operator.address, "seal");
    await old.send(stranger.address, "mintWithTokenURI", stranger.address, 2n, pattern(2n));
    for (const owner of [alice.address, stranger.address, door, zero]) {
      const data = doorData({ owner, uri: pattern(2n) }, tree.proof(1, 1));
      await old.refusal(stranger.address, send, stranger.address, token.address, 2n, data);
    }
    expect(await token.refusal(alice.address, "ownerOf", 2n)).toEqual(error.nonexistent(2n));
    expect(await old.read("ownerOf", 2n)).toBe(stranger.address);
    expect([await token.read("totalSupply"), await token.read("settledCount")]).toEqual([6n, 10n]);
  });

  it.each([
    ["says that nobody has it", 0],
    ["reverts without data", 1],
    ["reverts with data", 2],
  ])("is told so at the door, where the old contract %s", async (_, mood) => {
    const { stranger, operator } = scene();
    const { token, hostile, say, migrate, refused } = await hostileOld(scene(), true);
    await say(2n, zero);
    await hostile.send(operator.address, "setMood", mood);
    expect((await migrate(1, 1)).map(([name]) => name)).toEqual(["Migrated"]);
    await hostile.send(operator.address, "setMood", 0);
    await say(2n, token.address);
    expect(await token.read("isReserved", 2n)).toBe(true);
    for (const question of ["onKIP17Received", "onERC721Received"] as const)
      expect(await refused(question, stranger.address, 2n)).toEqual(error.notAtDoor(2n));
    expect([await token.read("totalSupply"), await token.read("settledCount")]).toEqual([0n, 1n]);
  });
});

describe("a token that has moved since", () => {
  it.each([false, true])("is left at the door, where its present holder gets it, sealed: %s", async (sealed) => {
    const { token, old, alice, bob, stranger, operator, tree, migrate } = scene();
    await old.send(alice.address, "transferFrom", alice.address, bob.address, 1n);
    const events = await migrate(0, 8);
    expect(events.filter(([name]) => name === "LeftAtDoor")).toEqual([["LeftAtDoor", 1n]]);
    expect(events).toContainEqual(["Migrated", stranger.address, 8n]);
    expect(minted(events)).toEqual([2n, 3n, 4n, 5n, 6n, 7n]);
    expect([await token.read("isReserved", 1n), await token.read("settledCount")]).toEqual([true, 8n]);
    expect(await token.refusal(operator.address, "seal")).toEqual(error.incomplete(8n, 10n));
    await migrate(8, 2);
    if (sealed) await token.send(operator.address, "seal");

    // It goes on from hand to hand on the old contract until somebody comes to the door.
    await old.send(bob.address, "transferFrom", bob.address, stranger.address, 1n);
    const data = doorData({ owner: alice.address, uri: pattern(1n) }, tree.proof(0, 1));
    await old.send(stranger.address, send, stranger.address, token.address, 1n, data);
    expect([await token.read("ownerOf", 1n), await token.read("tokenURI", 1n)]).toEqual([
      stranger.address,
      pattern(1n),
    ]);
    expect(await token.read("settledCount")).toBe(10n);
    if (!sealed) expect(await token.send(operator.address, "seal")).toEqual([["Sealed", 10n]]);
    expect(await token.refusal(operator.address, "mint", alice.address, 1n)).toEqual(error.reserved(1n));
  });

  it("is not let in before its batch has found that out", async () => {
    const { alice, stranger } = scene();
    const { token, say, migrate, claim, refused } = await hostileOld(scene(), true);
    await say(1n, stranger.address);
    await say(2n, zero);
    await say(1n, token.address);
    expect(await refused("onKIP17Received", stranger.address, 1n)).toEqual(error.notAtDoor(1n));
    await say(1n, stranger.address);
    const events = await migrate(0, 4);
    expect(events.filter(([name]) => name === "LeftAtDoor")).toEqual([["LeftAtDoor", 1n]]);
    expect(minted(events)).toEqual([3n, 4n]);
    expect(await refused("onKIP17Received", stranger.address, 1n)).toEqual(error.notAtDoor(1n));
    await say(1n, token.address);
    await claim("onKIP17Received", stranger.address, 1n);
    expect(await token.read("ownerOf", 1n)).toBe(stranger.address);
    expect(await token.read("balanceOf", alice.address)).toBe(1n);
    expect(await token.read("settledCount")).toBe(4n);
  });
});
