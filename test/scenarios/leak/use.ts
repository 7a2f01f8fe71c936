import { expect, vi } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import type { TransactionHandle } from "../../../src/index.ts";
import { startReceiver } from "./receiver.ts";
import { openObserved, mainChain, secondChain, type World } from "./world.ts";

export const users = ["alice", "bob", "carol"] as const;
const ether = 10n ** 18n;

/** What a backend does on a good day: logs users in, sends, reads, adds a chain, looks users up, closes. */
export async function useEverything(world: World): Promise<void> {
  const { observed, anvil } = world;
  const chain = mainChain(world);
  const webhooks = await startReceiver(observed);
  const latchkey = await openObserved(world, { chains: [chain], webhooks: [webhooks.endpoint] });
  const wallets = await Promise.all([...users, ...users].map((user) => latchkey.login(user)));
  observed.add("object wallet", ...wallets, ...wallets.map(({ accounts }) => accounts));
  const account = wallets[0]?.accounts.main ?? expect.fail("no wallet");
  await anvil.setBalance(account.address, 100n * ether);
  observed.add("object account", account, await account.getBalance());
  observed.add("object unbound methods", account.send, account.read, latchkey.login, chain.prepare);

  const mined = async (handle: TransactionHandle): Promise<string> => {
    const receipt = await handle.wait("mined");
    observed.add("object transaction", handle, receipt, await handle.wait("broadcast"), await handle.wait("final"));
    observed.add("status of a transaction", await handle.status());
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
  observed.add("object explained", await account.explain({ call: sign }), await account.ensureGas());
  const page = await latchkey.transactions.list({ account, limit: 2 });
  observed.add("object page", page, await latchkey.transactions.get(page.transactions[0]?.hash ?? ""));
  expect(page.transactions).toHaveLength(2);
  // Four transactions, mined and final; the first delivery was refused.
  await vi.waitFor(
    () => {
      expect(webhooks.delivered).toBe(8);
    },
    { timeout: 15_000 },
  );
  await webhooks.close();
  observed.add("object in use", latchkey, chain, ...wallets);
  await latchkey.close();
  observed.add("object closed", latchkey, chain, ...wallets);
  for (const call of [
    () => latchkey.login("alice"),
    () => latchkey.wallet("alice"),
    () => latchkey.findByAddress(account.address),
    () => latchkey.backfill(),
    () => account.send({ call: sign }),
    () => {
      latchkey.start();
    },
    () => latchkey.transactions.list(),
    () => latchkey.policy.freeze("tenant", "late"),
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
