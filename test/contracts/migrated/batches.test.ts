import { describe, expect, it, vi } from "vitest";
import { error } from "../model/errors.ts";
import { largest, zero } from "../model/state.ts";
import { type Leaf, pack, treeOf, leafHash } from "./commitment.ts";
import { deployMigrated, migratedScene, never } from "./scene.ts";

// Batches that anybody submits, checked against the root. Budget of the file: 15 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = migratedScene();

/** Leaves in the order of the tree that became tokens, by the events. */
const minted = (leaves: readonly Leaf[]): readonly unknown[] =>
  leaves.map(({ owner, id }) => ["Transfer", zero, owner, id]);

const ownersNow = async (ids: readonly bigint[]): Promise<readonly unknown[]> => {
  const { token, stranger } = scene();
  const seen: unknown[] = [];
  for (const id of ids) {
    try {
      seen.push(await token.read("ownerOf", id));
    } catch {
      expect(await token.refusal(stranger.address, "ownerOf", id)).toEqual(error.nonexistent(id));
      seen.push(undefined);
    }
  }
  return seen;
};

describe("a batch", () => {
  it("is submitted by anybody, and gives each id to its owner", async () => {
    const { token, leaves, stranger, migrate } = scene();
    expect(await migrate(0, 4)).toEqual([["Migrated", stranger.address, 4n], ...minted(leaves.slice(0, 4))]);
    for (const { id, owner, uri } of leaves.slice(0, 4))
      expect([await token.read("ownerOf", id), await token.read("tokenURI", id)]).toEqual([owner, uri]);
    expect(await token.read("totalSupply")).toBe(4n);
  });

  it.each([
    ["one leaf", 0, 1],
    ["two", 4, 2],
    ["two, a hole among them and a URI of its own", 6, 2],
    ["all leaves of a node", 0, 8],
    ["all there are", 0, 10],
  ])("may be of %s", async (_, start, count) => {
    const { token, leaves, migrate } = scene();
    const tokens = leaves.slice(start, start + count).filter(({ id }) => id < 8n);
    const events = await migrate(start, count);
    expect(events.filter(([event]) => event === "Transfer")).toEqual(minted(tokens));
    for (const { id, uri } of tokens) expect(await token.read("tokenURI", id)).toBe(uri);
    expect(await token.read("totalSupply")).toBe(BigInt(tokens.length));
  });

  it("comes in any order", async () => {
    const { token, leaves, migrate } = scene();
    for (const [start, count] of [
      [8, 2],
      [4, 2],
      [6, 2],
      [0, 4],
    ] as const)
      await migrate(start, count);
    expect(await token.read("totalSupply")).toBe(7n);
    expect(await ownersNow(leaves.slice(0, 7).map(({ id }) => id))).toEqual(
      leaves.slice(0, 7).map(({ owner }) => owner),
    );
  });

  it("cannot be replayed, whole or by its leaves", async () => {
    const { token, stranger, submission, migrate } = scene();
    await migrate(0, 4);
    expect(await token.refusal(stranger.address, ...submission(0, 4))).toEqual(error.migrated());
    expect(await token.refusal(stranger.address, ...submission(0, 2))).toEqual(error.migrated());
    expect(await token.refusal(stranger.address, ...submission(3, 1))).toEqual(error.migrated());
  });

  it("is not stopped by somebody who submits single leaves of it first", async () => {
    const { token, leaves, migrate } = scene();
    await migrate(1, 1);
    await migrate(7, 1);
    await migrate(9, 1);
    const rest = leaves.filter(({ id }) => id < 8n && id !== 2n);
    const events = await migrate(0, 10);
    expect(events.filter(([event]) => event === "Transfer")).toEqual(minted(rest));
    expect(await token.read("totalSupply")).toBe(7n);
    expect(await token.read("balanceOf", scene().alice.address)).toBe(4n);
  });
});

