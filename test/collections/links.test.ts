import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { hashMessage, keccak256, toUtf8Bytes, Wallet } from "ethers";
import { describe, expect, it, vi } from "vitest";
import { rejectedBy } from "../chains/refused.ts";
import { offlineChain, oneChain, secondScheme } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

const open = async () => {
  const directory = temporaryDirectory();
  const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), tenant: "shop" });
  const wallet = new Wallet(`0x${"5a".repeat(32)}`);
  const account = (await latchkey.login("alice")).accounts.main;
  const remap = async (): Promise<unknown> => {
    const path = join(directory, "remap.json");
    const count = await latchkey.collections.writeRemap("main", path);
    const written: unknown = JSON.parse(await readFile(path, "utf8"));
    return { count, written };
  };
  return { directory, latchkey, collections: latchkey.collections, wallet, account, remap };
};

const fileOf = (owners: Record<string, string>) => ({
  count: Object.keys(owners).length,
  written: { format: "latchkey-remap", version: 1, owners },
});

// Budget of the file: 4 s.
describe("linkAddress", { timeout: 20_000 }, () => {
  it("links an outside wallet that signed the text, and the remap file sends its tickets to the user's account", async () => {
    const { collections, wallet, account, remap } = await open();
    const { text, expiresAt } = await collections.linkText("alice", wallet.address.toLowerCase());
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    for (const fact of ["Service: shop", "Chain: 1", `Address: ${wallet.address}`, `Linked wallet: ${account.address}`])
      expect(text.split("\n")).toContain(fact);
    expect(text).not.toContain("alice");
    expect(await remap()).toEqual(fileOf({}));
    const link = await collections.linkAddress("alice", wallet.address, await wallet.signMessage(text));
    expect(link).toEqual({ chain: "main", address: wallet.address, account: account.address });
    expect(await remap()).toEqual(fileOf({ [wallet.address]: account.address }));
  });

  it("takes a signature with the prefix of Kaia's wallets", async () => {
    const { collections, wallet } = await open();
    const { text } = await collections.linkText("alice", wallet.address);
    const bytes = toUtf8Bytes(`\x19Klaytn Signed Message:\n${String(Buffer.byteLength(text))}${text}`);
    expect(hashMessage(text)).not.toBe(keccak256(bytes));
    const { serialized } = wallet.signingKey.sign(keccak256(bytes));
    expect(await collections.linkAddress("alice", wallet.address, serialized)).toMatchObject({
      address: wallet.address,
    });
  });

  it("refuses every other signature, a text that was used, replaced or has expired, and users without a wallet", async () => {
    const { latchkey, collections, wallet, remap } = await open();
    await latchkey.login("bob");
    const refused = async (user: string, signature: string, said: RegExp): Promise<void> => {
      const error = await rejectedBy(collections.linkAddress(user, wallet.address, signature), "ERR_CONFIG_INVALID");
      expect(error.message).toMatch(said);
    };
    await refused("alice", "0x", /no proof is waited for/);
    const { text: first } = await collections.linkText("alice", wallet.address);
    const { text } = await collections.linkText("alice", wallet.address);
    await refused("alice", await wallet.signMessage(first), /not this address's/);
    await refused("alice", await Wallet.createRandom().signMessage(text), /not this address's/);
    await refused("alice", await wallet.signMessage(`${text} `), /not this address's/);
    await refused("alice", "nonsense", /not this address's/);
    await refused("bob", await wallet.signMessage(text), /no proof is waited for/);
    await collections.linkText("bob", wallet.address);
    await refused("bob", await wallet.signMessage(text), /not this address's/);
    await refused("carol", await wallet.signMessage(text), /has no wallet/);
    expect(await remap()).toEqual(fileOf({}));
    vi.useFakeTimers({ now: Date.now() + 15 * 60_000, toFake: ["Date"] });
    try {
      await refused("alice", await wallet.signMessage(text), /has expired/);
    } finally {
      vi.useRealTimers();
    }
    await collections.linkAddress("alice", wallet.address, await wallet.signMessage(text));
    await refused("alice", await wallet.signMessage(text), /no proof is waited for/);
    await rejectedBy(collections.linkText("alice", "0x12"), "ERR_CHAIN_ADDRESS_INVALID");
    await rejectedBy(collections.linkText("", wallet.address), "ERR_USER_ID_INVALID");
  });

  it("gives an address to whoever proved it last", async () => {
    const { latchkey, collections, wallet, account, remap } = await open();
    const bobs = (await latchkey.login("bob")).accounts.main;
    for (const user of ["alice", "bob"]) {
      const { text } = await collections.linkText(user, wallet.address);
      await collections.linkAddress(user, wallet.address, await wallet.signMessage(text));
    }
    expect(await remap()).toEqual(fileOf({ [wallet.address]: bobs.address }));
    expect(bobs.address).not.toBe(account.address);
  });

  it("writes no file of links that somebody else put into the store", async () => {
    const { directory, collections, wallet, remap } = await open();
    const { text } = await collections.linkText("alice", wallet.address);
    const file = new DatabaseSync(join(directory, "wallets.db"));
    // Before the proof: what is signed names the account.
    file.exec("update latchkey_address_links set account = '0x000000000000000000000000000000000000dEaD'");
    await rejectedBy(
      collections.linkAddress("alice", wallet.address, await wallet.signMessage(text)),
      "ERR_CONFIG_INVALID",
    );
    const { text: other } = await collections.linkText("alice", wallet.address);
    await collections.linkAddress("alice", wallet.address, await wallet.signMessage(other));
    file.exec("update latchkey_address_links set account = '0x00000000000000000000000000000000DeaDBeef'");
    file.close();
    await rejectedBy(remap(), "ERR_VAULT_OPEN_FAILED");
  });

  it("asks for the chain where there are several", async () => {
    const chains = [offlineChain("main"), offlineChain("second", secondScheme)];
    const { latchkey } = await openTestLatchkey({ directory: temporaryDirectory(), chains });
    await latchkey.login("alice");
    const address = Wallet.createRandom().address;
    await rejectedBy(latchkey.collections.linkText("alice", address), "ERR_CONFIG_INVALID");
    expect((await latchkey.collections.linkText("alice", address, "second")).text).toContain(address);
  });
});
