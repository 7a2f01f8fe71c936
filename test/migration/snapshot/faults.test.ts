import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { RpcRequest } from "../../../src/ports/transport.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { cut, rpcServerOfTest, silence } from "../../harness/rpc-server.ts";
import { type Fault, faulty, nodeError, rangeOf } from "../harness/faulty-transport.ts";
import { deployOld, type OldCollection, type OldToken } from "../harness/old-collection.ts";
import { snapshotOf } from "./subject.ts";

/** The logs of blocks 1 to so many are what one answer holds, for a vendor whose limit is one of blocks. */
const blocks = 4;
/** And so many logs for one whose limit is one of results; a block of this collection has 40 at the most. */
const results = 90;

interface Vendor {
  readonly limit: "blocks" | "results";
  readonly code: number;
  readonly text: string;
}

const vendors: Readonly<Record<string, Vendor>> = {
  "Alchemy's results": {
    limit: "results",
    code: -32602,
    text: "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0x0, 0x1]",
  },
  "Alchemy's blocks": {
    limit: "blocks",
    code: -32600,
    text: "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, this block range should work: [0x0, 0x1f3]",
  },
  "Infura's results": {
    limit: "results",
    code: -32005,
    text: "query returned more than 10000 results. Try with this block range [0x0, 0x102DBCC].",
  },
  "Infura's blocks": { limit: "blocks", code: -32602, text: "range 1000000 exceeds limit of 10000" },
  QuickNode: { limit: "blocks", code: -32614, text: "eth_getLogs is limited to a 10,000 range" },
  Ankr: { limit: "blocks", code: -32602, text: "maximum [from, to] blocks distance: 10000" },
  "Ankr's older": { limit: "blocks", code: -32600, text: "block range is too wide" },
  Kaia: { limit: "results", code: -32000, text: "query returned more than 10000 results" },
  geth: { limit: "blocks", code: -32602, text: "exceed maximum block range: 5000" },
  "BNB Chain": { limit: "blocks", code: -32005, text: "limit exceeded" },
};

