import { readFileSync } from "node:fs";
import { Interface, parseEther, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { signKaia } from "./encode.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recording } from "./recordings.ts";

// Budget: 60 s: traces of a million steps each.

const contract = "0x00000000000000000000000000000000000c0de5";
const user = new Wallet(Wallet.createRandom().privateKey);

let node: KaiaNode;

beforeAll(async () => {
  node = await startKaiaNode();
  await node.setBalance(user.address, parseEther("1000"));
});

afterAll(() => node.stop());

async function costOf(code: string): Promise<number> {
  await node.setCode(contract, code);
  return Number(await node.request("kaia_estimateComputationCost", { from: user.address, to: contract }, "latest"));
}

describe("the cost of opcodes", () => {
  it.each([
    ["SLOAD", "0x5f5400", 80 + 2_550],
    ["SSTORE", "0x5f5f5500", 160 + 2_510],
    ["LOG1", "0x5f5f5fa100", 240 + 500],
    ["KECCAK256", "0x5f5f2000", 160 + 560],
    ["STATICCALL of an account without code", "0x5f5f5f5f61dead5afa00", 320 + 120 + 230 + 10_000],
    ["STATICCALL of ecrecover", "0x5f5f5f5f60015afa00", 320 + 120 + 230 + 10_000 + 113_150],
    ["STATICCALL of sha256 with 33 bytes", "0x5f5f60215f60025afa00", 240 + 240 + 230 + 10_000 + 1_200],
    ["a failed step", "0xfe", 0],
    ["no code", "0x", 0],
  ])("%s", async (_, code, cost) => {
    expect(await costOf(code)).toBe(cost);
  });
});

describe("the contracts measured on a real node", { timeout: 120_000 }, () => {
  const mint = new Interface(["function mintMany(address to, uint256 from, uint256 count)"]);
  const costOfMinting = async (code: string, first: bigint, count: number): Promise<number> => {
    await node.setCode(contract, code);
    const minter = "0x7541ea7D3fDF83cD27e3F35Ede38452E675c20E3";
    const data = mint.encodeFunctionData("mintMany", [minter, first, count]);
    const call = { from: minter, to: contract, data };
    return Number(await node.request("kaia_estimateComputationCost", call, "latest"));
  };

  it("cost to the last unit what the node said", async () => {
    const { params, result } = recording("comp.estimateComputationCost.overLimit");
    const [call] = params;
    const { data } = isRecord(call) ? call : {};
    const [, first, count] = mint.decodeFunctionData("mintMany", String(data));
    expect(await costOfMinting(erc721("erc721Enumerable"), BigInt(String(first)), Number(count))).toBe(Number(result));
  });

  it("reach the limit where they did on the node: between 3,175 and 3,185 tokens", async () => {
    expect(await costOfMinting(erc721("erc721"), 1n, 3_175)).toBeLessThan(150_000_000);
    expect(await costOfMinting(erc721("erc721"), 1n, 3_185)).toBeGreaterThan(150_000_000);
  });
});

function erc721(name: string): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../vectors/kaia/erc721.json", import.meta.url), "utf8"));
  return isRecord(file) ? String(file[name]) : "";
}

/** Counts down from what it is given, calling an account without code each round, and stores 1. */
const countdown = "0x5f355b5f5f5f5f61dead5afa506001900380600257600160005500";
const perRound = 10 + 320 + 120 + 230 + 10_000 + 140 + 120 + 141 + 219 + 190 + 120 + 176;

async function send(rounds: number, nonce: bigint, gas: bigint): Promise<Readonly<Record<string, unknown>>> {
  const input = `0x${rounds.toString(16).padStart(64, "0")}`;
  const content = { type: 0x30, from: user.address, to: contract, input, nonce, gas };
  const hash = await node.request("kaia_sendRawTransaction", signKaia(content, { sender: [user.privateKey] }));
  const receipt = await node.request("kaia_getTransactionReceipt", hash);
  if (!isRecord(receipt)) throw new Error("no receipt");
  return receipt;
}

describe("the limit of 150,000,000 a transaction", { timeout: 120_000 }, () => {
  const most = Math.floor(150_000_000 / perRound) - 1;

  it("is not felt by an estimate, and shown by kaia_estimateComputationCost", async () => {
    await node.setCode(contract, countdown);
    const call = { from: user.address, to: contract, data: `0x${(most + 2).toString(16).padStart(64, "0")}` };
    expect(Number(await node.request("kaia_estimateGas", call))).toBeGreaterThan(1_000_000);
    expect(await node.request("kaia_call", call, "latest")).toBe(recording("comp.eth_call.overLimit").result);
    const cost = Number(await node.request("kaia_estimateComputationCost", call, "latest"));
    expect(cost).toBeGreaterThan(150_000_000);
    expect(cost).toBeLessThan(150_030_000);
  });

  it("lets through what stays under it", async () => {
    const receipt = await send(most, 0n, 20_000_000n);
    expect(receipt).toMatchObject({ status: "0x1" });
    expect(receipt).not.toHaveProperty("txError");
  });

  it("burns the whole gas limit above it, and nothing else happens", async () => {
    await node.setCode(contract, countdown.replace("60016000", "60026000"));
    const before = BigInt(String(await node.request("kaia_getBalance", user.address, "latest")));
    expect(await send(most + 2, 1n, 20_000_000n)).toMatchObject({
      status: "0x0",
      txError: "0xa",
      gasUsed: "0x1312d00",
      logs: [],
    });
    const after = BigInt(String(await node.request("kaia_getBalance", user.address, "latest")));
    expect(before - after).toBe(20_000_000n * 50_000_000_000n);
    expect(await node.request("kaia_getTransactionCount", user.address, "latest")).toBe("0x2");
    const stored = await node.request("kaia_getStorageAt", contract, "0x0", "latest");
    expect(Number(stored)).toBe(1);
  });

  it("is counted on the state that the block's earlier transactions leave", async () => {
    // Stores 3 the first time, and calls without end once it finds that.
    await node.setCode(contract, "0x5f54600314600e5760035f5500fe5b5f5f5f5f61dead5afa50600e56");
    node.setMining("manual");
    const content = { type: 0x30, from: user.address, to: contract, gas: 10_000_000n };
    const hashes: unknown[] = [];
    for (const nonce of [2n, 3n]) {
      const raw = signKaia({ ...content, nonce }, { sender: [user.privateKey] });
      hashes.push(await node.request("kaia_sendRawTransaction", raw));
    }
    await node.mine();
    const receipts = [];
    for (const hash of hashes) receipts.push(await node.request("kaia_getTransactionReceipt", hash));
    expect(receipts).toMatchObject([
      { status: "0x1", transactionIndex: "0x0" },
      { status: "0x0", txError: "0xa", transactionIndex: "0x1" },
    ]);
  });
});
