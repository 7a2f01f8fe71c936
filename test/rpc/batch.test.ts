import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { http } from "../../src/rpc/http.ts";
import { type Answer, bytes, cut, rpcServerOfTest, silence } from "../harness/rpc-server.ts";

// Budget of the file: 6 s.

interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

const requests = (count: number): { method: string; params: unknown[] }[] =>
  Array.from({ length: count }, (_, index) => ({ method: "eth_echo", params: [index] }));

function askedIn(body: string): readonly Asked[] | Asked {
  const value: unknown = JSON.parse(body);
  if (Array.isArray(value)) return value.map(oneAsked);
  return oneAsked(value);
}

function oneAsked(value: unknown): Asked {
  if (typeof value !== "object" || value === null) throw new Error("no request");
  if (!("id" in value && "method" in value && "params" in value)) throw new Error("no request");
  const { id, method, params } = value;
  if (typeof id !== "number" || typeof method !== "string" || !Array.isArray(params)) throw new Error("no request");
  return { id, method, params };
}

const echo = ({ id, params }: Asked): Readonly<Record<string, unknown>> => ({ jsonrpc: "2.0", id, result: params[0] });

/** Answers a batch with what `change` makes of the right answers; a single request rightly. */
function batch(change: (answers: Readonly<Record<string, unknown>>[]) => unknown = (answers) => answers): Answer {
  return ({ body }, response) => {
    const asked = askedIn(body);
    response.end(JSON.stringify("id" in asked ? echo(asked) : change(asked.map(echo))));
  };
}

const values = (settled: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  settled.map((each) => (each.status === "fulfilled" ? each.value : codeOf(each.reason)));

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : error;
}

