import { getCreateAddress, parseEther, Wallet } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { ask } from "./answers.ts";
import { type Content, signKaia } from "./encode.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recorded } from "./recordings.ts";

// Budget: 30 s.

const gkei = 1_000_000_000n;
const price = 50n * gkei;
const dead = "0x000000000000000000000000000000000000dead";
/** Stores the balance of CALLER in slot 0, and GASPRICE in slot 1. */
const recorder = "0x33315f553a60015500";

let node: KaiaNode;
let user: Wallet;
let payer: Wallet;

beforeAll(async () => {
  node = await startKaiaNode();
});

afterAll(() => node.stop());

beforeEach(async () => {
  user = new Wallet(Wallet.createRandom().privateKey);
  payer = new Wallet(Wallet.createRandom().privateKey);
  await node.setBalance(payer.address, parseEther("100"));
  node.setMining("instant");
});

function sign(content: Omit<Content, "from">): string {
  const keys = { sender: [user.privateKey], feePayer: [payer.privateKey] };
  return signKaia({ from: user.address, feePayer: payer.address, ...content }, keys);
}

async function send(content: Omit<Content, "from">): Promise<string> {
  return String(await node.request("kaia_sendRawTransaction", sign(content)));
}

async function balance(address: string, block = "latest"): Promise<bigint> {
  return BigInt(String(await node.request("kaia_getBalance", address, block)));
}

async function receipt(hash: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await node.request("kaia_getTransactionReceipt", hash);
  if (!isRecord(found)) throw new Error(`${hash} has no receipt`);
  return found;
}

describe("fees", () => {
  it("are the fee payer's alone, and the sender may own nothing", async () => {
    const { gasUsed } = await receipt(await send({ type: 0x09, to: dead }));
    expect(gasUsed).toBe("0x7918");
    expect(await balance(user.address)).toBe(0n);
    expect(await balance(payer.address)).toBe(parseEther("100") - 31_000n * price);
  });

  it.each([1, 33, 99])("are split when the fee payer has %i %", async (feeRatio) => {
    await node.setBalance(user.address, parseEther("1"));
    await send({ type: 0x0a, to: dead, value: 5n, feeRatio });
    const fee = 36_000n * price;
    const paid = (fee * BigInt(feeRatio)) / 100n;
    expect(await balance(payer.address)).toBe(parseEther("100") - paid);
    expect(await balance(user.address)).toBe(parseEther("1") - 5n - (fee - paid));
  });

  it("are the sender's once where sender and fee payer are one", async () => {
    await node.setBalance(user.address, parseEther("1"));
    const keys = { sender: [user.privateKey], feePayer: [user.privateKey] };
    const raw = signKaia({ type: 0x0a, from: user.address, feePayer: user.address, to: dead, feeRatio: 30 }, keys);
    await node.request("kaia_sendRawTransaction", raw);
    expect(await balance(user.address)).toBe(parseEther("1") - 36_000n * price);
  });

  it("are prepaid for the whole gas limit while the call runs, at the price the call sees", async () => {
    const contract = "0x00000000000000000000000000000000000c0de1";
    await node.setCode(contract, recorder);
    await node.setBalance(user.address, parseEther("1"));
    await send({ type: 0x32, to: contract, feeRatio: 40, gas: 200_000n });
    const at = async (slot: string): Promise<bigint> =>
      BigInt(String(await node.request("kaia_getStorageAt", contract, slot, "latest")));
    expect(await at("0x0")).toBe(parseEther("1") - (200_000n * price * 60n) / 100n);
    expect(await at("0x1")).toBe(price);
  });

  it("are paid by a failed call too, and its value stays", async () => {
    const contract = "0x00000000000000000000000000000000000c0de2";
    await node.setCode(contract, "0x5f5ffd");
    await node.setBalance(user.address, 7n);
    const { status, txError, gasUsed } = await receipt(await send({ type: 0x31, to: contract, value: 7n }));
    expect({ status, txError }).toEqual({ status: "0x0", txError: "0x9" });
    expect(await balance(user.address)).toBe(7n);
    expect(await balance(payer.address)).toBe(parseEther("100") - BigInt(String(gasUsed)) * price);
  });

  it("do not show in the balances of blocks before", async () => {
    const before = String(await node.request("kaia_blockNumber"));
    await send({ type: 0x09, to: dead });
    const after = String(await node.request("kaia_blockNumber"));
    await send({ type: 0x09, to: dead, nonce: 1n });
    expect(await balance(payer.address, before)).toBe(parseEther("100"));
    expect(await balance(payer.address, after)).toBe(parseEther("100") - 31_000n * price);
    expect(await balance(user.address, after)).toBe(0n);
  });
});

