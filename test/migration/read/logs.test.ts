import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { logsIn, type ReadLog } from "../../../src/migration/read/logs.ts";
import { transfersIn, type TransferLog } from "../../../src/migration/read/transfers.ts";
import type { RpcRequest, Transport } from "../../../src/ports/transport.ts";
import { thrownBy } from "../../harness/errors.ts";
import { faulty, nodeError, rangeOf } from "../harness/faulty-transport.ts";
import { hasty } from "../snapshot/subject.ts";

const address = `0x${"0a".repeat(20)}`;
const transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const word = (value: number): string => `0x${value.toString(16).padStart(64, "0")}`;

interface Answer {
  readonly block: number;
  readonly index: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

function logOf({ block, index, more = {} }: Answer): Readonly<Record<string, unknown>> {
  const at = { blockNumber: `0x${block.toString(16)}`, logIndex: `0x${index.toString(16)}` };
  return { address, data: "0x", topics: [transfer, word(0), word(1), word(block * 1000 + index)], ...at, ...more };
}

/** A node of a chain with these logs; `answer` may give others. */
function nodeOf(
  logs: readonly Answer[],
  answer: (range: { from: number; to: number }, own: readonly unknown[]) => unknown = (_range, own) => own,
): { transport: Transport; ranges: { from: number; to: number }[] } {
  const ranges: { from: number; to: number }[] = [];
  const request = (asked: RpcRequest): Promise<unknown> => {
    const range = rangeOf(asked);
    if (range === undefined) return Promise.resolve({ number: asked.params[0], hash: word(1) });
    ranges.push(range);
    const own = logs.filter(({ block }) => block >= range.from && block <= range.to).map(logOf);
    return Promise.resolve().then(() => answer(range, own));
  };
  return { transport: { origin: "http://node", request, close: () => Promise.resolve() }, ranges };
}

async function all(transport: Transport, from: bigint, to: bigint): Promise<readonly ReadLog[]> {
  const read: ReadLog[] = [];
  let next = from;
  for await (const { to: through, logs } of logsIn(transport, { address, topics: [transfer] }, from, to, {
    clock: hasty,
  })) {
    expect(through).toBeGreaterThanOrEqual(next);
    next = through + 1n;
    read.push(...logs);
  }
  expect(next).toBe(to + 1n);
  return read;
}

const placesOf = (logs: readonly ReadLog[]): readonly string[] =>
  logs.map(({ block, index }) => `${String(block)}.${String(index)}`);
const many = (block: number, count: number): Answer[] =>
  Array.from({ length: count }, (_, index) => ({ block, index }));

describe("the logs of a stretch of blocks", () => {
  it("come in one answer where the node gives it, in their order, each once", async () => {
    const { transport, ranges } = nodeOf([
      { block: 9, index: 0 },
      { block: 3, index: 2 },
      { block: 3, index: 1 },
      { block: 3, index: 2 },
      { block: 12, index: 0 },
    ]);
    expect(placesOf(await all(transport, 3n, 10n))).toEqual(["3.1", "3.2", "9.0"]);
    expect(ranges).toEqual([{ from: 3, to: 10 }]);
    expect(await all(transport, 8n, 7n)).toEqual([]);
  });

  it("are asked for again in halves where an answer may have been cut at a round number", async () => {
    const own = [...many(1, 400), ...many(2, 600), ...many(3, 5)];
    const { transport, ranges } = nodeOf(own, (_range, found) => found.slice(0, 1000));
    expect(await all(transport, 1n, 4n)).toHaveLength(1005);
    expect(ranges.slice(0, 3)).toEqual([
      { from: 1, to: 4 },
      { from: 1, to: 2 },
      { from: 1, to: 1 },
    ]);
    // A block cannot be halved: it may have that many.
    const full = nodeOf(many(1, 2000));
    expect(await all(full.transport, 1n, 1n)).toHaveLength(2000);
  });

  it("are asked for in longer stretches again after a dense part", async () => {
    const { transport, ranges } = nodeOf(many(1, 30), ({ from, to }, found) => {
      if (found.length > 20 && to > from)
        throw nodeError(transport, "eth_getLogs", -32000, "query returned more than 20 results");
      return found;
    });
    await all(transport, 0n, 2n ** 24n);
    expect(ranges.length).toBeLessThan(600);
    expect(Math.max(...ranges.slice(50).map(({ from, to }) => to - from))).toBeGreaterThan(2 ** 16);
  });

  const wrong: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "of another contract": { address: `0x${"0b".repeat(20)}` },
    "of another event": { topics: [word(1)] },
    "of another block": { blockNumber: "0xff" },
    "that were taken back": { removed: true },
    "without a place": { logIndex: null },
    "with a topic that is none": { topics: [transfer, "0x12"] },
  };
  it.each(Object.entries(wrong))("do not hold any %s: the answer is none", async (_what, more) => {
    let asked = 0;
    const { transport } = nodeOf([{ block: 5, index: 0 }], (_range, own) => {
      asked += 1;
      return asked === 1 ? [logOf({ block: 5, index: 0, more })] : own;
    });
    expect(placesOf(await all(transport, 5n, 5n))).toEqual(["5.0"]);
    expect(asked).toBe(2);
    const stubborn = nodeOf([{ block: 5, index: 0, more }]);
    expect(await thrownBy(() => all(stubborn.transport, 5n, 5n))).toMatchObject({ code: "ERR_RPC_BAD_RESPONSE" });
    expect(stubborn.ranges.length).toBeGreaterThan(5);
  });

  it("are not given up before a node that lags behind was waited for, and then with its name", async () => {
    const { transport } = nodeOf([]);
    const late = faulty(transport, ({ method }) =>
      method === "eth_getBlockByNumber" ? Promise.resolve(null) : undefined,
    );
    expect(await thrownBy(() => all({ ...late, origin: "http://late" }, 5n, 5n))).toMatchObject({
      code: "ERR_RPC_NODE_FAULT",
      context: { origin: "http://late", block: 5n },
    });
  });

  it("end where they are told to, or where asking again is of no use", async () => {
    const { transport, ranges } = nodeOf([]);
    const signal = AbortSignal.abort(new Error("enough"));
    expect(await thrownBy(() => transfersIn(transport, address, 1n, 2n, { signal }).next())).toMatchObject({
      message: "enough",
    });
    expect(ranges).toEqual([]);
    const closed = nodeOf([], () => {
      throw new LatchkeyError("ERR_CLOSED", "It was closed.");
    });
    expect(await thrownBy(() => all(closed.transport, 5n, 5n))).toMatchObject({ code: "ERR_CLOSED" });
    expect(closed.ranges).toHaveLength(1);
  });

  it("are transfers of tokens, or say what else they are", async () => {
    const { transport } = nodeOf([{ block: 5, index: 3 }]);
    const read: TransferLog[] = [];
    for await (const logs of transfersIn(transport, address, 1n, 9n)) read.push(...logs);
    const [zero, one] = [0, 1].map((value) => `0x${value.toString(16).padStart(40, "0")}`);
    expect(read).toEqual([{ id: 5003n, from: zero, to: one, block: 5n, index: 3 }]);
    for (const [topics, reason] of [
      [[transfer, word(0), word(1)], "erc20"],
      [[transfer], "not erc721"],
    ] as const) {
      const other = nodeOf([{ block: 5, index: 3, more: { topics } }]);
      expect(await thrownBy(() => transfersIn(other.transport, address, 1n, 9n).next())).toMatchObject({
        code: "ERR_MIGRATION_SOURCE_UNSUITABLE",
        context: { reason },
      });
    }
  });
});