describe("a batch that the root does not promise", () => {
  type Change = (leaves: readonly Leaf[]) => readonly Leaf[];
  const at =
    (place: number, change: Partial<Leaf>): Change =>
    (leaves) =>
      leaves.map((leaf, n) => (n === place ? { ...leaf, ...change } : leaf));

  it.each<readonly [string, Change]>([
    ["with another owner", at(2, { owner: "0x00000000000000000000000000000000000000ff" })],
    ["with no owner", at(2, { owner: zero })],
    ["with another id", at(2, { id: never })],
    ["with two leaves in the other's place", ([a, b, c, d]) => [a, c, b, d].filter((each) => each !== undefined)],
    ["without its last leaf", (leaves) => leaves.slice(0, 3)],
    ["with a leaf twice", (leaves) => [...leaves.slice(0, 3), ...leaves.slice(2, 3)]],
  ])("is refused: %s", async (_, change) => {
    const { token, stranger, leaves, tree } = scene();
    const batch = change(leaves.slice(0, 4));
    const proof = tree.proof(0, 4);
    expect(await token.refusal(stranger.address, "migrate", batch.map(pack), proof)).toEqual(error.proof());
    const lists = [batch.map(({ owner }) => owner), batch.map(({ id }) => id), batch.map(({ uri }) => uri)];
    expect(await token.refusal(stranger.address, "migrateWithTokenURI", ...lists, proof)).toEqual(error.proof());
    expect(await token.read("totalSupply")).toBe(0n);
  });

  it("is refused with another URI, an empty one included", async () => {
    const { token, stranger, leaves, tree } = scene();
    const batch = leaves.slice(0, 2);
    const lists = [batch.map(({ owner }) => owner), batch.map(({ id }) => id)];
    for (const uris of [
      ["ipfs://old/1.json", "other"],
      ["", ""],
      ["ipfs://old/1.json", ""],
    ]) {
      const refused = token.refusal(stranger.address, "migrateWithTokenURI", ...lists, uris, tree.proof(0, 2));
      expect(await refused).toEqual(error.proof());
    }
    const own = leaves.slice(6, 7);
    expect(await token.refusal(stranger.address, "migrate", own.map(pack), tree.proof(6, 1))).toEqual(error.proof());
  });

  it("is refused with another proof, none, part of it or more", async () => {
    const { token, stranger, leaves, tree } = scene();
    const words = leaves.slice(0, 4).map(pack);
    const proof = tree.proof(0, 4);
    for (const wrong of [
      [],
      proof.slice(1),
      proof.slice(0, -1),
      [...proof, tree.root],
      [...proof].reverse(),
      tree.proof(4, 2),
    ])
      expect(await token.refusal(stranger.address, "migrate", words, wrong)).toEqual(error.proof());
  });

  it("is refused where an inner node is passed off as a leaf", async () => {
    const { chain, token, old, stranger, leaves, tree } = scene();
    const [first, second] = leaves.map((leaf) => leafHash(chain.chainId, old.address, leaf));
    const inner = treeOf([String(first), String(second)]).root;
    const word = `0x${inner.slice(2)}`;
    expect(await token.refusal(stranger.address, "migrate", [word], tree.proof(0, 2))).toEqual(error.proof());
  });

  it("is refused when it is empty, or its lists differ in length", async () => {
    const { token, stranger, leaves, tree } = scene();
    expect(await token.refusal(stranger.address, "migrate", [], tree.proof(0, 1))).toEqual(error.empty());
    expect(await token.refusal(stranger.address, "migrateWithTokenURI", [], [], [], [])).toEqual(error.empty());
    const [{ owner, id, uri } = { owner: zero, id: 0n, uri: "" }] = leaves;
    for (const [lists, wrong, ids] of [
      [[[owner], [id], []], 0, 1],
      [[[owner], [], [uri]], 1, 0],
      [[[], [id], [uri]], 0, 1],
      [[[owner], [id, id], [uri]], 1, 2],
    ] as const)
      expect(await token.refusal(stranger.address, "migrateWithTokenURI", ...lists, [])).toEqual(
        error.lengths(wrong, ids),
      );
  });

  it.each(["another old contract", "another chain"])("is refused where the root is that of %s", async (what) => {
    const { chain, old, operator, stranger, leaves, tree } = scene();
    const elsewhere = what === "another chain";
    const made = await deployMigrated(
      chain,
      operator.address,
      tree.root,
      leaves.length,
      elsewhere ? old.address : stranger.address,
      false,
      elsewhere ? 8217n : chain.chainId,
    );
    const refused = made.refusal(stranger.address, "migrate", leaves.slice(0, 4).map(pack), tree.proof(0, 4));
    expect(await refused).toEqual(error.proof());
  });
});

describe("a collection of one", () => {
  it.each([0n, largest])("has its leaf as root: id %s", async (id) => {
    const { chain, old, operator, alice, stranger } = scene();
    const leaf = { id, owner: alice.address, uri: "" };
    const root = leafHash(chain.chainId, old.address, leaf);
    const made = await deployMigrated(chain, operator.address, root, 1, old.address);
    await made.send(stranger.address, "migrateWithTokenURI", [leaf.owner], [id], [""], []);
    expect([await made.read("ownerOf", id), await made.read("tokenURI", id)]).toEqual([alice.address, ""]);
  });
});