describe("deployments", () => {
  it("come out where the sender's nonce says", async () => {
    await send({ type: 0x09, to: dead });
    // Returns one byte of code.
    const hash = await send({ type: 0x29, input: "0x5f5f5360015ff3", nonce: 1n });
    const address = getCreateAddress({ from: user.address, nonce: 1 }).toLowerCase();
    expect(await receipt(hash)).toMatchObject({ contractAddress: address, status: "0x1" });
    expect(await node.request("kaia_getCode", address, "latest")).toBe("0x00");
  });

  it("that fail have an address too, and too much code is told apart", async () => {
    const tooLarge = await receipt(await send({ type: 0x29, input: "0x620060015ff3", gas: 9_000_000n }));
    expect(tooLarge).toMatchObject({ status: "0x0", txError: "0x6", gasUsed: "0x895440" });
    expect(tooLarge["contractAddress"]).toBe(getCreateAddress({ from: user.address, nonce: 0 }).toLowerCase());
    const reserved = await receipt(await send({ type: 0x29, input: "0x60ef5f5360015ff3", nonce: 1n }));
    expect(reserved).toMatchObject({ status: "0x0", txError: "0x2" });
  });
});

describe("mining by hand", () => {
  it("shows what is pending, as each namespace does", async () => {
    node.setMining("manual");
    const hash = await send({ type: 0x09, to: dead });
    const zero = `0x${"0".repeat(64)}`;
    const pending = { blockNumber: "0x0", blockHash: zero, transactionIndex: "0x0" };
    expect(await node.request("kaia_getTransactionByHash", hash)).toMatchObject(pending);
    const none = { blockNumber: null, blockHash: null, transactionIndex: null };
    expect(await node.request("eth_getTransactionByHash", hash)).toMatchObject(none);
    expect(await node.request("eth_getTransactionReceipt", hash)).toBeNull();
    expect(await node.request("eth_getTransactionCount", user.address, "pending")).toBe("0x1");
    expect(await node.request("eth_getTransactionCount", user.address, "latest")).toBe("0x0");
    await node.mine();
    expect(await receipt(hash)).toMatchObject({ status: "0x1" });
  });

  it("puts many in one block, in their nonces' order, once a gap is filled", async () => {
    node.setMining("manual");
    const late = [await send({ type: 0x09, to: dead, nonce: 2n }), await send({ type: 0x11, to: dead, nonce: 1n })];
    await node.mine();
    expect(await node.request("kaia_getTransactionReceipt", late[0])).toBeNull();
    const first = await send({ type: 0x39, nonce: 0n });
    await node.mine();
    const [one, two, three] = [await receipt(first), await receipt(late[1] ?? ""), await receipt(late[0] ?? "")];
    expect([one, two, three].map((each) => each["transactionIndex"])).toEqual(["0x0", "0x1", "0x2"]);
    expect(new Set([one, two, three].map((each) => each["blockHash"])).size).toBe(1);
    expect(await node.request("eth_getTransactionReceipt", late[0])).toMatchObject({ cumulativeGasUsed: "0x16b48" });
    expect(await balance(payer.address)).toBe(parseEther("100") - 3n * 31_000n * price);
    expect(await balance(user.address)).toBe(0n);
  });

  it("leaves for later what the account cannot pay in one block", async () => {
    node.setMining("manual");
    await node.setBalance(user.address, 10n);
    const hashes = [
      await send({ type: 0x09, to: dead, value: 6n }),
      await send({ type: 0x09, to: dead, value: 6n, nonce: 1n }),
    ];
    await node.mine();
    expect(await receipt(hashes[0] ?? "")).toMatchObject({ status: "0x1" });
    expect(await node.request("kaia_getTransactionReceipt", hashes[1])).toBeNull();
    await node.setBalance(user.address, 10n);
    await node.mine();
    expect(await receipt(hashes[1] ?? "")).toMatchObject({ status: "0x1" });
  });

  it("drops what an updated key no longer signs", async () => {
    node.setMining("manual");
    const update = await send({ type: 0x21, key: "0x03c0" });
    const after = await send({ type: 0x09, to: dead, nonce: 1n });
    await node.mine(2);
    expect(await receipt(update)).toMatchObject({ status: "0x1" });
    expect(await node.request("kaia_getTransactionByHash", after)).toBeNull();
  });
});

