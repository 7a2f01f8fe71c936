import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { waitForReceipt } from "../../../src/chains/ethereum/receipts.ts";
import type { ChainAdapter, TransactionReceipt } from "../../../src/ports/chain-adapter.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { http } from "../../../src/rpc/http.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { type AnvilChain, from, key, once, startAnvilChain } from "./anvil-account.ts";
import { rejectedBy } from "../refused.ts";
import { sign } from "../signing.ts";

// A node that mines only when told, so that transactions wait in its pool. Budget of the file: 8 s, its start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

let main: AnvilChain;
let chain: ChainAdapter;
const mineBlock = (): Promise<unknown> => main.anvil.request("evm_mine");
beforeAll(async () => {
  main = await startAnvilChain(["--no-mining"]);
  chain = main.chain;
});
beforeEach(() => mineBlock());
afterAll(() => main.stop());

describe("in the pool of a real node", () => {
  it("bytes that it has already are taken as sent, however often, and mined once", async () => {
    const before = await chain.getBalance(to);
    const signed = await main.send({ transfer: { to, value: 1n } });
    await chain.broadcast(signed);
    await chain.broadcast(signed);
    await mineBlock();
    expect(await chain.waitForReceipt(signed.hash)).toMatchObject({ status: "success" });
    expect((await chain.getBalance(to)) - before).toBe(1n);
  });

  it("bytes that were mined already are refused: whoever sent them looks them up", async () => {
    const signed = await main.send({ transfer: { to, value: 1n } });
    await mineBlock();
    await rejectedBy(chain.broadcast(signed), "ERR_RPC_REJECTED");
    expect(await chain.waitForReceipt(signed.hash)).toMatchObject({ status: "success" });
  });

  it("another transaction with the nonce of one that waits is not taken for it", async () => {
    const first = sign(await main.prepare({ transfer: { to, value: 1n } }), key);
    const second = sign(await main.prepare({ transfer: { to, value: 2n } }), key);
    expect(second.nonce).toBe(first.nonce);
    await chain.broadcast(first);
    await rejectedBy(chain.broadcast(second), "ERR_RPC_REJECTED");
  });

  it("a transaction that waits counts for the next nonce and against the balance", async () => {
    const first = await main.send({ transfer: { to, value: 1n } });
    expect((await main.prepare({ transfer: { to, value: 1n } })).nonce).toBe(first.nonce + 1);
    expect((await main.prepare({ transfer: { to, value: 1n } }, { nonce: first.nonce + 3 })).nonce).toBe(
      first.nonce + 3,
    );
  });

  it("a transaction has no receipt until it is mined, and its receipt then", async () => {
    const { hash } = await main.send({ transfer: { to, value: 1n } });
    const clock = new ManualClock();
    const transport = http(main.anvil.url);
    await rejectedBy(waitForReceipt(transport, clock, hash, { timeoutMs: 0 }), "ERR_CHAIN_RECEIPT_TIMEOUT");
    await mineBlock();
    const receipt = await waitForReceipt(transport, clock, hash, { timeoutMs: 0 });
    expect(receipt).toMatchObject({ hash, status: "success" });
    await transport.close();
  });

  /** A contract that takes one call, on the chain already. */
  async function deployOnce(): Promise<string> {
    const { hash } = await main.send({ deploy: { bytecode: once } });
    await mineBlock();
    return (await chain.waitForReceipt(hash)).contractAddress ?? expect.fail("nothing was deployed");
  }

  /** Estimates an intent twice before either is sent, so that both pass; then sends both into one block. */
  async function mineTwice(intent: Intent): Promise<readonly TransactionReceipt[]> {
    const first = await main.prepare(intent);
    const second = await main.prepare(intent, { nonce: first.nonce + 1 });
    const signed = [sign(first, key), sign(second, key)];
    for (const each of signed) await chain.broadcast(each);
    await mineBlock();
    return await Promise.all(signed.map(({ hash }) => chain.waitForReceipt(hash)));
  }

  it("a call that passed its estimate and fails in the block has a receipt that says so, and is paid for", async () => {
    const contract = await deployOnce();
    const before = await chain.getBalance(from);
    const receipts = await mineTwice({ call: { to: contract, abi: ["function act()"], function: "act" } });
    expect(receipts).toMatchObject([
      { status: "success", contractAddress: null },
      { status: "reverted", contractAddress: null },
    ]);
    expect(before - (await chain.getBalance(from))).toBe(receipts.reduce((sum, { fee }) => sum + fee, 0n));
  });

  it("a deployment that fails in the block has no contract's address", async () => {
    const contract = await deployOnce();
    // Calls the contract and reverts if that reverts: five times PUSH1 0, PUSH20, GAS, CALL, ISZERO, JUMPI to the REVERT.
    const calling = `${"6000".repeat(5)}73${contract.slice(2)}5af115602a57`;
    const receipts = await mineTwice({ deploy: { bytecode: `0x${calling}60006000f35b60006000fd` } });
    expect(receipts).toMatchObject([{ status: "success" }, { status: "reverted", contractAddress: null }]);
    expect(receipts[0]?.contractAddress).toMatch(/^0x[0-9a-fA-F]{40}$/);
  });
});
