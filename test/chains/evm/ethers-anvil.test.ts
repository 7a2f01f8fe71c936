import { Contract, NonceManager } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { type EthersSigner, ethersSigner } from "../../../src/chains/evm/index.ts";
import { ethersErrorBy, keySigner, lyingSigner } from "./ethers-parts.ts";
import { deployBook, type EthersScene, mined, startScene } from "./ethers-scene.ts";

// Budget of the file: 10 s, the node's start included.

const abi = [...guestBook.abi];
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

let scene: EthersScene;
let signer: EthersSigner;
beforeAll(async () => {
  scene = await startScene();
  ({ signer } = scene);
});
afterAll(() => scene.stop());

describe("other people's code takes it:", () => {
  it("a factory deploys; a contract is written, read and searched", async () => {
    const book = await deployBook(signer);
    const sign = book.getFunction("sign");
    expect(await (await sign.send("Hello.")).wait()).toMatchObject({ status: 1, from: signer.address });
    await (await sign.send("안녕하세요 👋", { type: 0 })).wait();
    expect(await book.getFunction("count").staticCall()).toBe(2n);
    const entry = await book.getFunction("entries").staticCallResult(1);
    expect([entry[0], entry[2]]).toEqual([signer.address, "안녕하세요 👋"]);
    const logs = await book.queryFilter("Signed", 0);
    const signed = logs.map((log): unknown => book.interface.parseLog(log)?.args[2]);
    expect(signed).toEqual(["Hello.", "안녕하세요 👋"]);
    const refused = await ethersErrorBy(sign.staticCall(""), "CALL_EXCEPTION");
    expect(refused.revert).toMatchObject({ name: "MessageLength", args: [0n] });
  });

  it("a NonceManager numbers what is sent at once", async () => {
    const manager = new NonceManager(signer);
    const sent = await Promise.all([1n, 2n, 3n, 4n, 5n].map((value) => manager.sendTransaction({ to, value })));
    const receipts = await Promise.all(sent.map((one) => one.wait()));
    expect(receipts.map((receipt) => receipt?.status)).toEqual([1, 1, 1, 1, 1]);
  });

  it.each([0, 1, 2, 4])("a transaction of type %i is mined", async (type) => {
    const authorizationList = [await signer.authorize({ address: to, nonce: 2 ** 40 })];
    const request = { to, value: 1n, type, ...(type === 4 ? { authorizationList } : {}) };
    expect(await mined(signer, request)).toMatchObject({ type, status: 1 });
  });

  it("an event is waited for while the chain goes on", async () => {
    const book = await deployBook(signer);
    const heard: unknown[] = [];
    await book.once("Signed", (_author, _number, message: unknown) => heard.push(message));
    await (await book.getFunction("sign").send("heard")).wait();
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(["heard"]);
  });
});

describe("sends at once", () => {
  it("from one signer get a nonce each, also where some of them fail", async () => {
    const first = await signer.getNonce();
    const connected = signer.connect(signer.provider);
    const attempts = Array.from({ length: 12 }, (_, at) =>
      // More than there is; refused before it is signed.
      (at % 2 === 0 ? signer : connected).sendTransaction({ to, value: at % 4 === 3 ? 10n ** 30n : 1n }),
    );
    const outcomes = await Promise.allSettled(attempts);
    const nonces = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.nonce] : []));
    expect(nonces).toEqual(Array.from({ length: 9 }, (_, at) => first + at));
    await Promise.all(outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.wait()] : [])));
    expect(await signer.getNonce()).toBe(first + 9);
  });

  it("with nonces of their own do not wait for others", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const account = keySigner("46".repeat(32));
    let count = 0;
    const slow = lyingSigner(account.address, async (digest) => {
      count += 1;
      if (count === 1) await held;
      return account.signDigest(digest);
    });
    const by = await ethersSigner(slow, signer.provider);
    const nonce = await by.getNonce();
    const waiting = by.sendTransaction({ to, value: 1n });
    await expect.poll(() => count).toBe(1);
    expect(await mined(by, { to, value: 2n, nonce })).toMatchObject({ status: 1 });
    release();
    await ethersErrorBy(waiting, "NONCE_EXPIRED");
  });
});

describe("EIP-7702", () => {
  it.each([
    ["this chain", undefined],
    ["every chain", 0],
  ])("a new account, with nonce 0, lends itself a contract's code on %s, and runs it", async (_, chainId) => {
    const book = await deployBook(signer);
    const fresh = await scene.signerOf(chainId === 0 ? "4c".repeat(32) : "4a".repeat(32), 0n);
    const address = await book.getAddress();
    const authorization = await fresh.authorize({ address, nonce: 0, ...(chainId === undefined ? {} : { chainId }) });
    expect(authorization).toMatchObject({ nonce: 0n, chainId: chainId === 0 ? 0n : 7_777n });
    const data = book.interface.encodeFunctionData("sign", ["from the account itself"]);
    await mined(signer, { to: fresh.address, data, authorizationList: [authorization] });
    expect(await fresh.provider?.getCode(fresh.address)).toBe(`0xef0100${address.slice(2).toLowerCase()}`);
    const own = new Contract(fresh.address, abi, fresh);
    const entry = await own.getFunction("entries").staticCallResult(0);
    expect([entry[0], entry[2]]).toEqual([signer.address, "from the account itself"]);
    expect(await book.getFunction("count").staticCall()).toBe(0n);
  });

  it("an account that pays for itself authorises its next nonce, and takes the code back", async () => {
    const own = await scene.signerOf("4b".repeat(32));
    const address = await (await deployBook(signer)).getAddress();
    const nonce = await own.getNonce();
    const authorization = await own.authorize({ address, nonce: nonce + 1 });
    await mined(own, { to, nonce, authorizationList: [authorization] });
    expect(await own.provider?.getCode(own.address)).toBe(`0xef0100${address.slice(2).toLowerCase()}`);
    const back = await own.authorize({ address: `0x${"00".repeat(20)}`, nonce: (await own.getNonce()) + 1 });
    await mined(own, { to, authorizationList: [back] });
    expect(await own.provider?.getCode(own.address)).toBe("0x");
  });
});
