import {
  Contract,
  ContractFactory,
  type ContractTransactionResponse,
  JsonRpcProvider,
  NonceManager,
  type TransactionRequest,
  type TransactionResponse,
  Wallet,
} from "ethers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { type EthersSigner, ethersProvider, ethersSigner } from "../../../src/chains/evm/index.ts";
import { isLatchkeyError } from "../../../src/index.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { rejectedBy } from "../refused.ts";
import { ethersErrorBy, keySigner } from "./ethers-parts.ts";
import { deployBook, mined } from "./ethers-scene.ts";
import { dearerNode, ether, openOutbox } from "./ethers-outbox-scene.ts";

// Budget of the file: 20 s, the node's start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const abi = [...guestBook.abi];

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil({ chainId: 7_777, args: ["--hardfork", "prague"] });
});
afterAll(() => anvil.stop());

/** Mining stands still until the test ends, or `mine` is called. */
async function holdMining(): Promise<void> {
  await anvil.request("evm_setAutomine", false);
  onTestFinished(async () => {
    await anvil.request("evm_setAutomine", true);
    await anvil.request("evm_mine");
  });
}

describe("a user's account sends by the outbox:", () => {
  it("a transfer, a call and a deployment, each of them listed", async () => {
    const { latchkey, signer } = await openOutbox(anvil);
    const response = await signer.sendTransaction({ to, value: 5n, gasLimit: 60_000n });
    expect(response).toMatchObject({
      to,
      from: signer.address,
      value: 5n,
      nonce: 0,
      gasLimit: 60_000n,
      chainId: 7_777n,
    });
    expect(await response.wait()).toMatchObject({ status: 1, hash: response.hash });
    const book = await deployBook(signer);
    expect(await (await book.getFunction("sign").send("stored")).wait()).toMatchObject({ status: 1 });
    expect(await book.getFunction("count").staticCall()).toBe(1n);
    const { transactions } = await latchkey.transactions.list();
    expect(transactions.map(({ intent }) => intent.kind).sort()).toEqual(["data", "deploy", "transfer"]);
  });

  it("sends at once, beside account.send, each with a nonce of its own", async () => {
    const { account, signer } = await openOutbox(anvil);
    const book = await deployBook(signer);
    const sends = Array.from({ length: 6 }, (_, at) => book.getFunction("sign").send(`number ${String(at)}`));
    const own = Array.from({ length: 3 }, () => account.send({ transfer: { to, value: 1n } }));
    const receipts = await Promise.all([...sends].map(async (sent) => await (await sent).wait()));
    expect(receipts.map((receipt) => receipt?.status)).toEqual(Array(6).fill(1));
    await Promise.all(own.map(async (handle) => await (await handle).wait("mined")));
    expect(await book.getFunction("count").staticCall()).toBe(6n);
    expect(await signer.getNonce()).toBe(10);
  });

  it("a service account of an ethers Wallet, and its policy's name for it", async () => {
    const { latchkey } = await openOutbox(anvil, { policy: { rules: [{ name: "small", maxValue: 5n }] } });
    const wallet = new Wallet(`0x${"5d".repeat(32)}`);
    await anvil.setBalance(wallet.address, ether);
    const service = await latchkey.service("minter", wallet);
    const signer = await ethersSigner(service.accounts.main);
    expect(await mined(signer, { to, value: 1n })).toMatchObject({ status: 1, from: wallet.address });
    const whole = { to, type: 2, chainId: 7_777, nonce: 9, gasLimit: 21_000, value: 5n };
    expect(await signer.signTransaction(whole)).toBe(await wallet.signTransaction(whole));
    const error = await rejectedBy(signer.signTransaction({ ...whole, value: 6n }), "ERR_POLICY_DENIED");
    expect(error.context["rule"]).toBe("small");
    await latchkey.policy.freeze({ service: "minter" }, "stolen");
    await rejectedBy(signer.sendTransaction({ to, value: 1n }), "ERR_POLICY_FROZEN");
    await rejectedBy(signer.signTransaction({ to, type: 2, chainId: 7_777, nonce: 9 }), "ERR_POLICY_FROZEN");
  });

  it("through the chain's own ethersProvider as well, and not through another one", async () => {
    const { latchkey, account } = await openOutbox(anvil);
    const provider = await ethersProvider(latchkey, "main");
    const own = await ethersSigner(account, provider);
    expect(own.provider).toBe(provider);
    await mined(own, { to, value: 1n });
    expect((await latchkey.transactions.list()).transactions).toHaveLength(1);
    const theirs = new JsonRpcProvider(anvil.url, 7_777, { staticNetwork: true, cacheTimeout: -1 });
    onTestFinished(() => {
      theirs.destroy();
      provider.destroy();
    });
    const other = own.connect(theirs);
    expect(await mined(other, { to, value: 1n, nonce: await other.getNonce() })).toMatchObject({ status: 1 });
    expect((await latchkey.transactions.list()).transactions).toHaveLength(1);
  });

  it("a name is resolved as ethers does, and `from` has to be the account's", async () => {
    const { latchkey, signer } = await openOutbox(anvil);
    await ethersErrorBy(signer.sendTransaction({ to: "somebody.eth" }), "UNSUPPORTED_OPERATION");
    await ethersErrorBy(signer.sendTransaction({ to, from: to }), "INVALID_ARGUMENT");
    expect(await mined(signer, { to: Promise.resolve(to), from: signer.address.toLowerCase() })).toMatchObject({ to });
    expect((await latchkey.transactions.list()).transactions).toHaveLength(1);
  });
});