describe("several requests", () => {
  it("go in one batch, and each gets its answer, whatever their order", async () => {
    const server = await rpcServerOfTest(batch((answers) => answers.toReversed()));
    const node = http(server.origin);
    expect(values((await node.requestAll?.(requests(50))) ?? [])).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(server.requests).toHaveLength(1);
    expect(await node.requestAll?.([])).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ["of 50 at most", undefined, 120, 3],
    ["of as many as is said", 7, 15, 3],
    ["singly", 1, 5, 5],
  ])("go %s", async (_, maxBatch, count, bodies) => {
    const server = await rpcServerOfTest(batch());
    const node = http({ url: server.origin, ...(maxBatch === undefined ? {} : { maxBatch }) });
    const settled = (await node.requestAll?.(requests(count))) ?? [];
    expect(values(settled)).toEqual(Array.from({ length: count }, (_each, i) => i));
    expect(server.requests).toHaveLength(bodies);
  });

  it("go in bodies of less than 524,288 bytes, one that is larger by itself alone", async () => {
    const server = await rpcServerOfTest(batch());
    // The first two have 525,000 bytes together.
    const texts = ["a".repeat(275_000), "ä".repeat(125_000), "b".repeat(200_000), "c".repeat(600_000), "d"];
    const settled = await http(server.origin).requestAll?.(
      texts.map((text) => ({ method: "eth_echo", params: [text] })),
    );
    expect(values(settled ?? [])).toEqual(texts);
    const sizes = server.requests.map(({ body }) => Buffer.byteLength(body));
    expect(sizes.filter((size) => size > 524_288)).toHaveLength(1);
    expect(sizes).toHaveLength(4);
  });

  it.each<readonly [string, (answers: Readonly<Record<string, unknown>>[]) => unknown, readonly unknown[]]>([
    ["one is missing", (answers) => answers.slice(1), ["ERR_RPC_BAD_RESPONSE", 1, 2]],
    ["one comes twice", ([a, b, c]) => [a, b, { ...a, result: "other" }, c], ["ERR_RPC_BAD_RESPONSE", 1, 2]],
    ["one is of another request", ([a, b, c]) => [{ ...a, id: 999 }, b, c], ["ERR_RPC_BAD_RESPONSE", 1, 2]],
    ["some are no answers", ([, b, c]) => [null, 7, "x", [], b, c], ["ERR_RPC_BAD_RESPONSE", 1, 2]],
    [
      "one is an error",
      ([a, b, c]) => [{ jsonrpc: "2.0", id: a?.["id"], error: { code: -32_000, message: "nonce too low" } }, b, c],
      ["ERR_RPC_REJECTED", 1, 2],
    ],
    ["there is none", () => [], ["ERR_RPC_BAD_RESPONSE", "ERR_RPC_BAD_RESPONSE", "ERR_RPC_BAD_RESPONSE"]],
  ])("where %s, leave the others their answers", async (_, change, expected) => {
    const server = await rpcServerOfTest(batch(change));
    expect(values((await http(server.origin).requestAll?.(requests(3))) ?? [])).toEqual(expected);
  });

  it.each([
    ["invalid request", { code: -32_600, message: "Invalid Request" }],
    ["a limit's code", { code: -32_005, message: "Number of requests exceeds max batch size" }],
  ])("go singly from then on where a node refuses batches: %s", async (_, error) => {
    const server = await rpcServerOfTest(batch(() => ({ jsonrpc: "2.0", id: null, error })));
    const node = http(server.origin);
    expect(values((await node.requestAll?.(requests(3))) ?? [])).toEqual([0, 1, 2]);
    expect(server.requests).toHaveLength(4);
    expect(values((await node.requestAll?.(requests(3))) ?? [])).toEqual([0, 1, 2]);
    expect(server.requests).toHaveLength(7);
  });

  it.each<readonly [string, Answer, string]>([
    ["the connection is cut", cut, "ERR_RPC_UNREACHABLE"],
    ["the node is not well", bytes(503, "busy"), "ERR_RPC_NODE_FAULT"],
    ["the limit is reached", bytes(429, "slow down"), "ERR_RPC_RATE_LIMITED"],
    ["the answer is no JSON", bytes(200, "<html>"), "ERR_RPC_BAD_RESPONSE"],
    ["the answer has 10 MB", bytes(200, Buffer.alloc(10 * 2 ** 20, 0x20)), "ERR_RPC_BAD_RESPONSE"],
    ["the node does not answer", silence, "ERR_RPC_TIMEOUT"],
  ])("all fail where %s, each for its method, and show no secret", async (_, answer, code) => {
    const server = await rpcServerOfTest(answer);
    const url = `${server.origin}/v2/canary-canary-canary`;
    const node = http({ url, maxResponseBytes: 2 ** 20, timeoutMs: 300 });
    const settled = (await node.requestAll?.([...requests(2), { method: "eth_other", params: [] }])) ?? [];
    expect(values(settled)).toEqual([code, code, code]);
    expect(inspect(settled, { depth: null })).toContain("eth_other at");
    expect(inspect(settled, { depth: null })).not.toContain("canary");
  });

  it("end when they are aborted, and when the transport is closed", async () => {
    const server = await rpcServerOfTest(silence);
    const node = http(server.origin);
    const abort = new AbortController();
    const aborted = node.requestAll?.(requests(120), { signal: abort.signal });
    abort.abort("enough");
    expect(new Set(values((await aborted) ?? []))).toEqual(new Set(["enough"]));
    const closed = node.requestAll?.(requests(3));
    await node.close();
    expect(values((await closed) ?? [])).toEqual(["ERR_CLOSED", "ERR_CLOSED", "ERR_CLOSED"]);
    expect(values((await node.requestAll?.(requests(2))) ?? [])).toEqual(["ERR_CLOSED", "ERR_CLOSED"]);
  });

  it("that cannot be written fail alone", async () => {
    const server = await rpcServerOfTest(batch());
    const [first, last] = requests(2);
    const settled = await http(server.origin).requestAll?.(
      [first, { method: "eth_echo", params: [1n] }, last].filter((each) => each !== undefined),
    );
    expect(values(settled ?? [])).toEqual([0, "ERR_RPC_REJECTED", 1]);
  });
});
