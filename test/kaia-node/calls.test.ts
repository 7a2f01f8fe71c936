import { Contract, Interface, JsonRpcProvider, parseEther, parseUnits, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { ask } from "./answers.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recorded, recording, shapeOf } from "./recordings.ts";
import { vectors } from "./vectors.ts";

// Budget: 40 s: endless loops burn 500M gas each, and two are traced up to the limit of computation cost.

/** Where the recorded contract stood, and the vector that deploys it elsewhere. */
const probe = "0x8583eeca72210a8c8a6df49d52d3f725c0e7eca6";
const deployment = vectors.find(({ name }) => name === "smartContractDeploy");
const caller = "0x7541ea7D3fDF83cD27e3F35Ede38452E675c20E3";
const gkei = 1_000_000_000n;

let node: KaiaNode;
let provider: JsonRpcProvider;
let wallet: Wallet;

beforeAll(async () => {
  node = await startKaiaNode();
  for (const address of [caller, "0x4398f77BFC4684F64f43ee22d9028B5336EcCeb2"]) {
    await node.setBalance(address, parseEther("100"));
  }
  const code = await node.request("eth_call", { data: deployment?.fields["input"] }, "latest");
  await node.setCode(probe, String(code));
  await node.setCode("0x59da5b8f708bbce310e1165546bb3b7ae58af790", String(code));
  provider = new JsonRpcProvider(node.url, node.chainId, { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 });
  wallet = new Wallet(Wallet.createRandom().privateKey, provider);
  await node.setBalance(wallet.address, parseEther("1000"));
});

afterAll(async () => {
  provider.destroy();
  await node.stop();
});

describe("calls and estimates", () => {
  const pattern =
    /^(revert|call|estimate|estimateGas|loop\.call|loop\.estimate\.gas30M|codeSize)\.|^second\.eth_call (code|init)/;
  it.each(recorded(pattern))("$name", async ({ method, params, result, error }) => {
    expect(await ask(node, method, params)).toEqual(error === undefined ? { result } : { error });
  });

  it.each([
    ["initcode.estimate.49152", 49_152],
    ["initcode.estimate.49153", 49_153],
  ])("%s", async (name, bytes) => {
    const { method, result, error } = recording(name);
    const answer = await ask(node, method, [{ from: caller, data: `0x${"00".repeat(bytes)}` }]);
    expect(answer).toEqual(error === undefined ? { result } : { error });
  });

  it("run at a block given by its hash", async () => {
    const block = await node.request("eth_getBlockByNumber", "latest", false);
    const blockHash = isRecord(block) ? block["hash"] : undefined;
    const call = { to: probe, data: "0x0c55699c" };
    expect(await node.request("eth_call", call, { blockHash })).toBe(await node.request("eth_call", call, "latest"));
    const unknown = `0x${"1".repeat(64)}`;
    const { error } = await ask(node, "eth_call", [call, { blockHash: unknown }]);
    expect(error?.message).toBe(`the header does not exist (hash: ${unknown})`);
  });

  it("closes the connection on an estimate without an end", async () => {
    const { method, params } = recording("loop.estimate.noGas");
    await expect(node.request(method, ...params)).rejects.toThrow("fetch failed");
  });
});

describe("failed transactions", () => {
  // In the recorded order: the block that burnt 499M gas is why the next one's price is higher.
  it.each(recorded(/^fail\..*\.kaia$/))("$name", { timeout: 120_000 }, async ({ name, result }) => {
    const wanted = isRecord(result) ? result : {};
    const response = await wallet.sendTransaction({
      to: probe,
      data: String(wanted["input"]),
      gasLimit: BigInt(String(wanted["gas"])),
      maxFeePerGas: 750n * gkei,
      maxPriorityFeePerGas: 0n,
    });
    const receipt = await node.request("kaia_getTransactionReceipt", response.hash);
    const { status, txError, gasUsed, typeInt, effectiveGasPrice } = wanted;
    expect(receipt).toMatchObject({ status, txError, gasUsed, typeInt, effectiveGasPrice });
    expect(shapeOf(receipt)).toEqual(shapeOf(result));
    const eth = await node.request("eth_getTransactionReceipt", response.hash);
    expect(shapeOf(eth)).toEqual(shapeOf(recording(name.replace(".kaia", ".eth")).result));
  });
});

describe("logs", () => {
  const events = new Interface(["function emitMany(uint256)"]);
  /** Selector 0xe79899bd of the recorded contract: so many events. */
  const emit = (count: number): string => `0xe79899bd${events.encodeFunctionData("emitMany", [count]).slice(10)}`;

  it.each(
    recorded(
      /^getLogs\.(inverted|future|blockHashAndRange|unknownBlockHash)$|^second\.eth_getLogs (from|future|unknown)/,
    ),
  )("$name", async ({ method, params, result, error }) => {
    await node.mine(16);
    expect(await ask(node, method, params)).toEqual(error === undefined ? { result } : { error });
  });

  it("beyond the head are an error that names the first block missing", async () => {
    const { method, params } = recording("getLogs.toFuture");
    const head = Number(await node.request("eth_blockNumber"));
    const { error } = await ask(node, method, params);
    expect(error?.message).toBe(`the header does not exist (block number: ${head + 1})`);
  });

  it("carry Kaia's hashes, and are at most 10,000", async () => {
    const first = await wallet.sendTransaction({ to: probe, data: emit(3), gasLimit: 1_000_000n });
    const filter = { address: probe, fromBlock: "0x0", toBlock: "latest" };
    const logs = await node.request("eth_getLogs", filter);
    expect(logs).toHaveLength(3);
    expect(logs).toMatchObject([{ transactionHash: first.hash }, {}, { logIndex: "0x2" }]);
    await wallet.sendTransaction({ to: probe, data: emit(9_998), gasLimit: 30_000_000n });
    for (const { method, error } of recorded(/^second\..*getLogs over 10000 items$/)) {
      expect(await ask(node, method, [filter])).toEqual({ error });
    }
  });

  it("come through filters too", async () => {
    const logs = await node.request("eth_newFilter", { address: probe });
    expect(String(logs)).toHaveLength(String(recording("filter.new").result).length);
    const blocks = await node.request("eth_newBlockFilter");
    expect(await node.request("eth_getFilterChanges", logs)).toEqual(recording("filter.changes").result);
    const { hash, blockHash } = await (await wallet.sendTransaction({ to: probe, data: emit(1) })).wait().then(present);
    expect(await node.request("eth_getFilterChanges", logs)).toMatchObject([{ transactionHash: hash }]);
    const found = await node.request("eth_getFilterChanges", blocks);
    expect(found).toEqual([blockHash]);
    expect(shapeOf(found)).toEqual(shapeOf(recording("filter.block").result));
    const { method, params, error } = recording("filter.notfound");
    expect(await ask(node, method, params)).toEqual({ error });
  });
});

function present<T>(value: T | null): T {
  if (value === null) throw new Error("nothing there");
  return value;
}

describe("ethers", () => {
  it("sends and waits without knowing of Kaia", async () => {
    const fees = await provider.getFeeData();
    expect(fees.gasPrice).toBe(parseUnits("27.5", "gwei"));
    expect(fees.maxFeePerGas).toBe(parseUnits("50", "gwei"));
    const contract = new Contract(probe, ["function x() view returns (uint256)", "function set(uint256)"], wallet);
    const receipt = await wallet
      .sendTransaction({ to: probe, data: `0x60fe47b1${"2a".padStart(64, "0")}` })
      .then((sent) => sent.wait());
    expect(receipt?.status).toBe(1);
    expect(await contract.getFunction("x").staticCall()).toBe(42n);
  });
});
