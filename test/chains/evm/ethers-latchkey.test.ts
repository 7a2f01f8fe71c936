import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { AbstractSigner, ContractFactory, verifyMessage } from "ethers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { ethersProvider, ethersSigner, evm } from "../../../src/chains/evm/index.ts";
import type { Latchkey, Wallet } from "../../../src/index.ts";
import { anvil as anvilProfile } from "../../../src/profiles/profiles.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { signerScene } from "../../harness/kms-signer.ts";
import { keySecret, SecretSearch, textSecret } from "../../harness/secrets.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openTestLatchkey } from "../../harness/test-latchkey.ts";
import { Observed } from "../../scenarios/leak/observed.ts";
import { ethersErrorBy, keySigner, scriptedChain } from "./ethers-parts.ts";
import { ether, mined } from "./ethers-scene.ts";

// Budget of the file: 8 s, the node's start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const token = "apiKeyCanary4c81d7";

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil({ chainId: 7_777, args: ["--hardfork", "prague"] });
});
afterAll(() => anvil.stop());

interface Opened {
  readonly directory: string;
  readonly latchkey: Latchkey<"main">;
  readonly wallet: Wallet<"main">;
}

/** A Latchkey of one test over SQLite, and a user with an ether. */
async function openWithUser(): Promise<Opened> {
  const directory = temporaryDirectory();
  const transport = http(`${anvil.url}/?key=${token}`);
  const chains = [evm({ name: "main", chainId: anvil.chainId, transport, profile: anvilProfile })];
  const { latchkey } = await openTestLatchkey({ directory, chains });
  const wallet = await latchkey.login("alice");
  await anvil.setBalance(wallet.accounts.main.address, ether);
  return { directory, latchkey, wallet };
}

it("a user's account deploys, sends, signs and authorises, beside what Latchkey itself sends", async () => {
  const { latchkey, wallet } = await openWithUser();
  const account = wallet.accounts.main;
  const signer = await ethersSigner(account);
  expect(signer).toBeInstanceOf(AbstractSigner);
  const { abi, bytecode } = guestBook;
  const book = await (await new ContractFactory([...abi], bytecode, signer).deploy()).waitForDeployment();
  const address = await book.getAddress();
  const own = await account.send({ call: { to: address, abi, function: "sign", args: ["by Latchkey"] } });
  expect(await own.wait("mined")).toMatchObject({ status: "success" });
  await (await book.getFunction("sign").send("by ethers")).wait();
  const provider = await ethersProvider(latchkey, "main");
  expect(await book.connect(provider).getFunction("count").staticCall()).toBe(2n);
  expect(verifyMessage("hello", await signer.signMessage("hello"))).toBe(account.address);
  // The outbox sends no authorisations: somebody else hands them in.
  const authorizationList = [await signer.authorize({ address, nonce: await signer.getNonce() })];
  const sponsor = await ethersSigner(keySigner("4d".repeat(32)), provider);
  await anvil.setBalance(sponsor.address, ether);
  expect(await mined(sponsor, { to, authorizationList })).toMatchObject({ type: 4, status: 1 });
  expect(await provider.getCode(account.address)).toMatch(/^0xef0100/);
  provider.destroy();
  expect(await account.getBalance()).toBeGreaterThan(0n);
});

it("a closed Latchkey signs and asks nothing more", async () => {
  const { latchkey, wallet } = await openWithUser();
  const signer = await ethersSigner(wallet.accounts.main);
  await latchkey.close();
  await ethersErrorBy(signer.sendTransaction({ to }), "UNSUPPORTED_OPERATION");
  expect(await thrownBy(() => signer.signMessage(""))).toMatchObject({ code: "ERR_CLOSED" });
});

it("a key of AWS KMS sends, with one call of KMS for a signature", async () => {
  const { kms, signer: kmsKey } = await signerScene();
  await anvil.setBalance(kmsKey.address, ether);
  const provider = await ethersProvider(
    { chains: { main: { chainId: anvil.chainId, transport: http(anvil.url) } } },
    "main",
  );
  const signer = await ethersSigner(kmsKey, provider);
  const receipts = await Promise.all([1n, 2n, 3n].map((value) => mined(signer, { to, value })));
  expect(receipts.map(({ status, from }) => [status, from])).toEqual(Array(3).fill([1, kmsKey.address]));
  expect(verifyMessage("hello", await signer.signMessage("hello"))).toBe(kmsKey.address);
  expect(kms.calls).toMatchObject({ GetPublicKey: 1, Sign: 4 });
  provider.destroy();
});

it("a signer shows its address, a provider its origin, and neither anything else", async () => {
  const { directory, latchkey, wallet } = await openWithUser();
  const account = wallet.accounts.main;
  const key = "5ca1ab1e".repeat(8);
  const provider = await ethersProvider(latchkey, "main");
  const signers = [
    await ethersSigner(account),
    await ethersSigner(keySigner(key)),
    await ethersSigner(keySigner(key), provider),
  ];
  const observed = new Observed();
  observed.add("provider", provider, { of: { provider } });
  for (const signer of signers) {
    observed.add(
      "signer",
      signer,
      { of: { signer } },
      signer.connect(null),
      await signer.signMessage(token.slice(0, 3)),
    );
    for (const attempt of [
      () => signer.signTransaction({ to, from: to }),
      () => signer.sendTransaction({ to, value: 10n ** 40n }),
      () => signer.signTypedData({}, {}, {}),
      () => signer.call({ data: "0xfe" }),
    ]) {
      observed.add("error", await thrownBy(attempt));
    }
  }
  const secrets = [
    keySecret("the key", Buffer.from(key, "hex")),
    keySecret("the root key", readFileSync(join(directory, "root.key"))),
    textSecret("the node's token", token),
  ];
  expect(observed.leaks(new SecretSearch(secrets))).toEqual([]);
  expect(observed.count("error")).toBe(12);
  expect(observed.sees(account.address)).toBe(true);
  const [signer] = signers;
  expect(JSON.stringify(signer)).toBe(JSON.stringify({ address: account.address }));
  expect(inspect(signer)).toBe(`LatchkeySigner { address: '${account.address}' }`);
  expect(JSON.stringify(provider)).toBe(JSON.stringify({ origin: anvil.url, chainId: 7_777 }));
  expect(inspect(provider)).toBe(`LatchkeyProvider { origin: '${anvil.url}', chainId: 7777 }`);
});

it("an account's address cannot be changed under the signer", async () => {
  const account = keySigner("46".repeat(32));
  const given = { address: account.address, signer: account, adapter: scriptedChain() };
  const signer = await ethersSigner(given);
  given.address = to;
  expect(() => Object.assign(signer, { address: to })).toThrow(TypeError);
  expect([signer.address, await signer.getAddress()]).toEqual([account.address, account.address]);
});
