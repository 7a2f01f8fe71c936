import { collectionRows, type CollectionRows } from "../../src/collections/collection-rows.ts";
import { paymentRows, type PaymentRows } from "../../src/collections/incoming/payment-rows.ts";
import { indexRows, type Index, type IndexRows } from "../../src/collections/index/index-rows.ts";
import type { Transfer } from "../../src/collections/index/transfer-log.ts";
import { linkRows, type LinkRows } from "../../src/collections/links/link-rows.ts";
import { collectionSchema } from "../../src/collections/schema.ts";
import { tokenRows, type TokenRows } from "../../src/collections/token-rows.ts";
import type { RowMacKey } from "../../src/ports/row-macs.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { accountOwners } from "../../src/wallets/account-owners.ts";

const tenant = "tenant";
const id = "00000000-0000-4000-8000-0000000000c1";
const nobody = `0x${"0".repeat(40)}`;
const someone = `0x${"1".repeat(40)}`;
const stored = {
  id,
  chain: "main",
  chainId: 1,
  alias: "tickets",
  name: "Tickets",
  symbol: "T",
  deployment: "[]",
  attempt: 1,
  transactionId: null,
  address: null,
  isBatch: true,
  createdAt: 1_767_225_600_000,
};
const key: RowMacKey = {
  branch: { tenant, branchId: "00000000-0000-4000-8000-000000000001", version: 1 },
  macOf: () => "ab".repeat(32),
  isMacOf: () => true,
  release: () => undefined,
};

function transfer(block: number, token: number, to: string): Transfer {
  const tokenId = token.toString(16).padStart(64, "0");
  const hash = `0x${"cd".repeat(32)}` as const;
  return { blockNumber: block, blockHash: hash, logIndex: token, hash, tokenId, from: nobody, to };
}

/** Everything that the room of collections asks of a database. */
export async function issueCollectionStatements(database: Database): Promise<void> {
  await migrate(database, collectionSchema);
  await migrate(database, collectionSchema);
  await inOrder(collectionSteps(collectionRows(database, tenant)));
  await inOrder(indexSteps(indexRows(database)));
  await inOrder(tokenSteps(tokenRows(database)));
  await inOrder(paymentSteps(paymentRows(database, tenant)));
  await inOrder(linkSteps(linkRows(database, tenant)));
  await accountOwners(database, tenant, "evm", [someone]);
}

// `Record<keyof ...>`: a method that is added to the room and not called here does not compile.

function collectionSteps(rows: CollectionRows): Record<keyof CollectionRows, () => Promise<unknown>> {
  const placement = { address: someone, fromBlock: 1, toldFrom: 0 };
  return {
    insert: async () => {
      await rows.insert(stored);
      await rows.insert(stored);
      const registered = { ...stored, id: `${id.slice(0, -1)}2`, alias: "old", deployment: null };
      await rows.insert(registered, { ...placement, address: `0x${"2".repeat(40)}` });
    },
    withdraw: async () => {
      await rows.insert({ ...stored, id: `${id.slice(0, -1)}3`, alias: "refused" });
      await rows.withdraw({ ...stored, id: `${id.slice(0, -1)}3`, alias: "refused" });
    },
    startOver: () => rows.startOver(stored, { deployment: "[1]", name: "Tickets", symbol: "T" }),
    setTransaction: () => rows.setTransaction({ ...stored, attempt: 2 }, "00000000-0000-7000-8000-000000000001"),
    unplaced: () => rows.unplaced(1),
    place: async () => {
      await rows.place(id, placement);
      await rows.place(id, placement);
    },
    placed: () => rows.placed(1),
    byAlias: async () => {
      await rows.byAlias(1, "tickets");
      await rows.byAlias(undefined, "tickets");
    },
    byAddress: async () => {
      await rows.byAddress(1, [someone]);
      await rows.byAddress(undefined, [someone]);
    },
    byId: () => rows.byId(id),
    page: async () => {
      await rows.page(undefined, 10);
      await rows.page(["old", 1], 10);
    },
  };
}

function indexSteps(rows: IndexRows): Record<keyof IndexRows, () => Promise<unknown>> {
  let seen: Index = { collectionId: id, nextBlock: 1, toldFrom: 0, epoch: 0, leaseWorker: null, leaseUntil: 0 };
  const worker = "00000000-0000-4000-8000-0000000000d1";
  return {
    index: () => rows.index(id),
    indexes: () => rows.indexes(tenant, 1),
    lease: async () => {
      await rows.lease(seen, worker, 1_000);
      await rows.lease({ ...seen, leaseWorker: worker, leaseUntil: 1_000 }, worker, 2_000);
    },
    write: async () => {
      const blocks = [
        { number: 1, hash: "0x01" },
        { number: 2, hash: "0x02" },
      ];
      const transfers = [transfer(1, 1, someone), transfer(1, 2, someone), transfer(2, 3, nobody)];
      const read = { nextBlock: 3, transfers, blocks, keepFrom: 1 };
      await rows.write({ ...seen, epoch: 9 }, read);
      seen = (await rows.write(seen, read)) ?? seen;
    },
    blocks: () => rows.blocks(id),
    rollBack: async () => {
      seen = (await rows.rollBack(seen, 1)) ?? seen;
    },
    giveBack: () => rows.giveBack(worker),
  };
}

function tokenSteps(rows: TokenRows): Record<keyof TokenRows, () => Promise<unknown>> {
  const tokenId = "1".padStart(64, "0");
  return {
    token: () => rows.token(id, tokenId),
    page: async () => {
      await rows.page(id, undefined, 10);
      await rows.page(id, tokenId, 10);
    },
    history: async () => {
      await rows.history(id, tokenId, undefined, 10);
      await rows.history(id, tokenId, [2, 0], 10);
    },
    ownedBy: async () => {
      await rows.ownedBy(someone, [id], undefined, 10);
      await rows.ownedBy(someone, [id], [id, tokenId], 10);
    },
  };
}

function paymentSteps(rows: PaymentRows): Record<keyof PaymentRows, () => Promise<unknown>> {
  return {
    begin: () => rows.begin(1, 5),
    cursor: () => rows.cursor(1),
    advance: () => rows.advance(1, { nextBlock: 5, epoch: 0 }, 6),
  };
}

function linkSteps(rows: LinkRows): Record<keyof LinkRows, () => Promise<unknown>> {
  const challenge = {
    chainId: 1,
    userKey: "ab".repeat(32),
    address: someone,
    account: `0x${"3".repeat(40)}`,
    nonce: "0".repeat(32),
    expiresAt: 1_767_225_700_000,
  };
  return {
    ask: async () => {
      await rows.ask(challenge);
      await rows.ask(challenge);
    },
    asked: () => rows.asked(1, challenge.userKey, someone),
    link: async () => {
      await rows.link(challenge, 1_767_225_650_000, key);
      await rows.link(challenge, 1_767_225_650_000, key);
    },
    linked: () => rows.linked(1, "", 10),
  };
}

async function inOrder(steps: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  for (const step of Object.values(steps)) await step();
}