/** One node; in front of it what fails. */
describe("a snapshot through a node that fails", { timeout: 60_000 }, () => {
  let anvil: Anvil;
  let old: OldCollection;
  let head: number;
  let right: string;

  beforeAll(async () => {
    anvil = await startAnvil();
    old = await deployOld(anvil, { tokens: 240, owners: 11, burned: 6 });
    await anvil.request("anvil_mine", "0x20");
    head = Number(await anvil.request("eth_blockNumber"));
    const holes = old.burned.map((id) => ({ id, owner: "hole", uri: "" }));
    right = [...old.tokens, ...holes]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(lineOf)
      .join("");
  });
  afterAll(() => anvil.stop());

  async function linesThrough(fault: Fault): Promise<{ lines: string; requests: readonly RpcRequest[] }> {
    const transport = faulty(old.transport, fault);
    const { lines } = await snapshotOf({ transport, address: old.address });
    return { lines, requests: transport.seen };
  }

  it.each(Object.entries(vendors))("is the same under the limit of %s", async (_name, { limit, code, text }) => {
    let refusals = 0;
    const refuse = (): never => {
      refusals += 1;
      throw nodeError(old.transport, "eth_getLogs", code, text);
    };
    const { lines } = await linesThrough((request, ask) => {
      const range = rangeOf(request);
      if (range === undefined) return undefined;
      return ask().then((answer) => {
        const isTooMuch = limit === "blocks" ? range.to - range.from >= blocks : lengthOf(answer) > results;
        return isTooMuch ? refuse() : answer;
      });
    });
    expect(lines).toBe(right);
    expect(refusals).toBeGreaterThan(0);
  });

  const timeout = new LatchkeyError("ERR_RPC_TIMEOUT", "No whole answer.", { context: { fault: "network" } });
  it.each<[string, () => Error]>([
    ["times out", () => timeout],
    [
      "cannot be reached",
      () => new LatchkeyError("ERR_RPC_UNREACHABLE", "It was cut.", { context: { fault: "network" } }),
    ],
    ["is over its rate limit", () => nodeError(old.transport, "eth_call", -32005, "rate limit exceeded")],
    ["has trouble of its own", () => nodeError(old.transport, "eth_call", -32603, "internal error")],
    ["has not the state", () => nodeError(old.transport, "eth_call", -32000, "header not found")],
  ])("is the same where each third request %s", async (_what, error) => {
    let asked = 0;
    const { lines } = await linesThrough(() => {
      asked += 1;
      return asked % 3 === 0 ? Promise.reject(error()) : undefined;
    });
    expect(lines).toBe(right);
  });

  it("waits for a node that lags behind, which answers as if there were no more", async () => {
    let waits = 0;
    const { lines } = await linesThrough((request, ask) => {
      if (waits > 6) return undefined;
      const range = rangeOf(request);
      if (request.method === "eth_getBlockByNumber" && request.params[0] === `0x${head.toString(16)}` && waits > 0) {
        waits += 1;
        return Promise.resolve(null);
      }
      if (request.method === "eth_call" && waits === 0) waits = 1;
      return range === undefined
        ? undefined
        : ask().then((answer) => (Array.isArray(answer) ? answer.slice(0, 40) : answer));
    });
    expect(waits).toBeGreaterThan(6);
    expect(lines).toBe(right);
  });

  it("is the same of several nodes, one of which lags behind and leaves out what it does not know", async () => {
    let asked = 0;
    const known = 5;
    const { lines } = await linesThrough((request, ask) => {
      const range = rangeOf(request);
      if (range === undefined) return undefined;
      asked += 1;
      if (asked > 3) return undefined;
      return ask().then((answer) => (Array.isArray(answer) ? answer.filter((log) => blockOf(log) <= known) : answer));
    });
    expect(asked).toBeGreaterThan(3);
    expect(lines).toBe(right);
  });

  it("is the same where answers are cut off without a word", async () => {
    let cuts = 0;
    const { lines } = await linesThrough((request, ask) => {
      if (rangeOf(request) === undefined) return undefined;
      return ask().then((answer) => {
        if (!Array.isArray(answer) || answer.length <= results) return answer;
        cuts += 1;
        const whole: readonly unknown[] = answer;
        return whole.slice(0, results);
      });
    });
    expect(cuts).toBeGreaterThan(0);
    expect(lines).toBe(right);
  });

  it("is the same over connections that are cut, silent, or end within an answer", async () => {
    let asked = 0;
    const server = await rpcServerOfTest(async (request, response) => {
      asked += 1;
      if (asked % 7 === 2) return cut(request, response);
      if (asked % 7 === 4) return silence(request, response);
      const answer = await fetch(anvil.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: request.body,
      });
      const body = await answer.text();
      const isCut = asked % 7 === 6;
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(isCut ? body.slice(0, body.length >> 1) : body);
    });
    const transport = http({ url: server.origin, timeoutMs: 400, maxBatch: 100 });
    const { lines } = await snapshotOf({ transport, address: old.address });
    expect(asked).toBeGreaterThan(7);
    expect(lines).toBe(right);
  });

  it("is discarded where the block was exchanged meanwhile", async () => {
    let headers = 0;
    const transport = faulty(old.transport, ({ method }, ask) => {
      if (method !== "eth_getBlockByNumber") return undefined;
      headers += 1;
      if (headers === 1) return undefined;
      return ask().then((block) => ({ ...(typeof block === "object" ? block : {}), hash: `0x${"ab".repeat(32)}` }));
    });
    const error = await thrownBy(() => snapshotOf({ transport, address: old.address }));
    expect(error).toMatchObject({ code: "ERR_RPC_NODE_FAULT", retryable: true, context: { block: String(head) } });
  });

  it("ends where the node never answers again", async () => {
    let asked = 0;
    const transport = faulty(old.transport, () => {
      asked += 1;
      return asked > 12 ? Promise.reject(timeout) : undefined;
    });
    const error = await thrownBy(() => snapshotOf({ transport, address: old.address }));
    expect(error).toMatchObject({ code: "ERR_RPC_TIMEOUT" });
  });
});

function lineOf({ id, owner, uri }: OldToken): string {
  return `${JSON.stringify({ id: String(id), owner, uri })}\n`;
}

function lengthOf(answer: unknown): number {
  return Array.isArray(answer) ? answer.length : 0;
}

function blockOf(log: unknown): number {
  return typeof log === "object" && log !== null && "blockNumber" in log ? Number(log.blockNumber) : Number.NaN;
}
