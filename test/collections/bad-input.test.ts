import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/index.ts";
import { thrownBy } from "../harness/errors.ts";
import { offlineChain, secondScheme } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
import { randomWallet } from "../transactions/outbox/scene.ts";

const to = "0x000000000000000000000000000000000000dEaD";
const contract = "0x00000000000000000000000000000000DeaDBeef";

/** A collection that is registered, on the first of two chains; nothing works on what is stored. */
async function openWorld() {
  const directory = temporaryDirectory();
  const chains = [offlineChain("main"), offlineChain("second", secondScheme)];
  const { latchkey } = await openTestLatchkey({ directory, chains, worker: "manual" });
  const user = await latchkey.login("user");
  await latchkey.service("minter", randomWallet());
  const file = new DatabaseSync(join(directory, "wallets.db"));
  const id = randomUUID();
  const columns =
    "id, tenant, chain, chain_id, alias, name, symbol, deployment, attempt, transaction_id, address, is_batch, created_at";
  file.exec(
    `insert into latchkey_collections (${columns}) values ('${id}', 'default', 'main', 1, 'tickets', '', '', null, 0, null, '${contract}', 1, 0)`,
  );
  file.exec(`insert into latchkey_collection_indexes values ('${id}', 'default', 1, 10, 4, 0, null, 0)`);
  file.close();
  return { latchkey, user, collections: latchkey.collections, collection: await latchkey.collections.get("tickets") };
}

type World = Awaited<ReturnType<typeof openWorld>>;
const token = { id: 1n, to, uri: "ipfs://1", by: "minter" };
const tickets = { chain: "main", alias: "new", name: "New", symbol: "N", by: "minter" };

const bad: readonly (readonly [what: string, call: (world: World) => unknown, code: string])[] = [
  ...[-1n, 2n ** 256n, 1, "1", undefined].map(
    (id) => [`the id ${String(id)}`, ask("collection", "mint", { ...token, id }), "ERR_CONFIG_INVALID"] as const,
  ),
  ...["x".repeat(8_193), "\ud800", 7].map(
    (uri) => [`a URI of ${typeof uri}`, ask("collection", "mint", { ...token, uri }), "ERR_CONFIG_INVALID"] as const,
  ),
  [
    "the zero address's lack of a checksum",
    ask("collection", "mint", { ...token, to: "0x12" }),
    "ERR_CHAIN_ADDRESS_INVALID",
  ],
  ["no sender", ask("collection", "mint", { ...token, by: undefined }), "ERR_CONFIG_INVALID"],
  ["a service that is not registered", ask("collection", "burn", { id: 1n, by: "other" }), "ERR_CONFIG_INVALID"],
  [
    "an account of another chain",
    ({ collection, user }) => collection.burn({ id: 1n, by: user.accounts.second }),
    "ERR_CONFIG_INVALID",
  ],
  ["nothing to mint", ask("collection", "mintBatch", { tokens: [], by: "minter" }), "ERR_CONFIG_INVALID"],
  ["an id twice", ask("collection", "mintBatch", { tokens: [token, token], by: "minter" }), "ERR_CONFIG_INVALID"],
  [
    "a bad token behind good ones",
    ask("collection", "mintBatch", { tokens: [token, { ...token, id: 2n, to: "0x" }], by: "minter" }),
    "ERR_CHAIN_ADDRESS_INVALID",
  ],
  [
    "a key that is too long",
    ask("collection", "mintBatch", { tokens: [token], by: "minter" }, { idempotencyKey: "k".repeat(241) }),
    "ERR_CONFIG_INVALID",
  ],
  ["a cursor of another's", ask("collection", "tokens", { cursor: "abc" }), "ERR_CONFIG_INVALID"],
  ["a limit of 0", ask("collection", "history", 1n, { limit: 0 }), "ERR_CONFIG_INVALID"],
  ["a block that is not indexed", ask("collection", "tokens", { atBlock: 10n }), "ERR_COLLECTION_NOT_INDEXED"],
  ["a wait without end", ask("collection", "waitForIndex", 1n, { timeoutMs: -1 }), "ERR_CONFIG_INVALID"],
  ["a wait in vain", ask("collection", "waitForIndex", 10n, { timeoutMs: 1 }), "ERR_COLLECTION_NOT_INDEXED"],
  ["an unknown alias", ask("collections", "get", "others"), "ERR_COLLECTION_UNKNOWN"],
  ["an unknown address", ask("collections", "get", to), "ERR_COLLECTION_UNKNOWN"],
  ["an alias on another chain", ask("collections", "get", "tickets", "third"), "ERR_CONFIG_INVALID"],
  ["no alias", ask("collections", "get", undefined), "ERR_CONFIG_INVALID"],
  ["an owner that is none", ask("collections", "tokensOf", { owner: "me" }), "ERR_CHAIN_ADDRESS_INVALID"],
  ["a deployment without words", ask("collections", "deploy"), "ERR_CONFIG_INVALID"],
  ["an alias in capitals", ask("collections", "deploy", { ...tickets, alias: "New" }), "ERR_CONFIG_INVALID"],
  ["a name that is no text", ask("collections", "deploy", { ...tickets, name: 7 }), "ERR_CONFIG_INVALID"],
  [
    "too many cheap ids",
    ask("collections", "deploy", { ...tickets, ids: { first: 0n, count: 2n ** 24n + 1n } }),
    "ERR_CONFIG_INVALID",
  ],
  ["a deployment's key", ask("collections", "deploy", tickets, { idempotencyKey: "k" }), "ERR_CONFIG_INVALID"],
  [
    "a deployment's odd option",
    ask("collections", "deploy", tickets, { nonsense: 1 }),
    "ERR_TRANSACTION_OPTIONS_INVALID",
  ],
  ["an alias that is taken", ask("collections", "deploy", { ...tickets, alias: "tickets" }), "ERR_COLLECTION_EXISTS"],
];

