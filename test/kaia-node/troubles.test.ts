import { keccak256, parseEther, Wallet } from "ethers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { ManualClock } from "../harness/manual-clock.ts";
import { ask } from "./answers.ts";
import { type Content, signKaia } from "./encode.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recording } from "./recordings.ts";

// Budget: 20 s. What happens to accepted transactions later; facts of a real node that no recording shows are named where they are used.

const dead = "0x000000000000000000000000000000000000dead";
const gkei = 1_000_000_000n;

let node: KaiaNode;
let clock: ManualClock;
let user: Wallet;

beforeEach(async () => {
  clock = new ManualClock();
  node = await startKaiaNode({ mining: "manual", txpool: true, clock });
  user = await funded();
});
afterEach(() => node.stop());

async function funded(): Promise<Wallet> {
  const wallet = new Wallet(Wallet.createRandom().privateKey);
  await node.setBalance(wallet.address, parseEther("100"));
  return wallet;
}

function sign(content: Partial<Content>, wallet: Wallet = user): string {
  return signKaia({ type: 0x08, from: wallet.address, to: dead, ...content }, { sender: [wallet.privateKey] });
}

async function send(content: Partial<Content>, wallet: Wallet = user): Promise<string> {
  return String(await node.request("kaia_sendRawTransaction", sign(content, wallet)));
}

async function refusalOf(content: Partial<Content>, wallet: Wallet = user): Promise<string | undefined> {
  return (await ask(node, "kaia_sendRawTransaction", [sign(content, wallet)])).error?.message;
}

async function isKnown(hash: string): Promise<boolean> {
  return (await node.request("kaia_getTransactionByHash", hash)) !== null;
}

async function count(tag: "latest" | "pending"): Promise<number> {
  return Number(await node.request("kaia_getTransactionCount", user.address, tag));
}

async function head(): Promise<{ readonly number: unknown; readonly hash: unknown }> {
  const header = await node.request("kaia_getHeaderByNumber", "latest");
  return isRecord(header) ? { number: header["number"], hash: header["hash"] } : expect.fail("no header");
}

describe("a batch", () => {
  it("is taken in its order, each with an answer of its own", async () => {
    const raws = [sign({ nonce: 0n }), sign({ nonce: 1n }), sign({ nonce: 1n }), sign({ nonce: 1n, value: 1n })];
    const calls = raws.map((raw, id) => ({ jsonrpc: "2.0", id, method: "kaia_sendRawTransaction", params: [raw] }));
    const headers = { "content-type": "application/json" };
    const response = await fetch(node.url, { method: "POST", headers, body: JSON.stringify(calls) });
    const hashes = raws.map((raw) => keccak256(raw));
    expect(await response.json()).toMatchObject([
      { id: 0, result: hashes[0] },
      { id: 1, result: hashes[1] },
      { id: 2, error: { code: -32_000, message: `known transaction: ${String(hashes[1]?.slice(2))}` } },
      { id: 3, error: { code: -32_000, message: recording("repl.queue.samePrice").error?.message } },
    ]);
    expect(await count("pending")).toBe(2);
  });
});

describe("a pending transaction", () => {
  it("gives way to one kei more and to any cancel, and to nothing less", async () => {
    const first = await send({ gasPrice: 40n * gkei });
    expect(await refusalOf({ gasPrice: 40n * gkei, value: 1n })).toBe(recording("repl.queue.samePrice").error?.message);
    const second = await send({ gasPrice: 40n * gkei + 1n });
    const cancel = await send({ type: 0x38, gasPrice: 25n * gkei });
    await node.mine();
    expect([await isKnown(first), await isKnown(second)]).toEqual([false, false]);
    expect(await node.request("kaia_getTransactionReceipt", cancel)).toMatchObject({ status: "0x1" });
  });
});

describe("behind a gap", () => {
  // Seen: gone 302 to 307 s after it came, without an error.
  it("a transaction waits for five minutes, and is gone without a word", async () => {
    const hash = await send({ nonce: 1n });
    await clock.advance(299_999);
    expect(await isKnown(hash)).toBe(true);
    await clock.advance(1);
    expect(await isKnown(hash)).toBe(false);
    expect(await node.request("txpool_status")).toEqual({ pending: "0x0", queued: "0x0" });
  });

  it("runs when the gap is closed in time, and what waits for a block alone stays", async () => {
    const late = await send({ nonce: 1n });
    await clock.advance(200_000);
    const first = await send({ nonce: 0n });
    await clock.advance(400_000);
    expect([await isKnown(first), await isKnown(late)]).toEqual([true, true]);
    await node.mine();
    expect(await count("latest")).toBe(2);
  });
});

describe("a restart", () => {
  // Seen: all that had been dropped were in the queue again.
  it("brings back what was dropped, which runs when a gap before it is closed", async () => {
    const hash = await send({ nonce: 1n, value: 7n });
    await clock.advance(300_000);
    expect(await isKnown(hash)).toBe(false);
    await node.restart();
    expect(await isKnown(hash)).toBe(true);
    await send({ nonce: 0n });
    await node.mine();
    expect(await node.request("kaia_getTransactionReceipt", hash)).toMatchObject({ status: "0x1" });
  });

  it("begins the five minutes anew", async () => {
    const hash = await send({ nonce: 1n });
    await clock.advance(200_000);
    await node.restart();
    await clock.advance(200_000);
    expect(await isKnown(hash)).toBe(true);
    await clock.advance(100_000);
    expect(await isKnown(hash)).toBe(false);
  });

  it("leaves out what another has replaced, or what is in a block", async () => {
    const mined = await send({ nonce: 0n });
    await node.mine();
    const replaced = await send({ nonce: 1n });
    const better = await send({ nonce: 1n, gasPrice: 51n * gkei });
    await node.restart();
    expect([await isKnown(replaced), await isKnown(better)]).toEqual([false, true]);
    expect(await node.request("txpool_status")).toEqual({ pending: "0x1", queued: "0x0" });
    expect(await node.request("kaia_getTransactionReceipt", mined)).not.toBeNull();
  });

  it("leaves out what was dropped, and whose nonce another has used since", async () => {
    const dropped = await send({ nonce: 0n });
    node.drop(dropped);
    await send({ nonce: 0n, value: 1n });
    await node.mine();
    await node.restart();
    expect(await isKnown(dropped)).toBe(false);
  });
});