describe("blocks at intervals", () => {
  it("come without transactions", async () => {
    node.setMining({ everyMs: 5 });
    const from = Number(await node.request("kaia_blockNumber"));
    let now = from;
    while (now < from + 3) now = Number(await node.request("kaia_blockNumber"));
    node.setMining("manual");
    expect(now).toBeGreaterThan(from);
  });
});

describe("the base fee", () => {
  it("rises 5 % after a block of 60M gas, and every price with it, and falls again", async () => {
    node.setMining("manual");
    const contract = "0x00000000000000000000000000000000000c0de3";
    await node.setCode(contract, "0xfe");
    await node.mine(2);
    await send({ type: 0x31, to: contract, gas: 60_000_000n });
    await node.mine();
    const risen = (25n * gkei * 105n) / 100n;
    const [gasPrice, block] = [
      await node.request("kaia_gasPrice"),
      await node.request("eth_getBlockByNumber", "latest", false),
    ];
    // Recent tips are 25 gkei: what a Kaia type offers above the base fee it pays.
    expect(BigInt(String(gasPrice))).toBe((risen * 115n) / 100n + 25n * gkei);
    expect(block).toMatchObject({ baseFeePerGas: "0x5d21dba00", gasUsed: "0x3938700" });
    const refusedNow = await ask(node, "kaia_sendRawTransaction", [
      sign({ type: 0x09, to: dead, nonce: 1n, gasPrice: 26n * gkei }),
    ]);
    expect(refusedNow.error?.message).toMatch(/^invalid gas price/);
    const history = await node.request("eth_feeHistory", "0x1", "latest", [50]);
    expect(history).toMatchObject({
      baseFeePerGas: ["0x5d21dba00", "0x61c9f3680"],
      reward: [["0x5d21dba00"]],
      gasUsedRatio: [1],
    });
    await node.mine();
    expect(await node.request("kaia_gasPrice")).toBe("0x66720b300");
  });
});

describe("old state", () => {
  it("is gone after 128 blocks, but for every 128th", async () => {
    const plain = await startKaiaNode({ mining: "manual" });
    await plain.mine(260);
    for (const { name, method, params, error } of recorded(/^state\.old|^second\.eth_getBalance block/)) {
      const block = name.startsWith("second") ? params[1] : "0x2";
      const answer = await ask(plain, method, [params[0], block]);
      expect(answer.error?.message.replace(/[0-9a-f]{64}/, ""), name).toBe(
        error === undefined ? undefined : String(error.message).replace(/[0-9a-f]{64}/, ""),
      );
    }
    const at = (block: number) => ask(plain, "kaia_getBalance", [dead, `0x${block.toString(16)}`]);
    expect(await at(128)).toEqual({ result: "0x0" });
    expect(await at(260 - 127)).toEqual({ result: "0x0" });
    expect((await at(130)).error?.message).toMatch(/^missing trie node [0-9a-f]{64} \(path \)$/);
    await plain.stop();
  });
});
