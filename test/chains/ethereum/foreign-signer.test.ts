import { join } from "node:path";
import { AbstractSigner, HDNodeWallet, JsonRpcProvider, NonceManager, Transaction, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { foreignSigner, type ForeignSigner, isForeignSigner } from "../../../src/chains/ethereum/foreign-signer.ts";
import { ethersSigner, evm } from "../../../src/chains/evm/index.ts";
import { localRootKey, openLatchkey, sqlite } from "../../../src/index.ts";
import type { SendingAccount } from "../../../src/wallets/account.ts";
import { anvil as anvilProfile } from "../../../src/profiles/profiles.ts";
import { http } from "../../../src/rpc/http.ts";
import { isHex } from "../../../src/units/bytes.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { signerScene } from "../../harness/kms-signer.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { rejectedBy } from "../refused.ts";

// Budget of the file: 15 s, the node's start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const key = `0x${"46".repeat(32)}`;
const ether = 10n ** 18n;

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil({ chainId: 7_777 });
});
afterAll(() => anvil.stop());

function nodeOf(): JsonRpcProvider {
  const provider = new JsonRpcProvider(anvil.url, 7_777, { staticNetwork: true, cacheTimeout: -1 });
  onTestFinished(() => {
    provider.destroy();
  });
  return provider;
}

/** A service account of one test, with money. */
async function serviceOf(signer: ForeignSigner): Promise<SendingAccount<"main">> {
  const directory = temporaryDirectory();
  const latchkey = await openLatchkey({
    chains: [evm({ name: "main", chainId: 7_777, transport: http(anvil.url), profile: anvilProfile })],
    wrappingKey: localRootKey(join(directory, "root.key")),
    store: sqlite(join(directory, "wallets.db")),
  });
  onTestFinished(() => latchkey.close());
  await anvil.setBalance(await signer.getAddress(), ether);
  return (await latchkey.service("job", signer)).accounts.main;
}

describe("a service account sends with", () => {
  const signers: readonly (readonly [string, () => ForeignSigner | Promise<ForeignSigner>])[] = [
    ["a Wallet", () => new Wallet(key)],
    ["a Wallet with a provider", () => new Wallet(`0x${"47".repeat(32)}`, nodeOf())],
    ["an HDNodeWallet", () => HDNodeWallet.fromPhrase("test test test test test test test test test test test ball")],
    ["a NonceManager", () => new NonceManager(new Wallet(`0x${"48".repeat(32)}`, nodeOf()))],
    ["an account of the node", async () => await nodeOf().getSigner(0)],
    ["a key of AWS KMS as ethers has it", async () => await ethersSigner((await signerScene()).signer)],
  ];

  it.each(signers)("%s", async (_, make) => {
    const signer = await make();
    expect(isForeignSigner(signer)).toBe(true);
    const account = await serviceOf(signer);
    expect(account.address).toBe(await signer.getAddress());
    const handles = await Promise.all([1n, 2n].map((value) => account.send({ transfer: { to, value } })));
    const receipts = await Promise.all(handles.map((handle) => handle.wait("mined")));
    expect(receipts.map(({ status }) => status)).toEqual(["success", "success"]);
    const sent = await nodeOf().getTransaction(receipts[1]?.hash ?? "");
    expect(sent).toMatchObject({ from: account.address, to, value: 2n });
  });
});

const whole = { type: 2, chainId: 7_777, nonce: 3, to, value: 5n, gasLimit: 21_000, maxFeePerGas: 9n };
const wallet = new Wallet(key);
const other = new Wallet(`0x${"49".repeat(32)}`);

/** Answers with whatever it likes for a transaction. */
function lying(answer: (asked: object) => unknown): ForeignSigner {
  const liar = {
    getAddress: () => Promise.resolve(wallet.address),
    signTransaction: (asked: object) => Promise.resolve(answer(asked)),
  };
  return isForeignSigner(liar) ? liar : expect.fail("everything passes");
}

