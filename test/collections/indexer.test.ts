import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { postgresUnderTest, sqliteUnderTest } from "../scenarios/stores.ts";
import type { Recorder } from "../harness/recorder.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { addressOf, contract, type FakeNode, fakeNode, type Move, refused } from "./fake-node.ts";
import { catchUp, type IndexWorld, indexWorld, replayed } from "./index-world.ts";
import { isRecord } from "../../src/units/is-record.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";

const nobody = addressOf(0);
const mint = (id: number, to: number): Move => ({ id: BigInt(id), from: nobody, to: addressOf(to) });
const move = (id: number, from: number, to: number): Move => ({
  id: BigInt(id),
  from: addressOf(from),
  to: addressOf(to),
});

// Budget of the file: 20 s, PostgreSQL's start included.
describe.each([sqliteUnderTest, postgresUnderTest()])(
  "the index on $name",
  { timeout: 60_000 },
  ({ name, storeIn }) => {
    let node: FakeNode;
    let world: IndexWorld;
    let directory: string;
    beforeEach(async () => {
      directory = temporaryDirectory();
      node = fakeNode();
      world = await indexWorld(await storeIn(directory), node);
    });

    it("is what a replay of the chain says, whatever happens: moves, reorganisations, nodes behind, other processes", async () => {
      const someMoves = fc.array(
        fc
          .tuple(fc.bigInt(0n, 5n), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
          .map(([id, from, to]): Move => ({ id, from: addressOf(from), to: addressOf(to) })),
        { maxLength: 4 },
      );
      const steps = fc.oneof(
        { weight: 4, arbitrary: fc.record({ kind: fc.constant("mine" as const), moves: someMoves }) },
        {
          weight: 2,
          arbitrary: fc.record({
            kind: fc.constant("reorganise" as const),
            blocks: fc.array(someMoves, { minLength: 1, maxLength: 10 }),
          }),
        },
        { weight: 4, arbitrary: fc.record({ kind: fc.constant("look" as const), process: fc.boolean() }) },
        {
          weight: 1,
          arbitrary: fc.record({ kind: fc.constant("lag" as const), blocks: fc.integer({ min: 0, max: 6 }) }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("both" as const) }) },
        {
          weight: 1,
          arbitrary: fc.record({ kind: fc.constant("limit" as const), blocks: fc.integer({ min: 1, max: 20 }) }),
        },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (sequence) => {
          node = fakeNode();
          const here = await indexWorld(await storeIn(directory), node);
          const [one, other] = [here.indexer(), here.indexer()];
          for (let block = 0; block < 30; block += 1) node.mine(block % 3 === 0 ? [mint(block % 6, 1)] : []);
          for (const step of sequence) {
            if (step.kind === "mine") node.mine(step.moves);
            else if (step.kind === "reorganise") node.reorganise(step.blocks);
            else if (step.kind === "lag") node.lag = step.blocks;
            else if (step.kind === "limit") node.mostBlocks = step.blocks;
            else if (step.kind === "look") {
              await (step.process ? one : other).indexer.look(node.chain);
              // Whoever looks next has the lease.
              await (step.process ? one : other).indexer.stop();
            } else await Promise.all([one.indexer.look(node.chain), other.indexer.look(node.chain)]);
          }
          node.lag = 0;
          await one.indexer.stop();
          await other.indexer.stop();
          // A reorganisation shows once the chain has grown past what was read.
          node.mine([]);
          await catchUp(one.indexer, node);
          expect(await here.tables()).toEqual(replayed(node));
        }),
        { numRuns: name === "SQLite" ? 60 : 15 },
      );
    });

    it("takes back a reorganisation of five blocks, and says so", async () => {
      const { indexer, recorder } = world.indexer();
      for (let block = 0; block < 25; block += 1) node.mine([mint(block, 1)]);
      await catchUp(indexer, node);
      node.reorganise([[mint(20, 2)], [move(20, 2, 3)], [move(3, 1, 4)], [move(3, 4, 0)], []]);
      node.mine([]);
      await catchUp(indexer, node);
      expect(await world.tables()).toEqual(replayed(node));
      expect((await world.tables()).tokens).toHaveLength(20);
      expect(fieldsOf(recorder, "warn", "blocks")).toEqual([5]);
    });

    it("is written once by processes that read the same blocks at once", async () => {
      for (let block = 0; block < 40; block += 1) node.mine([mint(block, 1), move(block, 1, 2)]);
      const processes = Array.from({ length: 4 }, () => world.indexer());
      for (let round = 0; round < 20; round += 1)
        await Promise.all(processes.map(({ indexer }) => indexer.look(node.chain)));
      expect(await world.tables()).toEqual(replayed(node));
      expect(processes.flatMap(({ told }) => told)).toHaveLength(80);
      // One has the lease, and the others leave it alone.
      expect(processes.filter(({ told }) => told.length > 0)).toHaveLength(1);
    });

    it("goes on in another process where one ended", async () => {
      for (let block = 0; block < 30; block += 1) node.mine([mint(block, 1)]);
      const first = world.indexer();
      await first.indexer.look(node.chain);
      await first.indexer.stop();
      expect((await world.tables()).transfers.length).toBeGreaterThan(0);
      const second = world.indexer();
      await catchUp(second.indexer, node);
      expect(await world.tables()).toEqual(replayed(node));
      expect(first.told.length + second.told.length).toBe(30);
    });

    it("takes a head that falls for a node that is behind", async () => {
      const { indexer, recorder } = world.indexer();
      for (let block = 0; block < 30; block += 1) node.mine([mint(block, 1)]);
      await catchUp(indexer, node);
      const before = await world.tables();
      node.lag = 20;
      await catchUp(indexer, node);
      expect(await world.tables()).toEqual(before);
      expect(recorder.lines.filter(({ level }) => level !== "info")).toEqual([]);
      node.lag = 0;
      node.mine([mint(99, 1)]);
      await catchUp(indexer, node);
      expect(await world.tables()).toEqual(replayed(node));
    });
  },
);

