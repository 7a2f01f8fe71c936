import { describe, expect, it, vi } from "vitest";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { leafHash, treeOf } from "./commitment.ts";
import { doorData } from "./door-data.ts";
import { type Generation, generations } from "./old-collections.ts";
import { deployMigrated, migratedScene, type MigratedScene, never, pattern } from "./scene.ts";

// Old tokens that are sent in by their holders. Budget of the file: 15 s.
vi.setConfig({ testTimeout: 20_000 });

const send = "safeTransferFrom(address,address,uint256,bytes)";

/** The data that id `id` is sent in with. */
function dataFor({ leaves, tree }: MigratedScene, id: bigint): string {
  const place = leaves.findIndex((leaf) => leaf.id === id);
  return doorData(leaves[place] ?? { owner: zero, uri: "" }, tree.proof(place, 1));
}

describe.each(Object.keys(generations).filter(isGeneration))("the door, from a contract of %s", (generation) => {
  const scene = migratedScene({ generation });

  it.each([9n, 10n])("gives its holder the new token %s, and keeps the old one for ever", async (id) => {
    const { token, old, alice, leaves } = scene();
    const { logs } = await old.receipt(alice.address, send, alice.address, token.address, id, dataFor(scene(), id));
    expect(token.events(logs).filter(([name]) => name === "Transfer")).toEqual([["Transfer", zero, alice.address, id]]);
    expect(await token.read("ownerOf", id)).toBe(alice.address);
    expect(await token.read("tokenURI", id)).toBe(leaves.find((leaf) => leaf.id === id)?.uri);
    expect(await old.read("ownerOf", id)).toBe(token.address);
  });

  it("is the present holder's, whoever that was at the snapshot", async () => {
    const { token, old, alice, stranger } = scene();
    await old.send(alice.address, "transferFrom", alice.address, stranger.address, 9n);
    await old.send(stranger.address, send, stranger.address, token.address, 9n, dataFor(scene(), 9n));
    expect(await token.read("ownerOf", 9n)).toBe(stranger.address);
  });

  it("is open before the batch with its leaf, after it, and after the seal", async () => {
    const { token, old, alice, operator, migrate } = scene();
    await migrate(9, 1);
    await old.send(alice.address, send, alice.address, token.address, 10n, dataFor(scene(), 10n));
    expect(await token.read("ownerOf", 10n)).toBe(alice.address);
    await migrate(0, 10);
    await token.send(operator.address, "seal");
    await old.send(alice.address, send, alice.address, token.address, 9n, dataFor(scene(), 9n));
    expect(await token.read("ownerOf", 9n)).toBe(alice.address);
  });

  it("counts as settled what came in by it", async () => {
    const { token, old, alice, operator, migrate } = scene();
    await migrate(0, 8);
    for (const id of [9n, 10n])
      await old.send(alice.address, send, alice.address, token.address, id, dataFor(scene(), id));
    await token.send(operator.address, "seal");
  });

  it("is closed to a token that the root gives to somebody, before its batch and after", async () => {
    const { token, old, alice, migrate } = scene();
    const args = [alice.address, send, alice.address, token.address, 1n, dataFor(scene(), 1n)] as const;
    await old.refusal(...args);
    await migrate(0, 4);
    await old.refusal(...args);
    expect(await old.read("ownerOf", 1n)).toBe(alice.address);
    expect(await token.read("balanceOf", alice.address)).toBe(3n);
  });

  it("is closed to wrong URIs, wrong proofs, other tokens' proofs and no data", async () => {
    const { token, old, alice, tree, door: owner } = scene();
    const good = tree.proof(8, 1);
    const uri = pattern(9n);
    for (const data of [
      doorData({ owner, uri: "ipfs://other" }, good),
      doorData({ owner, uri: "" }, good),
      doorData({ owner: alice.address, uri }, good),
      doorData({ owner: zero, uri }, good),
      doorData({ owner, uri }, []),
      doorData({ owner, uri }, tree.proof(9, 1)),
      dataFor(scene(), 10n),
      dataFor(scene(), 1n),
      "0x",
      "0x1234",
      `0x${"ff".repeat(96)}`,
    ])
      await old.refusal(alice.address, send, alice.address, token.address, 9n, data);
    await old.refusal(alice.address, "safeTransferFrom(address,address,uint256)", alice.address, token.address, 9n);
    expect(await old.read("ownerOf", 9n)).toBe(alice.address);
    expect(await token.read("totalSupply")).toBe(0n);
  });

  it("gives nothing for a token that was sent in without a word", async () => {
    const { token, old, alice } = scene();
    await old.send(alice.address, "transferFrom", alice.address, token.address, 9n);
    expect(await token.read("totalSupply")).toBe(0n);
  });

  it("does not give again what was burned", async () => {
    const { token, old, alice, stranger, submission } = scene();
    await old.send(alice.address, send, alice.address, token.address, 9n, dataFor(scene(), 9n));
    await token.send(alice.address, "burn", 9n);
    expect(await token.refusal(stranger.address, ...submission(8, 1))).toEqual(error.migrated());
    expect(await token.refusal(stranger.address, "ownerOf", 9n)).toEqual(error.nonexistent(9n));
  });

  it("is not to be knocked at by anybody but the old contract", async () => {
    const { token, alice } = scene();
    for (const question of ["onKIP17Received", "onERC721Received"]) {
      const refused = token.refusal(alice.address, question, alice.address, alice.address, 9n, dataFor(scene(), 9n));
      expect(await refused).toEqual(error.notOld(alice.address));
    }
  });
});

