import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import type { Intent, SendingAccount } from "../../../src/index.ts";
import { isRecord } from "../../../scripts/guards.ts";
import { echo, reject } from "../../chains/evm/anvil-account.ts";
import { rejectedBy } from "../../chains/refused.ts";
import { anvilOfFile, balanceOf, freshAddress, nonceOf, openScene, pay, person } from "./scene.ts";

const { abi, bytecode } = guestBook;
const errors = new Interface([
  "error Error(string)",
  "error Panic(uint256)",
  "error NotYours(address owner, uint256 id)",
]);

const main = anvilOfFile();

async function deployed(account: SendingAccount, code: `0x${string}`): Promise<string> {
  const { contractAddress } = await (await account.send({ deploy: { bytecode: code } })).wait("final");
  return contractAddress ?? expect.fail("nothing was deployed");
}

// Budget of the file: 12 s, the node's start included.
describe("an intent", { timeout: 60_000 }, () => {
  it("of every kind goes through every stage", async () => {
    const { user } = await openScene(main.node);
    const account = await user("alice");
    const to = freshAddress();
    const book = await deployed(account, bytecode);
    // Returns what a token's transfer would: true.
    const token = await deployed(account, "0x600b80600b6000396000f3600160005260206000f3");
    const intents: readonly (readonly [string, Intent])[] = [
      ["transfer", pay(5n, to)],
      ["token", { token: { contract: token, to, amount: 7n } }],
      ["call", { call: { to: book, abi, function: "sign", args: ["hello"] } }],
      ["data", { data: { to, data: "0x1234", value: 3n } }],
      ["deploy", { deploy: { bytecode: echo } }],
    ];
    for (const [kind, intent] of intents) {
      const handle = await account.send(intent);
      const broadcast = await handle.wait("broadcast");
      const mined = await handle.wait("mined");
      const final = await handle.wait("final");
      expect(final, kind).toEqual(mined);
      expect(final, kind).toMatchObject({ hash: broadcast.hash, status: "success" });
      const status = await handle.status();
      expect(status, kind).toMatchObject({
        id: handle.id,
        chain: "main",
        from: account.address,
        state: "final",
        nonce: broadcast.nonce,
        hash: broadcast.hash,
        error: null,
        isCancelRequested: false,
        receipt: { status: "success" },
        intent: { kind },
      });
      expect(status.attempts, kind).toHaveLength(1);
      expect(status.attempts[0], kind).toMatchObject({ purpose: "send", hash: broadcast.hash, nonce: broadcast.nonce });
      const found: unknown = await main.node.request("eth_getTransactionByHash", broadcast.hash);
      expect(isRecord(found) && Number(found["nonce"]), kind).toBe(broadcast.nonce);
    }
    expect(await balanceOf(main.node, to)).toBe(8n);
    expect(await account.read({ to: book, abi, function: "count" })).toBe(1n);
    expect(await nonceOf(main.node, account.address)).toBe(7);
  });

  it("is sent in order, many at once, and looked up by id and by hash", async () => {
    const { user, latchkey } = await openScene(main.node);
    const account = await user("alice");
    const to = freshAddress();
    const handles = await Promise.all(
      Array.from({ length: 100 }, (_, index) => account.send(pay(BigInt(index + 1), to))),
    );
    const sent = await Promise.all(handles.map((handle) => handle.wait("broadcast")));
    expect(sent.map(({ nonce }) => nonce)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    await Promise.all(handles.map((handle) => handle.wait("final")));
    expect(await balanceOf(main.node, to)).toBe(5_050n);
    for (const index of [0, 50, 99]) {
      const [handle, hash] = [handles[index], sent[index]?.hash ?? ""];
      expect((await latchkey.transactions.get(handle?.id ?? ""))?.id).toBe(handle?.id);
      expect((await latchkey.transactions.get(hash))?.id).toBe(handle?.id);
      expect((await latchkey.transactions.get(hash.toUpperCase().replace("0X", "0x")))?.id).toBe(handle?.id);
    }
  });

  it.each([
    ["a custom error", errors.encodeErrorResult("NotYours", [person, 7n]), `NotYours(${person}, 7)`],
    ["a text", errors.encodeErrorResult("Error", ["sold out"]), "sold out"],
    ["a panic", errors.encodeErrorResult("Panic", [17n]), "Panic(17): arithmetic overflow or underflow"],
  ])("that a contract reverts with %s says so: before it is signed, or in its receipt", async (_, data, reason) => {
    const { user, recorder, sql } = await openScene(main.node);
    const account = await user("alice");
    const to = await deployed(account, reject);
    const signatures = recorder.total("latchkey_signatures_total");
    const more = ["function act(bytes what)", "error NotYours(address owner, uint256 id)"];
    const intent = { call: { to, abi: more, function: "act", args: [data] } };

    const simulated = await account.send(intent);
    const error = await rejectedBy(simulated.wait("final"), "ERR_CHAIN_REVERTED");
    expect(error.message).toContain(reason.split(":")[0]);
    expect(await simulated.status()).toMatchObject({
      state: "failed",
      error: { code: "ERR_CHAIN_REVERTED" },
      attempts: [],
      nonce: null,
    });
    expect(recorder.total("latchkey_signatures_total")).toBe(signatures);
    expect(await nonceOf(main.node, account.address)).toBe(1);
    expect(sql("SELECT next_nonce, open FROM latchkey_senders")).toEqual([{ next_nonce: 1, open: 0 }]);

    const mined = await account.send(intent, { gasLimit: 100_000n });
    const receipt = await mined.wait("final");
    expect(receipt).toMatchObject({ status: "reverted", failure: reason });
    expect(await mined.status()).toMatchObject({ state: "final", nonce: 1, error: null });

    // What failed has left no gap.
    expect(await (await account.send(pay(1n))).wait("final")).toMatchObject({ status: "success" });
    expect(await nonceOf(main.node, account.address)).toBe(3);
  });

  it("between others that is refused leaves the rest in their order, without a gap", async () => {
    const { user } = await openScene(main.node);
    const account = await user("alice");
    const to = await deployed(account, reject);
    const bad = { call: { to, abi: ["function act(bytes what)"], function: "act", args: ["0x"] } };
    const handles = await Promise.all(
      Array.from({ length: 30 }, (_, index) => account.send(index % 3 === 1 ? bad : pay(BigInt(index)))),
    );
    const outcomes = await Promise.allSettled(handles.map((handle) => handle.wait("final")));
    expect(outcomes.map(({ status }) => status)).toEqual(
      Array.from({ length: 30 }, (_, index) => (index % 3 === 1 ? "rejected" : "fulfilled")),
    );
    const nonces = await Promise.all(handles.map(async (handle) => (await handle.status()).nonce));
    expect(nonces.filter((nonce) => nonce !== null)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("of which its deadline passes in the queue fails, and was never signed", async () => {
    const { service, latchkey, recorder } = await openScene(main.node, { worker: "manual" });
    const account = await service("minter");
    const late = await account.send(pay(1n), { deadlineMs: Date.now() + 150 });
    const still = await account.send(pay(2n), { deadlineMs: Date.now() + 600_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    latchkey.start();
    await rejectedBy(late.wait("final"), "ERR_TRANSACTION_DEADLINE");
    expect(await late.status()).toMatchObject({ state: "failed", attempts: [] });
    expect(await still.wait("final")).toMatchObject({ status: "success" });
    expect((await still.status()).nonce).toBe(0);
    expect(recorder.total("latchkey_transactions_ended_total", { outcome: "ERR_TRANSACTION_DEADLINE" })).toBe(1);
  });
});