describe("a full pool", () => {
  it("has room for 16 of a sender, and takes replacements", async () => {
    node.setPoolFull(true);
    for (let nonce = 0n; nonce < 16n; nonce += 1n) await send({ nonce });
    expect(await refusalOf({ nonce: 16n })).toBe("txpool is full: 5120");
    await send({ nonce: 15n, gasPrice: 51n * gkei });
    await send({}, await funded());
    await node.mine();
    await send({ nonce: 16n });
    node.setPoolFull(false);
    for (let nonce = 17n; nonce < 40n; nonce += 1n) await send({ nonce });
    expect(await count("pending")).toBe(40);
  });
});

describe("a delegated account", () => {
  beforeEach(() => node.setCode(user.address, `0xef0100${"11".repeat(20)}`));

  it("has one in flight and no gap, and may replace it", async () => {
    expect(await refusalOf({ nonce: 1n })).toBe(recording("7702.delegated.second").error?.message);
    await send({ nonce: 0n });
    expect(await refusalOf({ nonce: 1n })).toBe(recording("7702.delegated.inflight2").error?.message);
    const better = await send({ nonce: 0n, gasPrice: 51n * gkei });
    await node.mine();
    expect(await node.request("kaia_getTransactionReceipt", better)).toMatchObject({ status: "0x1" });
    await send({ nonce: 1n });
  });
});

describe("a head that falls back", () => {
  // Seen: a killed node was 32 blocks behind when it came back, and had them again 40 s later.
  it("knows neither the blocks nor what is in them, and has all of it when it returns", async () => {
    await node.mine(3);
    const hash = await send({ value: 7n });
    await node.mine();
    const before = await head();
    const receipt = await node.request("kaia_getTransactionReceipt", hash);
    await node.rewind(2);
    expect(await head()).toMatchObject({ number: "0x2" });
    expect(await isKnown(hash)).toBe(false);
    expect(await node.request("kaia_getTransactionReceipt", hash)).toBeNull();
    expect(await count("latest")).toBe(0);
    expect(await node.request("kaia_getBalance", user.address, "latest")).toBe(`0x${parseEther("100").toString(16)}`);
    const missing = await ask(node, "kaia_getBlockByNumber", [before.number, false]);
    expect(missing.error?.message).toBe("the block does not exist (block number: 4)");
    expect((await ask(node, "kaia_getBlockByHash", [before.hash, false])).error).toBeDefined();
    await node.mine();
    expect(await head()).toMatchObject({ number: "0x2" });
    await node.recover();
    expect(await head()).toEqual(before);
    expect(await node.request("kaia_getTransactionReceipt", hash)).toEqual(receipt);
    expect(await count("latest")).toBe(1);
    await node.mine();
    expect(await head()).toMatchObject({ number: "0x5" });
  });

  it("takes again what was in a block, and drops it when the block returns", async () => {
    const raw = sign({ nonce: 0n });
    await node.request("kaia_sendRawTransaction", raw);
    await node.mine();
    await node.rewind(1);
    const hash = String(await node.request("kaia_sendRawTransaction", raw));
    expect(await count("pending")).toBe(1);
    await node.recover();
    expect(await node.request("txpool_status")).toEqual({ pending: "0x0", queued: "0x0" });
    expect(await node.request("kaia_getTransactionReceipt", hash)).toMatchObject({ status: "0x1" });
    expect((await ask(node, "kaia_sendRawTransaction", [raw])).error?.message).toBe("nonce too low");
  });

  it("has the balances of then, the fee payer's too", async () => {
    const payer = await funded();
    const keys = { sender: [user.privateKey], feePayer: [payer.privateKey] };
    const content = { type: 0x09, from: user.address, to: dead, value: 7n, feePayer: payer.address };
    await node.request("kaia_sendRawTransaction", signKaia(content, keys));
    await node.mine();
    const balances = async (): Promise<readonly unknown[]> =>
      Promise.all([user, payer].map(({ address }) => node.request("kaia_getBalance", address, "latest")));
    const after = await balances();
    await node.rewind(1);
    const full = `0x${parseEther("100").toString(16)}`;
    expect(await balances()).toEqual([full, full]);
    await node.recover();
    expect(await balances()).toEqual(after);
    expect(after).not.toContain(full);
  });

  it("has the base fee of then", async () => {
    const contract = "0x00000000000000000000000000000000000c0de3";
    await node.setCode(contract, "0xfe");
    await send({ type: 0x30, to: contract, gas: 60_000_000n });
    await node.mine();
    const price = async (): Promise<bigint> => BigInt(String(await node.request("kaia_gasPrice")));
    const risen = await price();
    expect(risen > (25n * gkei * 11n) / 10n).toBe(true);
    await node.rewind(1);
    expect(await price()).toBe((25n * gkei * 11n) / 10n);
    await node.recover();
    expect(await price()).toBe(risen);
  });
});
