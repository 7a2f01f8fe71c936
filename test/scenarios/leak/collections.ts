import { Wallet } from "ethers";
import { expect, vi } from "vitest";
import { openObserved, mainChain, type World } from "./world.ts";

const ether = 10n ** 18n;

/** Deploys a collection, mints, moves and lists, links an outside wallet, and asks for what is not there. */
export async function useCollections(world: World): Promise<void> {
  const { observed, anvil } = world;
  const latchkey = await openObserved(world, { chains: [mainChain(world)], collections: { watch: true } });
  const { collections } = latchkey;
  latchkey.start();
  const signer = Wallet.createRandom();
  await anvil.setBalance(signer.address, 100n * ether);
  const minter = await latchkey.service("minter", signer);
  const holder = (await latchkey.login("holder")).accounts.main;
  await anvil.setBalance(holder.address, ether);
  const tickets = { chain: "main", alias: "tickets", name: "Tickets", symbol: "T", by: "minter" } as const;

  await observed.provoke("ERR_COLLECTION_UNKNOWN", "an alias that nobody has", () => collections.get("tickets"));
  const deployment = await collections.deploy(tickets);
  const collection = await deployment.ready();
  await observed.provoke("ERR_COLLECTION_EXISTS", "an alias that is taken", () =>
    collections.deploy({ ...tickets, name: "Others" }),
  );
  const received = vi.fn();
  latchkey.on("token.received", received);
  const minted = await collection.mint({ id: 1n, to: holder.address, uri: "ipfs://one", by: "minter" });
  await minted.wait("mined");
  const moved = await collection.transfer({ id: 1n, to: minter.address, by: holder });
  const { blockNumber } = await moved.wait("mined");
  await collection.waitForIndex(blockNumber);
  expect(received).toHaveBeenCalledOnce();
  await observed.provoke("ERR_COLLECTION_NOT_INDEXED", "a block that is not there yet", () =>
    collection.tokens({ atBlock: blockNumber + 1_000_000n }),
  );
  await observed.provoke("ERR_CONFIG_INVALID", "no such minter", () =>
    collection.mint({ id: 2n, to: holder.address, by: "nobody" }),
  );
  observed.add("object deployment", deployment, collections, collection);
  observed.add("object tokens", await collection.tokens(), await collection.token(1n), await collection.history(1n));
  observed.add("object owned", await collections.tokensOf({ owner: minter.address }), await collections.list());

  const outside = Wallet.createRandom();
  const request = await collections.linkText("holder", outside.address);
  observed.add("object link", request);
  await observed.provoke("ERR_CONFIG_INVALID", "a signature of another's", () =>
    collections.linkAddress("holder", outside.address, `0x${"00".repeat(65)}`),
  );
  const signature = await outside.signMessage(request.text);
  observed.add("object link", await collections.linkAddress("holder", outside.address, signature));

  // The first look only says where to begin.
  const paid = vi.fn();
  latchkey.on("payment.received", paid);
  await vi.waitFor(
    async () => {
      await (await minter.accounts.main.send({ transfer: { to: holder.address, value: 1n } })).wait("final");
      expect(paid).toHaveBeenCalled();
    },
    { timeout: 15_000 },
  );
  await latchkey.close();
  await observed.provoke("ERR_CLOSED", "a collection of an instance that is closed", () => collection.tokens());
}
