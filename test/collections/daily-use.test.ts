import { describe, expect, it, vi } from "vitest";
import type { PaymentReceived, TokenReceived } from "../../src/index.ts";
import { rejectedBy } from "../chains/refused.ts";
import { caverKip17 } from "../harness/creation-code.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { anvilOfFile, freshAddress, openScene, quick, randomWallet } from "../transactions/outbox/scene.ts";
import { withArguments } from "../inspection/collections.ts";

const main = anvilOfFile(["--gas-limit", "100000000"]);
const tickets = { chain: "main", alias: "tickets", name: "Tickets", symbol: "TCK", by: "minter" } as const;

// Budget of the file: 25 s, the node's start included.
describe("collections", { timeout: 60_000 }, () => {
  it("are deployed, minted, moved and burned, and tell who has what and what became of it", async () => {
    const { latchkey, service, user } = await openScene(main.node);
    const minter = await service("minter");
    const [alice, bob] = [await user("alice"), await user("bob")];
    const news: TokenReceived[] = [];
    latchkey.on("token.received", (event) => news.push(event));

    const deployment = await latchkey.collections.deploy(tickets);
    const collection = await deployment.ready();
    expect(collection).toMatchObject({ chain: "main", alias: "tickets", name: "Tickets", symbol: "TCK" });
    expect((await deployment.transaction.wait("mined")).contractAddress).toBe(collection.address);

    const mint = await collection.mint({ id: 1n, to: alice.address, uri: "ipfs://one", by: "minter" });
    const stranger = freshAddress();
    const largest = 2n ** 256n - 1n;
    const batch = await collection.mintBatch({
      tokens: [
        { id: 2n, to: alice.address, uri: "ipfs://two" },
        { id: 3n, to: stranger, uri: "" },
        { id: largest, to: bob.address, uri: "ipfs://last" },
      ],
      by: minter,
    });
    expect(batch).toHaveLength(1);
    await Promise.all([mint, ...batch].map((handle) => handle.wait("mined")));
    const moved = await collection.transfer({ id: 1n, to: bob.address, by: alice });
    await moved.wait("mined");
    const burned = await collection.burn({ id: 2n, by: alice });
    const { blockNumber: atBlock } = await burned.wait("mined");
    await collection.waitForIndex(atBlock);

    const { tokens, nextCursor, indexedTo } = await collection.tokens({ atBlock });
    expect(tokens.map(({ id, owner, uri }) => [id, owner, uri])).toEqual([
      [1n, bob.address, "ipfs://one"],
      [3n, stranger, ""],
      [largest, bob.address, "ipfs://last"],
    ]);
    expect(nextCursor).toBeNull();
    expect(indexedTo).toBeGreaterThanOrEqual(atBlock);
    expect(await collection.token(1n)).toEqual({
      id: 1n,
      owner: bob.address,
      previousOwner: alice.address,
      uri: "ipfs://one",
      transaction: (await moved.wait("mined")).hash,
      block: (await moved.wait("mined")).blockNumber,
    });
    expect(await collection.token(2n)).toBeUndefined();
    const history = await collection.history(2n);
    expect(history.events.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ["burn", alice.address, null],
      ["mint", null, alice.address],
    ]);
    const first = await collection.history(1n, { limit: 1 });
    expect(first.events).toMatchObject([{ kind: "transfer", from: alice.address, to: bob.address }]);
    const second = await collection.history(1n, { limit: 1, cursor: first.nextCursor ?? "" });
    expect(second).toMatchObject({ events: [{ kind: "mint", from: null, to: alice.address }], nextCursor: null });
    const page = await collection.tokens({ limit: 2, uris: false });
    const rest = await collection.tokens({ limit: 2, cursor: page.nextCursor ?? "", uris: false });
    expect([...page.tokens, ...rest.tokens].map(({ id, uri }) => [id, uri])).toEqual([
      [1n, null],
      [3n, null],
      [largest, null],
    ]);
    expect(await latchkey.collections.tokensOf({ owner: bob.address, collections: ["tickets"] })).toMatchObject({
      tokens: [{ id: 1n, alias: "tickets", collection: collection.address, chain: "main" }, { id: largest }],
      nextCursor: null,
    });
    expect(await (await latchkey.collections.get(collection.address.toLowerCase())).token(3n)).toMatchObject({
      uri: "",
    });
    expect((await latchkey.collections.list()).collections).toMatchObject([
      { alias: "tickets", address: collection.address },
    ]);
    // Alice's two, Bob's one, and the one that Alice gave to Bob; the stranger is nobody here.
    expect(news.map(({ id, userId, from }) => [id, userId, from])).toEqual([
      [1n, "alice", null],
      [2n, "alice", null],
      [largest, "bob", null],
      [1n, "bob", alice.address],
    ]);
    expect(news[0]).toMatchObject({
      chain: "main",
      collection: "tickets",
      contract: collection.address,
      to: alice.address,
    });
  });

  it("are deployed once for an alias, by however many processes, and after a crash before the send", async () => {
    const directory = temporaryDirectory();
    const wallet = randomWallet();
    const one = await openScene(main.node, { directory });
    const other = await openScene(main.node, { directory });
    await one.service("minter", wallet);
    await other.service("minter", wallet);
    const deployments = await Promise.all(
      [one, other, one, other].map(({ latchkey }) => latchkey.collections.deploy(tickets)),
    );
    expect(new Set(deployments.map(({ transaction }) => transaction.id)).size).toBe(1);
    const [first] = await Promise.all(deployments.map((deployment) => deployment.ready()));
    expect((await one.latchkey.transactions.list()).transactions).toHaveLength(1);

    // As a process leaves it that ended between the reservation and the send, and between the send and the note of it.
    one.sql("update latchkey_collections set transaction_id = null, address = null");
    one.sql("delete from latchkey_collection_indexes");
    const again = await (await other.latchkey.collections.deploy(tickets)).ready();
    expect(again.address).toBe(first?.address);
    expect((await one.latchkey.transactions.list()).transactions).toHaveLength(1);
    // And nobody asked again: the indexer finds out by itself.
    one.sql("update latchkey_collections set address = null");
    one.sql("delete from latchkey_collection_indexes");
    await vi.waitFor(() => one.latchkey.collections.get("tickets"), { timeout: 10_000 });

    for (const changes of [{ name: "Other" }, { symbol: "O" }, { owner: freshAddress() }])
      await rejectedBy(one.latchkey.collections.deploy({ ...tickets, ...changes }), "ERR_COLLECTION_EXISTS");
  });

  it("are deployed anew where a deployment failed", async () => {
    const { latchkey, service } = await openScene(main.node);
    await service("minter", randomWallet(), 0n);
    const poor = await latchkey.collections.deploy(tickets);
    await rejectedBy(latchkey.collections.get("tickets"), "ERR_COLLECTION_NOT_INDEXED");
    await rejectedBy(poor.ready(), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    await service("rich");
    const deployment = await latchkey.collections.deploy({ ...tickets, name: "Another", by: "rich" });
    expect(await deployment.ready()).toMatchObject({ alias: "tickets", name: "Another" });
  });

  it("that are there already are registered, and read from the block that they began in", async () => {
    const { latchkey, service } = await openScene(main.node);
    const keeper = await service("keeper");
    const bytecode = withArguments(caverKip17("caver-js").bytecode, ["string", "string"], ["Old", "OLD"]);
    const deployed = await (await keeper.send({ deploy: { bytecode: `0x${bytecode.slice(2)}` } })).wait("mined");
    const address = deployed.contractAddress ?? "";
    const given = { chain: "main", alias: "old", address, fromBlock: deployed.blockNumber } as const;
    const old = await latchkey.collections.register(given);
    expect(old).toMatchObject({ name: "Old", symbol: "OLD", address });
    expect(await latchkey.collections.register(given)).toMatchObject({ address });
    const owner = freshAddress();
    // It has no batches: each is minted by itself.
    const handles = await old.mintBatch(
      { tokens: [1n, 2n, 3n].map((id) => ({ id, to: owner, uri: `ipfs://${String(id)}` })), by: keeper },
      { idempotencyKey: "batch" },
    );
    expect(handles).toHaveLength(3);
    const receipts = await Promise.all(handles.map((handle) => handle.wait("mined")));
    await old.waitForIndex(receipts.at(-1)?.blockNumber ?? 0n);
    expect((await old.tokens()).tokens.map(({ id, uri }) => [id, uri])).toEqual([
      [1n, "ipfs://1"],
      [2n, "ipfs://2"],
      [3n, "ipfs://3"],
    ]);
    await rejectedBy(latchkey.collections.register({ ...given, alias: "other" }), "ERR_COLLECTION_EXISTS");
    for (const [changes, said] of [
      [{ address: owner }, /no contract/],
      [{ fromBlock: 10n ** 9n }, /above the head/],
      [{ fromBlock: 1 }, /block number/],
      [{ alias: "Old" }, /alias/],
      [{ chain: "moon" }, /chain is one of main/],
    ] as const) {
      const asked: unknown = Reflect.apply(latchkey.collections.register, undefined, [
        { ...given, alias: "x", ...changes },
      ]);
      expect((await rejectedBy(Promise.resolve(asked), "ERR_CONFIG_INVALID")).message).toMatch(said);
    }
  });

  it("lose what a reorganisation of five blocks took, and have what came instead", async () => {
    const profile = { ...quick, finality: { kind: "depth", blocks: 16 } } as const;
    const { latchkey, service, user, recorder } = await openScene(main.node, { profile });
    await service("minter");
    const alice = await user("alice");
    const collection = await (await latchkey.collections.deploy(tickets)).ready();
    const minted = await collection.mint({ id: 1n, to: alice.address, uri: "ipfs://one", by: "minter" });
    await minted.wait("mined");
    await main.node.request("anvil_mine", "0x14");
    for (const id of [2n, 3n, 4n]) {
      const handle = await collection.mint({ id, to: alice.address, uri: "", by: "minter" });
      const { blockNumber } = await handle.wait("mined");
      await collection.waitForIndex(blockNumber);
    }
    const before = await collection.tokens({ uris: false });
    expect(before.tokens).toHaveLength(4);
    await main.node.request("anvil_reorg", 5, []);
    await main.node.request("anvil_mine", "0x2");
    await vi.waitFor(
      () => {
        expect(
          recorder.lines.filter(({ level }) => level === "warn").map(({ fields }) => fields["collection"]),
        ).toContain("tickets");
      },
      { timeout: 15_000 },
    );
    // The outbox sends again what the reorganisation took away.
    await vi.waitFor(
      async () => {
        const logs = await main.node.request("eth_getLogs", { address: collection.address, fromBlock: "0x0" });
        expect(Array.isArray(logs) ? logs.filter(isTransfer) : []).toHaveLength(4);
        const after = await collection.tokens({ uris: false });
        expect(after.tokens.map(({ id, owner }) => [id, owner])).toEqual(
          [1n, 2n, 3n, 4n].map((id) => [id, alice.address]),
        );
        const blocks = Array.isArray(logs) ? logs.filter(isTransfer).map(({ blockNumber }) => BigInt(blockNumber)) : [];
        expect(after.tokens.map(({ block }) => block)).toEqual(blocks);
        expect(after.tokens.slice(1)).not.toEqual(before.tokens.slice(1));
      },
      { timeout: 20_000 },
    );
  });

  it("are never more than two blocks behind the head", async () => {
    const { latchkey, service } = await openScene(main.node);
    await service("minter");
    const collection = await (await latchkey.collections.deploy(tickets)).ready();
    await main.node.request("anvil_mine", "0x64");
    for (let round = 0; round < 5; round += 1) {
      await main.node.request("anvil_mine", "0x1");
      const head = BigInt(String(await main.node.request("eth_blockNumber")));
      await collection.waitForIndex(head, { timeoutMs: 10_000 });
      expect((await collection.tokens()).indexedTo).toBeGreaterThanOrEqual(head - 2n);
    }
  });
});

