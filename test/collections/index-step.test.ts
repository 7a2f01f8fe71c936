import { beforeEach, describe, expect, it } from "vitest";
import { indexRows, type IndexRows, type ReadBlocks } from "../../src/collections/index/index-rows.ts";
import { indexStep } from "../../src/collections/index/index-step.ts";
import { newStretch } from "../../src/collections/index/read-blocks.ts";
import { isRecord } from "../../src/units/is-record.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { sqliteUnderTest } from "../scenarios/stores.ts";
import { addressOf, contract, type FakeNode, fakeNode } from "./fake-node.ts";
import { type IndexWorld, indexWorld } from "./index-world.ts";

const mint = (id: number) => ({ id: BigInt(id), from: addressOf(0), to: addressOf(1) });

// Budget of the file: 3 s.
describe("a step of the index", () => {
  let node: FakeNode;
  let world: IndexWorld;
  let rows: IndexRows;
  const parts = () => ({ rows, transport: node.chain.transport, address: contract, stretch: newStretch() });
  const seen = async () => (await rows.index(world.collection.id)) ?? expect.fail("no index");
  beforeEach(async () => {
    node = fakeNode();
    world = await indexWorld(await sqliteUnderTest.storeIn(temporaryDirectory()), node);
    rows = indexRows(world.database);
  });

  it("writes nothing where another process wrote since the index was seen", async () => {
    for (let block = 0; block < 4; block += 1) node.mine([]);
    const [index, head] = [await seen(), await node.chain.head()];
    expect(await indexStep(parts(), index, head)).toMatchObject({ kind: "read" });
    // Its blocks have no logs, so that no key of theirs stands in the way.
    expect(await indexStep({ ...parts(), rows: { ...rows, blocks: () => Promise.resolve([]) } }, index, head)).toEqual({
      kind: "lost",
    });
    expect(await rows.rollBack(index, 0)).toBeUndefined();
    expect((await seen()).nextBlock).toBe(5);
  });

  it("reads no block that does not follow the one before", async () => {
    for (let block = 0; block < 4; block += 1) node.mine([mint(block)]);
    // A gateway, one of whose nodes has another third block.
    node.tamper = ({ method, params }, answer) =>
      method === "eth_getBlockByNumber" && params[0] === "0x3" && isRecord(answer)
        ? { ...answer, parentHash: `0x${"44".repeat(32)}` }
        : answer;
    expect(await indexStep(parts(), await seen(), await node.chain.head())).toMatchObject({ index: { nextBlock: 3 } });
    expect(await indexStep(parts(), await seen(), await node.chain.head())).toEqual({ kind: "idle" });
  });

  it("writes blocks whole, however many logs one of them has", async () => {
    for (const count of [1_500, 1_500, 4_500, 10])
      node.mine(Array.from({ length: count }, (_, index) => mint(node.head * 10_000 + index)));
    const written: ReadBlocks[] = [];
    const watched: IndexRows = {
      ...rows,
      write: (index, read) => {
        written.push(read);
        return rows.write(index, read);
      },
    };
    await indexStep({ ...parts(), rows: watched }, await seen(), await node.chain.head());
    expect(written.length).toBeGreaterThan(1);
    expect((await seen()).nextBlock).toBe(5);
    for (const { nextBlock, transfers } of written)
      expect(transfers.every(({ blockNumber }) => blockNumber < nextBlock)).toBe(true);
  });
});