describe("what is waited for is the send, whichever attempt is mined:", () => {
  const impatient = { stuckAfterMs: 200, pollMs: 30 };

  type Begin = (signer: EthersSigner) => Promise<ContractTransactionResponse | TransactionResponse>;
  it.each<readonly [string, Begin]>([
    ["a transaction's", (signer) => signer.sendTransaction({ to, value: 3n })],
    ["a contract's", (signer) => new Contract(to, ["function act()"], signer).getFunction("act").send()],
    [
      "a deployment's",
      async (signer) => {
        const deployed = await new ContractFactory(abi, guestBook.bytecode, signer).deploy();
        return deployed.deploymentTransaction() ?? expect.fail("nothing was sent");
      },
    ],
  ])("%s", async (_, begin) => {
    const node = dearerNode(anvil);
    const { signer, latchkey } = await openOutbox(anvil, { profile: impatient, transport: node.transport });
    await holdMining();
    const response = await begin(signer);
    node.raise();
    const waiting = response.wait();
    const handle = (await latchkey.transactions.get(response.hash)) ?? expect.fail("not stored");
    await expect
      .poll(async () => (await handle.status()).attempts[1]?.acceptedAt ?? null, { timeout: 10_000 })
      .not.toBeNull();
    await anvil.request("evm_mine");
    const receipt = await waiting;
    expect(receipt).toMatchObject({ status: 1, from: signer.address });
    const { receipt: own } = await handle.status();
    expect(receipt?.hash).toBe(own?.hash);
    expect(receipt?.hash).not.toBe(response.hash);
    // Who asks later gets the same.
    expect((await response.wait())?.hash).toBe(receipt?.hash);
    expect((await signer.provider?.getTransactionReceipt(response.hash))?.hash).toBe(receipt?.hash);
  });

  it("one that is cancelled fails, also for a contract", async () => {
    const { signer, latchkey } = await openOutbox(anvil);
    await holdMining();
    const response = await new Contract(to, ["function act()"], signer).getFunction("act").send();
    const waiting = thrownBy(() => response.wait());
    const handle = (await latchkey.transactions.get(response.hash)) ?? expect.fail("not stored");
    await handle.cancel();
    await expect
      .poll(async () => (await handle.status()).attempts[1]?.acceptedAt ?? null, { timeout: 10_000 })
      .not.toBeNull();
    await anvil.request("evm_mine");
    expect(await waiting).toMatchObject({ code: "ERR_TRANSACTION_CANCELLED" });
    expect(await signer.provider?.getTransactionReceipt(response.hash)).toBeNull();
    expect(await thrownBy(() => response.wait())).toMatchObject({ code: "ERR_TRANSACTION_CANCELLED" });
  });

  it("one whose Latchkey closes fails, and one with a time limit in time", async () => {
    const { signer, latchkey } = await openOutbox(anvil);
    await holdMining();
    const response = await signer.sendTransaction({ to, value: 1n });
    await ethersErrorBy(response.wait(1, 50), "TIMEOUT");
    const waiting = thrownBy(() => response.wait());
    await expect.poll(() => signer.provider?.listenerCount(response.hash)).toBe(1);
    await latchkey.close();
    expect(await waiting).toMatchObject({ code: "UNSUPPORTED_OPERATION", cause: { code: "ERR_CLOSED" } });
  });
});