function ask(on: "collection" | "collections", name: string, ...args: readonly unknown[]): (world: World) => unknown {
  return (world) => {
    const called: unknown = Reflect.get(world[on], name);
    if (typeof called !== "function") return expect.fail(`no ${name}`);
    const given: unknown = Reflect.apply(called, undefined, args);
    return given;
  };
}

// Budget of the file: 8 s.
describe("collections", { timeout: 20_000 }, () => {
  it.each(bad)("refuse %s, and store nothing", async (_what, call, code) => {
    const world = await openWorld();
    const error = await thrownBy(() => call(world));
    if (!isLatchkeyError(error)) throw error;
    expect(error.code).toBe(code);
    expect((await world.latchkey.transactions.list()).transactions).toEqual([]);
  });

  it("store what is good", async () => {
    const { latchkey, collection, collections, user } = await openWorld();
    await collection.mint(token);
    await collection.transfer({ id: 1n, to, by: user.accounts.main });
    await collection.mintBatch({ tokens: [token], by: "minter" }, { idempotencyKey: "k".repeat(240) });
    expect((await latchkey.transactions.list()).transactions.map(({ intent }) => intent.function)).toEqual([
      "mintWithTokenURI(address,uint256,string)",
      "safeTransferFrom(address,address,uint256)",
      "mintWithTokenURI(address,uint256,string)",
    ]);
    expect(await collection.tokens({ atBlock: 9n })).toEqual({ tokens: [], nextCursor: null, indexedTo: 9n });
    expect(await collections.tokensOf({ owner: to })).toEqual({ tokens: [], nextCursor: null });
    expect(collection.toJSON()).toEqual({ chain: "main", alias: "tickets", address: contract, name: "", symbol: "" });
  });

  it("leave an alias free whose deployment was refused", async () => {
    const { collections } = await openWorld();
    const refused = await thrownBy(() => Reflect.apply(collections.deploy, undefined, [tickets, { nonsense: 1 }]));
    expect(isLatchkeyError(refused, "ERR_TRANSACTION_OPTIONS_INVALID")).toBe(true);
    expect((await collections.list()).collections).toHaveLength(1);
    await Reflect.apply(collections.deploy, undefined, [{ ...tickets, name: "Another" }]);
  });

  it("list by alias, in pages", async () => {
    const { collections } = await openWorld();
    for (const alias of ["b", "a", "c"]) await Reflect.apply(collections.deploy, undefined, [{ ...tickets, alias }]);
    const first = await collections.list({ limit: 3 });
    const second = await collections.list({ limit: 3, cursor: first.nextCursor ?? "" });
    expect([...first.collections, ...second.collections].map(({ alias }) => alias)).toEqual(["a", "b", "c", "tickets"]);
    expect(second.nextCursor).toBeNull();
    expect(first.collections[0]).toMatchObject({ address: null, name: "New" });
  });
});
