import { ZeroAddress } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { evm } from "../../../src/chains/evm/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { type AnvilChain, echo, from, key, once, startAnvilChain } from "./anvil-account.ts";
import { rejectedBy } from "../refused.ts";
import { addressOfKey, sign } from "../signing.ts";

// Budget of the file: 8 s, the node's start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const ether = 10n ** 18n;
const { abi, bytecode } = guestBook;

let main: AnvilChain;
beforeAll(async () => {
  main = await startAnvilChain();
});
afterAll(() => main.stop());

describe("on a real node", () => {
  it("a transfer moves the value and costs the fee that its receipt says", async () => {
    const { chain, prepare } = main;
    const [before, theirs] = [await chain.getBalance(from), await chain.getBalance(to)];
    const prepared = await prepare({ transfer: { to, value: 3n * ether } });
    await chain.broadcast(sign(prepared, key));
    const receipt = await chain.waitForReceipt(sign(prepared, key).hash);
    expect(receipt).toMatchObject({ status: "success", gasUsed: 21_000n, contractAddress: null });
    expect(receipt.fee).toBeGreaterThan(0n);
    expect(receipt.fee).toBeLessThanOrEqual(prepared.maxFee);
    expect(before - (await chain.getBalance(from))).toBe(3n * ether + receipt.fee);
    expect((await chain.getBalance(to)) - theirs).toBe(3n * ether);
  });

  it("a contract is deployed, called and read: one value, several, and a payable function", async () => {
    const { chain, mine } = main;
    const before = await chain.getBalance(from);
    const deployed = await mine({ deploy: { bytecode, abi } });
    const book = deployed.contractAddress ?? expect.fail("nothing was deployed");
    const signed = await mine({ call: { to: book, abi, function: "sign", args: ["안녕하세요 👋"] } });
    expect(signed).toMatchObject({ status: "success", contractAddress: null });
    expect(before - (await chain.getBalance(from))).toBe(deployed.fee + signed.fee);
    expect(await chain.read({ to: book, abi, function: "count" })).toBe(1n);
    const entry = await chain.read({ to: book, abi, function: "entries", args: [0n] });
    expect(entry).toEqual([from, expect.any(BigInt), "안녕하세요 👋"]);
    const payable = ["function sign(string message) payable returns (uint256)"];
    expect(await chain.read({ to: book, abi: payable, function: "sign", args: ["only seen"] })).toBe(1n);
    expect(await chain.read({ to: book, abi, function: "count" })).toBe(1n);
  });

  it("a call carries value, and data goes as it is", async () => {
    const { anvil, chain, mine, deploy } = main;
    const contract = await deploy(echo);
    const payable = ["function keep(bytes what) payable"];
    await mine({ call: { to: contract, abi: payable, function: "keep", args: ["0x1234"], value: 5n } });
    await mine({ data: { to: contract, data: "0xdeadbeef", value: 2n } });
    expect(await chain.getBalance(contract)).toBe(7n);
    const block = await anvil.request("eth_getBlockByNumber", "latest", true);
    expect(block).toMatchObject({ transactions: [{ input: "0xdeadbeef", to: contract.toLowerCase(), type: "0x2" }] });
  });

  it("a read where there is no contract, or another, says that the answer does not fit", async () => {
    const { chain, deploy } = main;
    for (const address of [to, ZeroAddress, await deploy(once)]) {
      const error = await rejectedBy(chain.read({ to: address, abi, function: "count" }), "ERR_CHAIN_INTENT_INVALID");
      expect(error.message).toContain("another contract, or none");
    }
  });

  it("what a contract answers is read, or refused, and never thrown later", async () => {
    const { chain, deploy } = main;
    const contract = await deploy(echo);
    const ask = (answer: string): Promise<unknown> =>
      chain.read({
        to: contract,
        abi: ["function say(bytes what) view returns (tuple(string text)[] all)"],
        function: "say",
        args: [answer],
      });
    const word = (value: number): string => value.toString(16).padStart(64, "0");
    const head = [0x20, 1, 0x20, 0x20, 2].map(word).join("");
    expect(await ask(`0x${head}6f6b${"0".repeat(60)}`)).toEqual([["ok"]]);
    await rejectedBy(ask(`0x${head}ffff${"0".repeat(60)}`), "ERR_CHAIN_INTENT_INVALID");
  });

  it("an account without funds is refused before it signs, and by the node if it signs", async () => {
    const { chain } = main;
    const poorKey = "47".repeat(32);
    const poor = addressOfKey(poorKey);
    await rejectedBy(chain.prepare({ transfer: { to, value: 1n } }, poor), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    await rejectedBy(chain.prepare({ deploy: { bytecode } }, poor), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    await main.anvil.setBalance(poor, ether);
    const signed = sign(await chain.prepare({ transfer: { to, value: 1n } }, poor), poorKey);
    await main.anvil.setBalance(poor, 1n);
    await rejectedBy(chain.broadcast(signed), "ERR_CHAIN_INSUFFICIENT_FUNDS");
  });

  it("a node of another chain is refused before anything is signed or sent", async () => {
    const { anvil, send } = main;
    const wrong = evm({ name: "wrong", chainId: 1, transport: http(anvil.url) });
    const signed = await send({ transfer: { to, value: 1n } });
    for (const attempt of [
      () => wrong.prepare({ transfer: { to, value: 1n } }, from),
      () => wrong.getBalance(to),
      () => wrong.broadcast(signed),
    ]) {
      const error = await rejectedBy(attempt(), "ERR_CHAIN_ID_MISMATCH");
      expect(error.context).toEqual({ chain: "wrong", configured: 1, served: anvil.chainId });
    }
    await wrong.close();
  });
});
