import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type { BroadcastOutcome, ChainAdapter, SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import { http } from "../../../src/rpc/http.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { type KaiaNode, startKaiaNode } from "../../kaia-node/index.ts";
import { assemble, from, gkei, kaiaCoin, person } from "./scene.ts";

// A Kaia node's traps, as the chain shows them to the sender. Budget of the file: 15 s.

let node: KaiaNode;
let chain: ChainAdapter;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  node = await startKaiaNode({ mining: "manual", clock });
  chain = kaia({ name: "kaia", chainId: node.chainId, transport: http(node.url) });
  await node.setBalance(from, kaiaCoin);
});
afterEach(async () => {
  await chain.close();
  await node.stop();
});

const fee = { perGas: 50n * gkei, tip: 0n };

async function signed(nonce: number): Promise<SignedTransaction> {
  return await assemble(
    await chain.prepare({ transfer: { to: person, value: 1n } }, from, { nonce, gasLimit: 21_000n, fee }),
  );
}

async function several(...nonces: readonly number[]): Promise<readonly SignedTransaction[]> {
  return await Promise.all(nonces.map(signed));
}

function kindsOf(outcomes: readonly BroadcastOutcome[]): readonly string[] {
  return outcomes.map((each) => (each.kind === "refused" ? each.reason : each.kind));
}

describe("a gap", () => {
  it("hides what is behind it, and five minutes later that is gone, until the node starts anew", async () => {
    const [late] = await several(1);
    if (late === undefined) return expect.fail("nothing was signed");
    expect(kindsOf(await chain.broadcastAll([late]))).toEqual(["accepted"]);
    expect(await chain.accountState(from)).toMatchObject({ nonce: 0, pendingNonce: 0 });
    expect(await chain.broadcastAll([late])).toEqual([{ kind: "accepted" }]);
    await clock.advance(300_000);
    await node.mine();
    expect(await chain.receipts([late.hash])).toEqual([undefined]);

    await node.restart();
    await chain.broadcastAll(await several(0));
    expect(await chain.accountState(from)).toMatchObject({ nonce: 0, pendingNonce: 2 });
    await node.mine();
    expect(await chain.receipts([late.hash])).toMatchObject([{ status: "success" }]);
  });
});

describe("a full pool", () => {
  it("takes 16 of the sender and says so of the rest, which are taken later", async () => {
    node.setPoolFull(true);
    const all = await several(...Array.from({ length: 20 }, (_, nonce) => nonce));
    const expected = all.map((_, nonce) => (nonce < 16 ? "accepted" : "pool-full"));
    expect(kindsOf(await chain.broadcastAll(all))).toEqual(expected);
    await node.mine();
    expect(kindsOf(await chain.broadcastAll(all.slice(16)))).toEqual(["accepted", "accepted", "accepted", "accepted"]);
    expect(await chain.accountState(from)).toMatchObject({ nonce: 16, pendingNonce: 20 });
  });
});

describe("a delegated account", () => {
  it("is known as one, has one in flight, and no gap", async () => {
    await node.setCode(from, `0xef0100${"11".repeat(20)}`);
    expect(await chain.accountState(from)).toMatchObject({ isDelegated: true });
    expect(kindsOf(await chain.broadcastAll(await several(1, 0, 1)))).toEqual([
      "nonce-gap",
      "accepted",
      "delegated-limit",
    ]);
    await node.mine();
    expect(kindsOf(await chain.broadcastAll(await several(1)))).toEqual(["accepted"]);
  });
});

describe("a head that falls back", () => {
  it("shows by the hashes of its blocks that it is the same chain when it returns", async () => {
    await node.mine(2);
    const [first] = await several(0);
    if (first === undefined) return expect.fail("nothing was signed");
    await chain.broadcastAll([first]);
    await node.mine();
    const before = await chain.head();
    const [receipt] = await chain.receipts([first.hash]);
    await node.rewind(2);
    expect(await chain.head()).toMatchObject({ number: before.number - 2n });
    expect(await chain.blockHash(before.number)).toBeUndefined();
    expect(await chain.receipts([first.hash])).toEqual([undefined]);
    expect(await chain.nonces([from])).toEqual([0]);
    await node.recover();
    expect(await chain.blockHash(before.number)).toBe(before.hash);
    expect(await chain.receipts([first.hash])).toEqual([receipt]);
    expect(await chain.nonces([from])).toEqual([1]);
  });
});
