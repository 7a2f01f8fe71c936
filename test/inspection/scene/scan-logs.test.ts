import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { scanLogs } from "../../../src/inspection/scene/scan-logs.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { isRecord } from "../../../scripts/guards.ts";
import { scriptedNode } from "../../chains/scripted-node.ts";
import { thrownBy } from "../../harness/errors.ts";

const address = `0x${"a1".repeat(20)}`;
const topic = `0x${"ab".repeat(32)}`;

interface Limits {
  /** The most blocks of a request. */
  readonly blocks?: number;
  /** The most logs of an answer. */
  readonly results?: number;
}

function limit(text: string): LatchkeyError {
  return new LatchkeyError("ERR_RPC_REJECTED", text, { context: { rpcCode: -32005, rpcMessage: text } });
}

/** A node with one log in each of these blocks, and limits as hosted nodes have them. */
function nodeWith(blocks: readonly number[], { blocks: span = Infinity, results = Infinity }: Limits = {}): Transport {
  return scriptedNode({
    eth_getLogs: ([filter]) => {
      if (!isRecord(filter)) throw limit("no filter");
      const [from, to] = [Number(filter["fromBlock"]), Number(filter["toBlock"])];
      if (to - from + 1 > span) throw limit("block range too large");
      const found = blocks.filter((block) => block >= from && block <= to);
      if (found.length > results) throw limit("query returned more than 10000 results");
      return found.map((block) => ({ address, topics: [topic], data: "0x", blockNumber: `0x${block.toString(16)}` }));
    },
  });
}

const all = { logs: 10_000, requests: 10_000 };
const query = (to: number, from = 0) => ({ address, topics: [topic], from: BigInt(from), to: BigInt(to) });

describe("scanLogs", { timeout: 20_000 }, () => {
  it("finds every log, newest first, whatever the node limits", async () => {
    const anyBlocks = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        anyBlocks,
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 50 }),
        async (blocks, span, results) => {
          const sorted = blocks.toSorted((one, other) => one - other);
          const { logs, isComplete } = await scanLogs(nodeWith(sorted, { blocks: span, results }), query(500), all);
          expect(isComplete).toBe(true);
          expect(logs.map(({ block }) => Number(block))).toEqual(sorted.toReversed());
        },
      ),
      { numRuns: 200 },
    );
  });

  it("stops once it has enough, at the newest", async () => {
    const node = nodeWith([1, 2, 3, 490, 495], { blocks: 100 });
    const { logs } = await scanLogs(node, query(500), { logs: 2, requests: 100 });
    expect(logs.map(({ block }) => block)).toEqual([495n, 490n]);
  });

  it("stops after so many requests, and says that it is not all", async () => {
    const seen: unknown[] = [];
    const node = nodeWith([1], { blocks: 10 });
    const counted: Transport = {
      ...node,
      request: (request) => {
        seen.push(request);
        return node.request(request);
      },
    };
    const { isComplete } = await scanLogs(counted, query(1_000_000), { logs: 10, requests: 25 });
    expect(isComplete).toBe(false);
    expect(seen.length).toBe(25);
  });

  it("says that it is not all where one block is refused alone", async () => {
    const { logs, isComplete } = await scanLogs(nodeWith([3, 3, 7], { results: 1 }), query(10), all);
    expect(logs.map(({ block }) => block)).toEqual([7n]);
    expect(isComplete).toBe(false);
  });

  it("goes on from where it is told", async () => {
    const { logs } = await scanLogs(nodeWith([1, 5, 9]), query(10, 5), all);
    expect(logs.map(({ block }) => block)).toEqual([9n, 5n]);
  });

  it.each([
    ["something that is no list", "0x"],
    ["logs without topics", [{ address, data: "0x", blockNumber: "0x1" }]],
    ["logs of another type", [7]],
  ])("takes nothing from %s", async (_, answer) => {
    const { logs } = await scanLogs(scriptedNode({ eth_getLogs: answer }), query(10), all);
    expect(logs).toEqual([]);
  });

  it.each(["ERR_RPC_UNREACHABLE", "ERR_RPC_RATE_LIMITED", "ERR_CLOSED"] as const)(
    "ends with %s at once",
    async (code) => {
      let asked = 0;
      const eth_getLogs = (): never => {
        asked += 1;
        throw new LatchkeyError(code, "no", { context: { rpcCode: code === "ERR_RPC_RATE_LIMITED" ? 429 : null } });
      };
      expect(await thrownBy(() => scanLogs(scriptedNode({ eth_getLogs }), query(10), all))).toMatchObject({ code });
      expect(asked).toBe(1);
    },
  );

  it.each(["ERR_RPC_TIMEOUT", "ERR_RPC_BAD_RESPONSE", "ERR_RPC_NODE_FAULT"] as const)(
    "asks for less after %s",
    async (code) => {
      const eth_getLogs = ([filter]: readonly unknown[]): unknown => {
        if (isRecord(filter) && filter["fromBlock"] === filter["toBlock"]) return [];
        throw new LatchkeyError(code, "too much");
      };
      expect(await scanLogs(scriptedNode({ eth_getLogs }), query(10), all)).toEqual({ logs: [], isComplete: true });
    },
  );
});
