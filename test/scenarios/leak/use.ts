import { expect } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import type { TransactionHandle } from "../../../src/index.ts";
import { openObserved, mainChain, secondChain, type World } from "./world.ts";

export const users = ["alice", "bob", "carol"] as const;
const ether = 10n ** 18n;

/** What a backend does on a good day: logs users in, sends, reads, adds a chain, looks users up, closes. */
export async function useEverything(world: World): Promise<void> {
  const { observed, anvil } = world;
  const chain = mainChain(world);
  const latchkey = await openObserved(world, { chains: [chain] });
  const wallets = await Promise.all([...users, ...users].map((user) => latchkey.login(user)));
  observed.add("object wallet", ...wallets, ...wallets.map(({ accounts }) => accounts));
  const account = wallets[0]?.accounts.main ?? expect.fail("no wallet");
  await anvil.setBalance(account.address, 100n * ether);
  observed.add("object account", account, await account.getBalance());
  observed.add("object unbound methods", account.send, account.read, latchkey.login, chain.prepare);

  const mined = async (handle: TransactionHandle): Promise<string> => {
    const receipt = await handle.wait("mined");
    observed.add("object transaction", handle, receipt);
    expect(receipt.status).toBe("success");
    return receipt.contractAddress ?? "";
  };
  await mined(await account.send({ transfer: { to: "0x000000000000000000000000000000000000dEaD", value: ether } }));
  const book = await mined(await account.send({ deploy: { bytecode: guestBook.bytecode, abi: guestBook.abi } }));
  const sign = { to: book, abi: guestBook.abi, function: "sign", args: ["hello"] };
  await mined(await account.send({ call: sign }));
  await mined(await account.send({ data: { to: account.address, data: "0x00", value: 1n } }));
  for (const read of ["count", "MAX_BYTES"]) {
    observed.add("object read", await account.read({ to: book, abi: guestBook.abi, function: read }));
  }
  observed.add("object read", await account.read({ to: book, abi: guestBook.abi, function: "entries", args: [0n] }));
  observed.add("object prepared", await chain.prepare({ call: sign }, account.address));
  observed.add("object in use", latchkey, chain, ...wallets);
  await latchkey.close();
  observed.add("object closed", latchkey, chain, ...wallets);
  for (const call of [
    () => latchkey.login("alice"),
    () => latchkey.wallet("alice"),
    () => latchkey.findByAddress(account.address),
    () => latchkey.backfill(),
    () => account.send({ call: sign }),
    () => account.getBalance(),
    () => account.read({ to: book, abi: guestBook.abi, function: "count" }),
  ]) {
    await observed.provoke("ERR_CLOSED", "after close", call);
  }
}

/** The next release has one chain more. */
export async function addChain(world: World): Promise<void> {
  const { observed } = world;
  const latchkey = await openObserved(world, { chains: [mainChain(world), secondChain(world)] });
  const before = (await latchkey.wallet("alice")) ?? expect.fail("no wallet");
  observed.add("object wallet", before);
  await observed.provoke("ERR_WALLET_INCOMPLETE", "an account that is not there yet", () => before.accounts.second);
  latchkey.on("wallet.extended", () => {
    throw new Error("a listener's own fault");
  });
  observed.add("object wallet", await latchkey.login("alice"));
  observed.add(
    "object backfill",
    await latchkey.backfill({
      onProgress: (progress) => {
        observed.add("object progress", progress);
      },
    }),
  );
  const bob = (await latchkey.wallet("bob")) ?? expect.fail("no wallet");
  observed.add("object found", await latchkey.findByAddress(bob.accounts.second.address));
  observed.add("object nobody", await latchkey.wallet("nobody"), await latchkey.findByAddress(`0x${"0".repeat(40)}`));
  await latchkey.close();
}