describe("the indexer", () => {
  let node: FakeNode;
  let world: IndexWorld;
  beforeEach(async () => {
    node = fakeNode();
    world = await indexWorld(await sqliteUnderTest.storeIn(temporaryDirectory()), node);
  });

  it("halves the range that a node refuses, whatever it says, and asks for longer ones again", async () => {
    const { indexer } = world.indexer();
    for (let block = 0; block < 3_000; block += 1) node.mine(block % 100 === 0 ? [mint(block, 1)] : []);
    node.mostBlocks = 70;
    const errors = [
      refused("Log response size exceeded"),
      refused("query returned more than 10000 results"),
      new LatchkeyError("ERR_RPC_TIMEOUT", "Too slow."),
      new LatchkeyError("ERR_RPC_BAD_RESPONSE", "Too large."),
      new LatchkeyError("ERR_RPC_NODE_FAULT", "Internal error."),
    ];
    node.tamper = (request, answer) => {
      const error = request.method === "eth_getLogs" ? errors.pop() : undefined;
      if (error !== undefined) throw error;
      return answer;
    };
    await catchUp(indexer, node);
    expect(errors).toEqual([]);
    expect(await world.tables()).toEqual(replayed(node));
    expect(Math.max(...node.stretches)).toBe(2_000);
    const least = Math.min(...node.stretches.slice(0, -1));
    expect(node.stretches.filter((blocks) => blocks > least && blocks <= 70).length).toBeGreaterThan(10);
  });

  it("waits where a shorter range would not help, and where a node is silent of its last block", async () => {
    const { indexer, recorder } = world.indexer();
    for (let block = 0; block < 100; block += 1) node.mine([mint(block, 1)]);
    node.tamper = (request, answer) => {
      if (request.method === "eth_getLogs") throw new LatchkeyError("ERR_RPC_RATE_LIMITED", "Slow down.");
      return answer;
    };
    await catchUp(indexer, node);
    expect(node.stretches).toHaveLength(1);
    expect(fieldsOf(recorder, "error", "code")).toEqual(["ERR_RPC_RATE_LIMITED"]);
    node.tamper = (request, answer) => (request.method === "eth_getBlockByNumber" ? null : answer);
    await catchUp(indexer, node);
    expect((await world.tables()).transfers).toEqual([]);
    node.tamper = undefined;
    await catchUp(indexer, node);
    expect(await world.tables()).toEqual(replayed(node));
  });

  const lies: readonly (readonly [what: string, change: (log: Record<string, unknown>) => unknown])[] = [
    ["another contract's log", (log) => ({ ...log, address: addressOf(7) })],
    ["a log of another block", (log) => ({ ...log, blockNumber: "0x1" })],
    ["a log that was taken back", (log) => ({ ...log, removed: true })],
    ["another event", (log) => ({ ...log, topics: [`0x${"11".repeat(32)}`] })],
    ["another block's hash", (log) => ({ ...log, blockHash: `0x${"22".repeat(32)}` })],
    ["no log at all", () => "log"],
    ["no number", (log) => ({ ...log, logIndex: 1 })],
  ];
  it.each(lies)("writes nothing of an answer with %s", async (_what, change) => {
    const { indexer } = world.indexer();
    node.mine([]);
    node.mine([mint(1, 1), mint(2, 1)]);
    const isLogs = (answer: unknown): answer is Record<string, unknown>[] => Array.isArray(answer);
    node.tamper = ({ method }, answer) =>
      method === "eth_getLogs" && isLogs(answer)
        ? answer.map((log, index) => (index === 1 ? change(log) : log))
        : answer;
    await catchUp(indexer, node);
    expect((await world.tables()).transfers).toEqual([]);
    node.tamper = undefined;
    await catchUp(indexer, node);
    expect(await world.tables()).toEqual(replayed(node));
  });

  it("writes nothing of an answer that has a log twice", async () => {
    const { indexer, recorder } = world.indexer();
    node.mine([mint(1, 1)]);
    node.tamper = ({ method }, answer) =>
      method === "eth_getLogs" && isList(answer) ? [...answer, ...answer] : answer;
    await catchUp(indexer, node);
    expect((await world.tables()).transfers).toEqual([]);
    expect(fieldsOf(recorder, "error", "code")).toEqual(["ERR_RPC_BAD_RESPONSE"]);
  });

  it("leaves out what is no token's Transfer, such as an ERC-20's", async () => {
    const { indexer } = world.indexer();
    node.mine([mint(1, 1), mint(2, 1), mint(3, 1)]);
    node.tamper = ({ method }, answer) =>
      method === "eth_getLogs" && Array.isArray(answer)
        ? answer.map((log: unknown, index) => {
            if (!isRecord(log) || !Array.isArray(log["topics"])) return log;
            const topics: unknown[] = log["topics"];
            if (index === 0) return { ...log, topics: topics.slice(0, 3) };
            return index === 1 ? { ...log, topics: [topics[0], `0x${"33".repeat(32)}`, topics[2], topics[3]] } : log;
          })
        : answer;
    await catchUp(indexer, node);
    expect((await world.tables()).tokens).toEqual([`3 ${addressOf(1)} ${nobody} 1`]);
  });

  it("does not follow a node that contradicts what was final, nor one of another chain", async () => {
    const { indexer, recorder } = world.indexer();
    for (let block = 0; block < 40; block += 1) node.mine([mint(block, 1)]);
    await catchUp(indexer, node);
    const before = await world.tables();
    node.reorganise(Array.from({ length: 30 }, (_, index) => [mint(index + 100, 2)]));
    node.mine([]);
    await catchUp(indexer, node);
    expect(await world.tables()).toEqual(before);
    expect(fieldsOf(recorder, "error", "code")).toEqual(["ERR_RPC_BAD_RESPONSE"]);
    node.tamper = ({ method }, answer) => (method === "eth_chainId" ? "0x2" : answer);
    await expect(indexer.look(node.chain)).rejects.toMatchObject({ code: "ERR_CHAIN_ID_MISMATCH" });
  });

  it("tells of what came after the collection was registered, and of no more", async () => {
    const here = await indexWorld(await sqliteUnderTest.storeIn(temporaryDirectory()), node, 20);
    const { indexer, told } = here.indexer();
    for (let block = 0; block < 30; block += 1) node.mine([mint(block, 1)]);
    await catchUp(indexer, node);
    expect(told.map(({ blockNumber }) => blockNumber)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    expect(contract).toBe(here.collection.address);
  });

  it("reads one block that has thousands of logs, and writes blocks whole", async () => {
    const { indexer } = world.indexer();
    for (let block = 0; block < 20; block += 1)
      node.mine(
        Array.from({ length: block === 3 ? 5_000 : 300 }, (_, index) => mint(block * 10_000 + index, index % 9)),
      );
    await catchUp(indexer, node);
    expect((await world.tables()).transfers).toEqual(replayed(node).transfers);
  });
});

function fieldsOf({ lines }: Recorder, level: string, field: string): readonly unknown[] {
  return lines.filter((line) => line.level === level).map(({ fields }) => fields[field]);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