const lies: readonly (readonly [string, (asked: object) => unknown])[] = [
  ["another key", (asked) => other.signTransaction(asked)],
  ["another destination", (asked) => wallet.signTransaction({ ...asked, to: other.address })],
  ["another nonce", (asked) => wallet.signTransaction({ ...asked, nonce: 77 })],
  ["another chain", (asked) => wallet.signTransaction({ ...asked, chainId: 1 })],
  ["another value", (asked) => wallet.signTransaction({ ...asked, value: 6n })],
  ["more gas", (asked) => wallet.signTransaction({ ...asked, gasLimit: 22_000 })],
  ["another fee", (asked) => wallet.signTransaction({ ...asked, maxFeePerGas: 10n ** 12n })],
  ["more data", (asked) => wallet.signTransaction({ ...asked, data: "0x00" })],
  ["no signature", (asked) => Transaction.from({ ...asked }).unsignedSerialized],
  ["bytes that are none", () => "0x1234"],
  ["text", () => "signed"],
  ["nothing", () => undefined],
  ["an object", () => ({ raw: "0x12" })],
];

describe("what a signer made of it is compared with what was asked:", () => {
  const unsigned = Transaction.from(whole).unsignedSerialized;
  const bytes = isHex(unsigned) ? unsigned : expect.fail("no bytes");

  it("the very transaction's signature is taken, also from a node that answers with more than its bytes", async () => {
    const expected = Transaction.from(await wallet.signTransaction(whole)).signature;
    for (const signer of [wallet, lying(async (asked) => ({ raw: await wallet.signTransaction(asked), tx: {} }))]) {
      const made = await (await foreignSigner(signer)).signTransaction?.(bytes);
      expect(made?.yParity).toBe(expected?.yParity);
      expect(`0x${Buffer.from(made?.r ?? []).toString("hex")}`).toBe(expected?.r);
    }
  });

  it.each([
    { ...whole, type: 0, maxFeePerGas: null, gasPrice: 7n },
    { ...whole, type: 1, maxFeePerGas: null, gasPrice: 7n, accessList: [{ address: to, storageKeys: [] }] },
    { ...whole, to: null, data: "0x6001" },
  ])("transactions of other types: %o", async (request) => {
    const { unsignedSerialized } = Transaction.from(request);
    const signer = await foreignSigner(wallet);
    expect(isHex(unsignedSerialized) && (await signer.signTransaction?.(unsignedSerialized))).toHaveProperty("r");
  });

  it.each(lies)("%s is refused", async (_, answer) => {
    const signer = await foreignSigner(lying(answer));
    await rejectedBy(signer.signTransaction?.(bytes) ?? Promise.resolve(), "ERR_VAULT_SIGN_FAILED");
  });

  it("what is no transaction of its types is not asked for", async () => {
    let asked = 0;
    const signer = await foreignSigner(lying(() => (asked += 1)));
    await rejectedBy(signer.signDigest(new Uint8Array(32)), "ERR_VAULT_SIGN_FAILED");
    const authorization = await wallet.authorize({ address: to, nonce: 0, chainId: 1 });
    const { unsignedSerialized } = Transaction.from({ ...whole, type: 4, authorizationList: [authorization] });
    const delegation = isHex(unsignedSerialized) ? unsignedSerialized : expect.fail("no bytes");
    await rejectedBy(signer.signTransaction?.(delegation) ?? Promise.resolve(), "ERR_VAULT_SIGN_FAILED");
    expect(asked).toBe(0);
  });
});

describe("a lie of a service's signer is stored as what holds it up, and nothing is sent:", () => {
  it.each(lies.slice(0, 4))("%s", async (_, answer) => {
    const account = await serviceOf(lying(answer));
    const before = await nodeOf().getTransactionCount(wallet.address, "pending");
    const handle = await account.send({ transfer: { to, value: 1n } });
    const shown = expect.poll(async () => (await handle.status()).error?.code, { timeout: 10_000 });
    await shown.toBe("ERR_VAULT_SIGN_FAILED");
    expect((await handle.status()).attempts).toEqual([]);
    expect(await nodeOf().getTransactionCount(wallet.address, "pending")).toBe(before);
    expect(await nodeOf().getTransactionCount(other.address, "pending")).toBe(0);
    await handle.cancel();
  });
});

it("what is no signer of ethers is none", () => {
  expect([undefined, null, key, {}, { getAddress: 1 }].map(isForeignSigner)).toEqual(Array(5).fill(false));
  expect(wallet).toBeInstanceOf(AbstractSigner);
});
