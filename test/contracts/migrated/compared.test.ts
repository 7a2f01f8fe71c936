import { describe, expect, it, vi } from "vitest";
import { deploy, type Deployed } from "../behaviour/deployed.ts";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { leafHash, pack, treeOf } from "./commitment.ts";
import { doorData } from "./door-data.ts";
import { deployMigrated, migratedScene, pattern } from "./scene.ts";

// A migration that looks at the old contract for each token. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const send = "safeTransferFrom(address,address,uint256,bytes)";
const scene = migratedScene({ compareWithOld: true });

describe("a batch that is compared with the old contract", () => {
  it("gives each id to its owner where both agree", async () => {
    const { token, leaves, migrate } = scene();
    const events = await migrate(0, 8);
    expect(events.filter(([name]) => name === "Transfer").length).toBe(7);
    for (const { id, owner } of leaves.slice(0, 7)) expect(await token.read("ownerOf", id)).toBe(owner);
  });

  it("lets a token that moved after the snapshot wait at the door for its present holder", async () => {
    const { token, old, alice, stranger, operator, tree, migrate } = scene();
    await old.send(alice.address, "transferFrom", alice.address, stranger.address, 1n);
    const events = await migrate(0, 10);
    expect(events.filter(([name]) => name === "Transfer").length).toBe(6);
    expect(await token.refusal(alice.address, "ownerOf", 1n)).toEqual(error.nonexistent(1n));
    await token.send(operator.address, "seal");
    expect(await token.refusal(operator.address, "mint", alice.address, 1n)).toEqual(error.reserved(1n));
    const data = doorData({ owner: alice.address, uri: pattern(1n) }, tree.proof(0, 1));
    await old.send(stranger.address, send, stranger.address, token.address, 1n, data);
    expect(await token.read("ownerOf", 1n)).toBe(stranger.address);
    expect(await token.read("tokenURI", 1n)).toBe(pattern(1n));
    expect(await old.read("ownerOf", 1n)).toBe(token.address);
  });

  it("does not mint what was burned after the snapshot", async () => {
    const { token, old, alice, operator, migrate } = scene();
    await old.send(alice.address, "burn", 2n);
    await migrate(0, 10);
    expect(await token.refusal(alice.address, "ownerOf", 2n)).toEqual(error.nonexistent(2n));
    await token.send(operator.address, "seal");
    expect(await token.refusal(operator.address, "mint", alice.address, 2n)).toEqual(error.reserved(2n));
  });

  it("keeps a stranger from what was burned, though the old contract lets him mint its id again", async () => {
    const { token, old, alice, stranger, tree, migrate } = scene();
    await old.send(alice.address, "burn", 2n);
    await migrate(0, 10);
    await old.send(stranger.address, "mintWithTokenURI", stranger.address, 2n, "mine");
    const data = doorData({ owner: alice.address, uri: pattern(2n) }, tree.proof(1, 1));
    await old.refusal(stranger.address, send, stranger.address, token.address, 2n, data);
    expect(await token.refusal(alice.address, "ownerOf", 2n)).toEqual(error.nonexistent(2n));
  });

  it("has the door closed to a token that both say is its owner's, once it was given", async () => {
    const { token, old, alice, tree, migrate } = scene();
    await migrate(0, 4);
    const data = doorData({ owner: alice.address, uri: pattern(1n) }, tree.proof(0, 1));
    await old.refusal(alice.address, send, alice.address, token.address, 1n, data);
    expect(await old.read("ownerOf", 1n)).toBe(alice.address);
  });
});

const moods = {
  plain: 0,
  revertEmpty: 1,
  revertData: 2,
  eatGas: 3,
  shortAnswer: 4,
  dirtyAnswer: 5,
  longAnswer: 6,
  slow: 7,
} as const;

describe("a hostile old contract", () => {
  async function hostileScene(): Promise<{
    hostile: Deployed;
    token: Deployed;
    /** Both tokens, and the first alone. */
    batch: readonly unknown[];
    alone: readonly unknown[];
  }> {
    const { chain, operator, alice, bob } = scene();
    const hostile = await deploy(chain, "BehaviourHostileOld");
    const leaves = [alice.address, bob.address].map((owner, n) => ({ id: BigInt(n), owner, uri: pattern(BigInt(n)) }));
    for (const { id, owner } of leaves) await hostile.send(operator.address, "set", id, owner);
    const tree = treeOf(leaves.map((leaf) => leafHash(chain.chainId, hostile.address, leaf)));
    const token = await deployMigrated(chain, operator.address, tree.root, 2, hostile.address, true);
    return {
      hostile,
      token,
      batch: [leaves.map(pack), tree.proof(0, 2)],
      alone: [leaves.slice(0, 1).map(pack), tree.proof(0, 1)],
    };
  }

  it.each([
    ["reverts without data", moods.revertEmpty],
    ["reverts with data", moods.revertData],
    ["burns all gas", moods.eatGas],
    ["answers too little", moods.shortAnswer],
    ["answers an address and more in its word", moods.dirtyAnswer],
  ])("that %s has its tokens wait: none is minted", async (_, mood) => {
    const { stranger, operator } = scene();
    const { hostile, token, batch } = await hostileScene();
    await hostile.send(operator.address, "setMood", mood);
    await token.receipt(stranger.address, "migrate", ...batch).catch(() => undefined);
    expect(await token.read("totalSupply")).toBe(0n);
  });

  it("that takes much gas to answer cannot be starved into having no owner", async () => {
    const { chain, stranger, operator } = scene();
    const { hostile, token, alone } = await hostileScene();
    await hostile.send(operator.address, "setMood", moods.slow);
    const reset = await chain.snapshot();
    for (let gas = 1_000_000; gas < 6_500_000; gas += 100_000) {
      const call = { from: stranger.address, to: token.address, data: token.data("migrate", ...alone) };
      await chain.request("eth_sendTransaction", { ...call, gas: `0x${gas.toString(16)}` }).catch(() => undefined);
      expect([gas, await token.read("isReserved", 0n), await token.read("isReserved", 1n)]).toEqual([
        gas,
        false,
        false,
      ]);
      await reset();
    }
  });

  it("that says another owner has its tokens wait", async () => {
    const { stranger, operator, alice } = scene();
    const { hostile, token, batch } = await hostileScene();
    await hostile.send(operator.address, "set", 0n, stranger.address);
    await token.send(stranger.address, "migrate", ...batch);
    expect(await token.read("totalSupply")).toBe(1n);
    expect(await token.refusal(stranger.address, "ownerOf", 0n)).toEqual(error.nonexistent(0n));
    await hostile.send(operator.address, "set", 1n, zero);
    expect(await token.read("balanceOf", alice.address)).toBe(0n);
  });

  it("that calls back in the middle changes nothing", async () => {
    const { stranger, operator, alice, bob } = scene();
    const { hostile, token, batch } = await hostileScene();
    await hostile.send(operator.address, "setReentry", token.address, token.data("migrate", ...batch));
    await token.receipt(stranger.address, "migrate", ...batch).catch(() => undefined);
    const supply = await token.read("totalSupply");
    const balances = [await token.read("balanceOf", alice.address), await token.read("balanceOf", bob.address)];
    expect([
      [0n, [0n, 0n]],
      [2n, [1n, 1n]],
    ]).toContainEqual([supply, balances]);
  });
});