describe("a stranger who mints on the old contract", () => {
  const scene = migratedScene({ generation: "caver-js 1.12" });

  it.each([
    ["an id that was never there", never],
    ["a burned id, which is a hole", 8n],
  ])("gets nothing at the door for %s", async (_, id) => {
    const { token, old, stranger, tree, leaves, door } = scene();
    // The fault of these contracts: nobody asks whether he is a minter.
    await old.send(stranger.address, "mintWithTokenURI", stranger.address, id, pattern(id));
    expect(await old.read("ownerOf", id)).toBe(stranger.address);
    const proofs = [[], ...leaves.map((_leaf, place) => tree.proof(place, 1))];
    for (const proof of proofs)
      for (const owner of [door, stranger.address, zero])
        for (const uri of [pattern(id), ""]) {
          const data = doorData({ owner, uri }, proof);
          await old.refusal(stranger.address, send, stranger.address, token.address, id, data);
        }
    expect(await token.read("totalSupply")).toBe(0n);
    expect(await old.read("ownerOf", id)).toBe(stranger.address);
  });

  it.each([false, true])("gets nothing for a hole that is settled, sealed: %s", async (sealed) => {
    const { token, old, operator, stranger, migrate } = scene();
    await migrate(0, 10);
    if (sealed) await token.send(operator.address, "seal");
    await old.send(stranger.address, "mintWithTokenURI", stranger.address, 8n, "mine");
    await old.refusal(stranger.address, send, stranger.address, token.address, 8n, dataFor(scene(), 8n));
    expect(await old.read("ownerOf", 8n)).toBe(stranger.address);
    expect(await token.refusal(stranger.address, "ownerOf", 8n)).toEqual(error.nonexistent(8n));
    expect([await token.read("totalSupply"), await token.read("settledCount")]).toEqual([7n, 10n]);
  });
});

describe("the door of a collection that takes over from another chain", () => {
  const scene = migratedScene();

  it("is closed to the contract that has the old one's address on this chain", async () => {
    const { chain, old, operator, alice, leaves } = scene();
    const tree = treeOf(leaves.map((leaf) => leafHash(8217n, old.address, leaf)));
    const args = [tree.root, leaves.length, old.address, false, 8217n] as const;
    const token = await deployMigrated(chain, operator.address, ...args);
    const data = dataFor({ ...scene(), tree }, 9n);
    await old.refusal(alice.address, send, alice.address, token.address, 9n, data);
    expect(await old.read("ownerOf", 9n)).toBe(alice.address);
    expect([await token.read("totalSupply"), await token.read("isReserved", 9n)]).toEqual([0n, false]);
  });
});

function isGeneration(name: string): name is Generation {
  return name in generations;
}