describe("payments to wallets", { timeout: 60_000 }, () => {
  it("are told of, each once, where that is configured", async () => {
    const { latchkey, service, user } = await openScene(main.node, { collections: { watch: true } });
    const payer = await service("payer");
    const alice = await user("alice");
    const news: PaymentReceived[] = [];
    latchkey.on("payment.received", (event) => news.push(event));
    latchkey.start();
    await vi.waitFor(async () => {
      // The first look only says where to begin.
      await main.node.request("anvil_mine", "0x1");
      await (await payer.send({ transfer: { to: alice.address, value: 5n } })).wait("final");
      expect(news.length).toBeGreaterThan(0);
    }, 15_000);
    const paid = await (await payer.send({ transfer: { to: alice.address, value: 7n } })).wait("final");
    await (await payer.send({ transfer: { to: freshAddress(), value: 8n } })).wait("final");
    await (await payer.send({ transfer: { to: alice.address, value: 9n } })).wait("final");
    await vi.waitFor(() => {
      expect(news.map(({ value }) => value).filter((value) => value > 5n)).toEqual([7n, 9n]);
    }, 15_000);
    expect(news.find(({ value }) => value === 7n)).toEqual({
      walletId: (await latchkey.wallet("alice"))?.id,
      userId: "alice",
      chain: "main",
      value: 7n,
      from: payer.address,
      to: alice.address,
      transaction: paid.hash,
      block: paid.blockNumber,
    });
  });
});

function isTransfer(log: unknown): log is { readonly blockNumber: string } {
  return (
    typeof log === "object" &&
    log !== null &&
    "topics" in log &&
    Array.isArray(log.topics) &&
    log.topics[0] === "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
  );
}
