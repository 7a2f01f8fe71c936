import { Transaction } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnvilChain, echo, from, key, startAnvilChain } from "./anvil-account.ts";
import { sign } from "../signing.ts";

// A node before London. Budget of the file: 8 s, its start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

let main: AnvilChain;
beforeAll(async () => {
  main = await startAnvilChain(["--hardfork", "berlin"]);
});
afterAll(() => main.stop());

describe("on a chain without base fees", () => {
  it("a transfer is a legacy transaction at the node's price, bound to the chain", async () => {
    const { anvil, chain, prepare } = main;
    const price = BigInt(String(await anvil.request("eth_gasPrice")));
    const prepared = await prepare({ transfer: { to, value: 5n } });
    const signed = sign(prepared, key);
    const parsed = Transaction.from(signed.raw);
    expect(parsed).toMatchObject({ type: 0, gasPrice: price, chainId: BigInt(anvil.chainId), from, to });
    expect(prepared.maxFee).toBe(21_000n * price);
    const before = await chain.getBalance(from);
    await chain.broadcast(signed);
    const receipt = await chain.waitForReceipt(signed.hash);
    expect(receipt).toMatchObject({ status: "success", fee: 21_000n * price });
    expect(before - (await chain.getBalance(from))).toBe(5n + receipt.fee);
  });

  it("a contract is deployed, called and read", async () => {
    const { chain, mine } = main;
    const abi = ["function say(bytes what) payable returns (uint256)"];
    const before = await chain.getBalance(from);
    const deployed = await mine({ deploy: { bytecode: echo } });
    const contract = deployed.contractAddress ?? expect.fail("nothing was deployed");
    const args = [`0x${"7".padStart(64, "0")}`];
    const called = await mine({ call: { to: contract, abi, function: "say", args, value: 3n } });
    expect(await chain.read({ to: contract, abi, function: "say", args })).toBe(7n);
    expect(before - (await chain.getBalance(from))).toBe(3n + deployed.fee + called.fee);
  });
});
