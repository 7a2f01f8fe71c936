import { describe, expect, it, vi } from "vitest";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { hostileOld } from "./hostile-old.ts";
import { migratedScene, never } from "./scene.ts";

// What an old contract that says anything at all gets by the door, and what it is told. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = migratedScene();

describe.each(["onKIP17Received", "onERC721Received"] as const)("a hostile old contract, by %s", (question) => {
  it("gives away what waits at the door, and nothing else", async () => {
    const { stranger } = scene();
    const { token, say, claim, refused } = await hostileOld(scene());
    // It also says that the new contract has them all.
    for (let id = 1n; id <= 10n; id += 1n) await say(id, token.address);
    await say(never, token.address);
    for (let place = 0; place < 8; place += 1) {
      const id = BigInt(place + 1);
      expect(await refused(question, stranger.address, id)).toEqual(error.notAtDoor(id));
      expect(await refused(question, stranger.address, 9n, place)).toEqual(error.proof());
    }
    expect(await refused(question, stranger.address, never, 8)).toEqual(error.proof());
    expect(await token.read("totalSupply")).toBe(0n);
    await claim(question, stranger.address, 9n);
    expect(await refused(question, stranger.address, 9n)).toEqual(error.migrated());
    expect(await token.read("totalSupply")).toBe(1n);
    expect(await token.read("ownerOf", 9n)).toBe(stranger.address);
    await token.send(stranger.address, "burn", 9n);
    expect(await refused(question, stranger.address, 9n)).toEqual(error.migrated());
  });

  it("gives nothing away for a hole that is settled, though its id is there once more", async () => {
    const { stranger, operator } = scene();
    const { token, say, migrate, refused } = await hostileOld(scene());
    await migrate(0, 10);
    await say(8n, token.address);
    expect(await token.read("isReserved", 8n)).toBe(true);
    expect(await refused(question, stranger.address, 8n)).toEqual(error.notAtDoor(8n));
    await token.send(operator.address, "seal");
    expect(await refused(question, stranger.address, 8n)).toEqual(error.notAtDoor(8n));
    expect(await token.read("totalSupply")).toBe(7n);
  });

  it("gives nothing away without giving the old token", async () => {
    const { alice, stranger, operator } = scene();
    const { token, hostile, say, migrate, claim, refused } = await hostileOld(scene());
    const tries = async (): Promise<void> => {
      for (const holder of [alice.address, stranger.address, hostile.address, zero]) {
        await say(9n, holder);
        expect(await refused(question, stranger.address, 9n)).toEqual(error.notAtDoor(9n));
      }
    };
    await tries();
    expect([await token.read("isReserved", 9n), await token.read("settledCount")]).toEqual([false, 0n]);
    await migrate(0, 10);
    await tries();
    await token.send(operator.address, "seal");
    await tries();
    expect(await token.read("totalSupply")).toBe(7n);
    await say(9n, token.address);
    await claim(question, stranger.address, 9n);
    expect(await token.read("ownerOf", 9n)).toBe(stranger.address);
  });

  it("is none that the new one takes over from, where that is of another chain", async () => {
    const { stranger } = scene();
    const { token, hostile, say, refused } = await hostileOld(scene(), false, 8217n);
    expect([await token.read("oldChainId"), await token.read("oldContract")]).toEqual([8217n, hostile.address]);
    await say(9n, token.address);
    expect(await refused(question, stranger.address, 9n)).toEqual(error.notOld(hostile.address));
    expect([await token.read("totalSupply"), await token.read("settledCount")]).toEqual([0n, 0n]);
  });
});