describe("what the outbox does not send is refused before it is stored:", () => {
  const key = `0x${"01".repeat(32)}`;
  const refusals: readonly (readonly [string, TransactionRequest, string, string])[] = [
    ["a nonce", { nonce: 0 }, "ERR_CHAIN_INTENT_INVALID", "leave it out"],
    [
      "an access list",
      { accessList: [{ address: to, storageKeys: [key] }] },
      "ERR_CHAIN_INTENT_INVALID",
      "access list",
    ],
    ["type 1", { type: 1 }, "ERR_CHAIN_INTENT_INVALID", "access list"],
    ["type 3", { type: 3 }, "ERR_CHAIN_INTENT_INVALID", "blobs"],
    ["blobs", { blobVersionedHashes: [key] }, "ERR_CHAIN_INTENT_INVALID", "blobs"],
    ["a blob fee", { maxFeePerBlobGas: 1n }, "ERR_CHAIN_INTENT_INVALID", "blobs"],
    ["type 4", { type: 4 }, "ERR_CHAIN_INTENT_INVALID", "authorisations"],
    ["authorisations", { authorizationList: [] }, "ERR_CHAIN_INTENT_INVALID", "authorisations"],
    ["an unknown type", { type: 7 }, "ERR_CHAIN_INTENT_INVALID", "leave type out"],
    ["customData", { customData: { feePayer: to } }, "ERR_CHAIN_INTENT_INVALID", "customData"],
    ["too little gas", { gasLimit: 1n }, "ERR_TRANSACTION_OPTIONS_INVALID", "21,000"],
    ["another chain", { chainId: 1 }, "INVALID_ARGUMENT", "chainId mismatch"],
    ["a price beside fees", { gasPrice: 1n, maxFeePerGas: 1n }, "INVALID_ARGUMENT", "do not support gasPrice"],
    ["a price in type 2", { gasPrice: 1n, type: 2 }, "INVALID_ARGUMENT", "do not support gasPrice"],
    ["fees in type 0", { maxFeePerGas: 1n, type: 0 }, "INVALID_ARGUMENT", "do not support maxFeePerGas"],
    ["half a byte", { data: "0x1" }, "INVALID_ARGUMENT", "BytesLike"],
    ["a negative value", { value: -1n }, "ERR_CHAIN_INTENT_INVALID", "from 0 to"],
    ["nothing to do", { to: null }, "ERR_CHAIN_INTENT_INVALID", "bytecode"],
  ];

  it("each with what to do", async () => {
    const { latchkey, signer, signatures } = await openOutbox(anvil);
    for (const [what, request, code, words] of refusals) {
      const error = await thrownBy(() => signer.sendTransaction({ to, ...request }));
      expect(error, what).toMatchObject({ code });
      expect(String(error), what).toContain(words);
    }
    await rejectedBy(new NonceManager(signer).sendTransaction({ to }), "ERR_CHAIN_INTENT_INVALID");
    expect((await latchkey.transactions.list()).transactions).toEqual([]);
    expect(signatures()).toBe(0);
  });

  it("an empty access list, a tip and a price are no reason", async () => {
    const { latchkey, signer } = await openOutbox(anvil);
    for (const request of [
      (price: bigint) => ({ to, accessList: [], maxFeePerGas: price, maxPriorityFeePerGas: 1n }),
      (price: bigint) => ({ to, type: 0, gasPrice: price }),
    ]) {
      // Less than would be offered, and more than it costs.
      const price = (3n * ((await signer.provider?.getFeeData())?.maxFeePerGas ?? 0n)) / 4n;
      const { hash } = await mined(signer, request(price));
      const handle = await latchkey.transactions.get(hash);
      expect((await handle?.status())?.attempts.map(({ maxFeePerGas }) => maxFeePerGas)).toEqual([price]);
    }
  });
});

describe("errors are those of ethers' own Wallet, with Latchkey's as the cause:", () => {
  const shown = ["code", "shortMessage", "reason", "data", "revert", "action", "transaction"];
  const parts = (error: unknown): unknown =>
    error instanceof Error ? Object.fromEntries(shown.map((name) => [name, Reflect.get(error, name)])) : error;

  it("a revert", async () => {
    const { signer } = await openOutbox(anvil);
    const address = await (await deployBook(signer)).getAddress();
    const bare = await ethersSigner(keySigner("5e".repeat(32)), signer.provider);
    await anvil.setBalance(bare.address, ether);
    const sign = (by: EthersSigner): Promise<unknown> => new Contract(address, abi, by).getFunction("sign").send("");
    const [error, expected] = [await ethersErrorBy(sign(signer), "CALL_EXCEPTION"), await thrownBy(() => sign(bare))];
    const { address: from } = signer;
    expect({ ...error.transaction, from: bare.address }).toEqual(Reflect.get(Object(expected), "transaction"));
    expect(error.transaction).toMatchObject({ from });
    expect(parts(Object.assign(error, { transaction: null }))).toEqual(
      parts(Object.assign(Object(expected), { transaction: null })),
    );
    expect(error).toMatchObject({ cause: { code: "ERR_CHAIN_REVERTED" } });
    expect(Object.keys(error)).not.toContain("cause");
  });

  it("no money: it has ended, and is not sent when there is some", async () => {
    const { latchkey, signer } = await openOutbox(anvil, { wei: 0n });
    const error = await ethersErrorBy(signer.sendTransaction({ to, value: 1n }), "INSUFFICIENT_FUNDS");
    expect(error).toMatchObject({ cause: { code: "ERR_CHAIN_INSUFFICIENT_FUNDS" }, transaction: { to } });
    const { transactions } = await latchkey.transactions.list();
    expect(transactions.map(({ state }) => state)).toEqual(["failed"]);
  });

  it("the policy's come out as they are", async () => {
    const { latchkey, signer } = await openOutbox(anvil, { policy: { rules: [{ name: "small", maxValue: 5n }] } });
    const error = await thrownBy(() => signer.sendTransaction({ to, value: 6n }));
    expect(isLatchkeyError(error, "ERR_POLICY_DENIED") && error.context["rule"]).toBe("small");
    expect(await mined(signer, { to, value: 5n })).toMatchObject({ status: 1 });
    expect((await latchkey.transactions.list()).transactions).toHaveLength(1);
  });
});
