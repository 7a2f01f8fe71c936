import { describe, expect, it } from "vitest";
import { commitCollection } from "../../src/contracts/commitment.ts";
import { bytecodeOf } from "../../src/contracts/bytecode.ts";
import { kip17MigratedAbi } from "../../src/contracts/generated/kip17-migrated-abi.ts";
import type { DoorToken, Latchkey, SendingAccount } from "../../src/index.ts";
import { rejectedBy } from "../chains/refused.ts";
import { caverKip17 } from "../harness/creation-code.ts";
import { withArguments } from "../inspection/collections.ts";
import { anvilOfFile, ether, freshAddress, openScene, type OutboxScene } from "../transactions/outbox/scene.ts";

const main = anvilOfFile(["--gas-limit", "100000000"]);
const uriOf = (id: bigint): string => `ipfs://ticket/${String(id)}`;

interface DoorScene {
  readonly latchkey: Latchkey<"main">;
  readonly proofs: readonly DoorToken[];
  readonly stranger: string;
  readonly alice: SendingAccount;
  ownerOf(alias: string, id: bigint): Promise<unknown>;
}

/** An old collection of eight tokens, each of which waits at the door of a new one: six of a user's, one of a stranger's, one burned. */
async function doorScene({ latchkey, service, user }: OutboxScene): Promise<DoorScene> {
  const keeper = await service("keeper");
  const alice = await user("alice", 0n);
  const stranger = freshAddress();
  const code = withArguments(caverKip17("caver-js").bytecode, ["string", "string"], ["Old", "OLD"]);
  const oldReceipt = await (await keeper.send({ deploy: { bytecode: `0x${code.slice(2)}` } })).wait("mined");
  const oldContract = oldReceipt.contractAddress ?? expect.fail("not deployed");
  const old = await latchkey.collections.register({
    chain: "main",
    alias: "old",
    address: oldContract,
    fromBlock: oldReceipt.blockNumber,
  });
  const ids = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n];
  const tokens = ids.map((id) => ({ id, to: id === 7n ? stranger : id === 8n ? keeper.address : alice.address }));
  const handles = await old.mintBatch({
    tokens: tokens.map((token) => ({ ...token, uri: uriOf(token.id) })),
    by: keeper,
  });
  await Promise.all(handles.map((handle) => handle.wait("mined")));
  const { blockNumber } = await (await old.burn({ id: 8n, by: keeper })).wait("mined");
  const commitment = commitCollection({
    oldChainId: main.node.chainId,
    oldContract,
    batchSize: 4,
    tokens: ids.map((id) => ({ id, owner: "door", uri: uriOf(id) })),
  });
  const args = [
    ...["New", "NEW", keeper.address, 0n, 1_000n],
    {
      root: commitment.root,
      count: BigInt(commitment.count),
      oldChainId: BigInt(main.node.chainId),
      oldContract,
      compareWithOld: false,
      baseURI: "",
      uriSuffix: "",
    },
  ];
  const deploy = { bytecode: await bytecodeOf("KIP17Migrated"), abi: kip17MigratedAbi, args };
  const newReceipt = await (await keeper.send({ deploy })).wait("mined");
  await latchkey.collections.register({
    chain: "main",
    alias: "new",
    address: newReceipt.contractAddress ?? "",
    fromBlock: newReceipt.blockNumber,
  });
  await old.waitForIndex(blockNumber);
  return {
    latchkey,
    stranger,
    alice,
    proofs: ids.map((id) => ({ id, uri: uriOf(id), proof: commitment.proofOf(id) })),
    ownerOf: async (alias, id) => {
      const { address } = await latchkey.collections.get(alias);
      return await keeper.read({ to: address, abi: kip17MigratedAbi, function: "ownerOf", args: [id] });
    },
  };
}

// Budget of the file: 20 s, the node's start included.
describe("the door", { timeout: 60_000 }, () => {
  it("is walked for tokens in wallets, from their owners' own accounts, and again for those that failed", async () => {
    const { latchkey, alice, proofs, ownerOf } = await doorScene(await openScene(main.node));
    const walk = { old: "old", migrated: "new", proofs, concurrency: 3 };
    // She has no money, and nobody gives it to her.
    expect(await latchkey.collections.walkDoor(walk)).toMatchObject({
      walked: [],
      elsewhere: [7n],
      gone: [8n],
      failed: [1n, 2n, 3n, 4n, 5n, 6n].map((id) => ({ id, code: "ERR_CHAIN_INSUFFICIENT_FUNDS" })),
    });
    await main.node.setBalance(alice.address, ether);
    const some = await latchkey.collections.walkDoor({ ...walk, proofs: proofs.slice(0, 2) });
    expect(some).toEqual({ walked: [1n, 2n], elsewhere: [], gone: [], failed: [] });
    // A proof of another token: the contracts refuse it, and the others go on.
    const wrong = proofs.map((token) => (token.id === 3n ? { ...token, proof: proofs[3]?.proof ?? [] } : token));
    const most = await latchkey.collections.walkDoor({ ...walk, proofs: wrong });
    expect([...most.walked].sort()).toEqual([1n, 2n, 4n, 5n, 6n]);
    expect(most.failed).toEqual([{ id: 3n, code: "ERR_CHAIN_REVERTED" }]);
    const sent = (await latchkey.transactions.list({ account: alice })).transactions.filter(
      ({ state }) => state !== "failed",
    );
    // Each token that went was sent once.
    expect(sent).toHaveLength(5);
    const rest = await latchkey.collections.walkDoor(walk);
    expect([...rest.walked].sort()).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    expect(rest.failed).toEqual([]);
    const fresh = await latchkey.collections.get("new");
    for (const { id } of proofs.slice(0, 6)) {
      expect(await ownerOf("new", id)).toBe(alice.address);
      expect(await ownerOf("old", id)).toBe(fresh.address);
    }
    const head = BigInt(String(await main.node.request("eth_blockNumber")));
    await fresh.waitForIndex(head);
    expect((await fresh.tokens()).tokens.map(({ id, owner, uri }) => [id, owner, uri])).toEqual(
      proofs.slice(0, 6).map(({ id }) => [id, alice.address, uriOf(id)]),
    );
    expect((await latchkey.transactions.list({ account: alice })).transactions.filter(isGood)).toHaveLength(6);
  });

  it("refuses what is no list of proofs before anything is sent", async () => {
    const { latchkey } = await doorScene(await openScene(main.node));
    const good = { id: 1n, uri: "", proof: [] };
    const walk = { old: "old", migrated: "new", proofs: [good] };
    for (const [changes, said] of [
      [{ proofs: [good, good] }, /an id is there twice/],
      [{ proofs: "all" }, /proofs is a list/],
      [{ proofs: [{ ...good, proof: ["0x12"] }] }, /32-byte words/],
      [{ proofs: [{ ...good, id: 1 }] }, /id is a bigint/],
      [{ concurrency: 0 }, /concurrency/],
      [{ send: { idempotencyKey: "one" } }, /idempotencyKey of its own/],
    ] as const) {
      const asked: unknown = Reflect.apply(latchkey.collections.walkDoor, undefined, [{ ...walk, ...changes }]);
      expect((await rejectedBy(Promise.resolve(asked), "ERR_CONFIG_INVALID")).message).toMatch(said);
    }
    await rejectedBy(latchkey.collections.walkDoor({ ...walk, migrated: "nowhere" }), "ERR_COLLECTION_UNKNOWN");
  });
});

function isGood({ state }: { readonly state: string }): boolean {
  return state !== "failed";
}
