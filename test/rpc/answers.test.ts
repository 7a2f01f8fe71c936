import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { http } from "../../src/rpc/http.ts";
import { thrownBy } from "../harness/errors.ts";
import { type Answer, bytes, members, type RpcServer, silence, startRpcServer } from "../harness/rpc-server.ts";

const call = { method: "eth_call", params: [] };

let server: RpcServer;
beforeAll(async () => {
  server = await startRpcServer(silence);
});
afterAll(() => server.close());

function ask(answer: Answer): Promise<unknown> {
  server.answer = answer;
  return http(server.origin).request(call);
}

async function refusal(answer: Answer): Promise<unknown> {
  return thrownBy(() => ask(answer));
}

const nodeError = (code: unknown, message: unknown, data?: unknown) => ({ error: { code, message, data } });
const reverted = { code: 3, message: "execution reverted" };

// Budget of the file: 3 s.
describe("a result", () => {
  it.each([null, false, 0, "", "0x", [], {}, { error: "a field of the result" }])(
    "of %j is given as it is",
    async (result) => {
      await expect(ask(members({ result }))).resolves.toEqual(result);
    },
  );

  it("is taken beside an error of null, as old nodes send it", async () => {
    await expect(ask(members({ result: "0x1", error: null }))).resolves.toBe("0x1");
  });

  it("may be deep, and its keys name nothing but themselves", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const answer = bytes(200, `{"jsonrpc":"2.0","id":1,"result":${deep}}`);
    expect(Array.isArray(await ask(answer))).toBe(true);
    const inherited = bytes(200, '{"__proto__":{"jsonrpc":"2.0","id":1,"result":"0x1"}}');
    expect(await refusal(inherited)).toMatchObject({ code: "ERR_RPC_BAD_RESPONSE" });
  });
});

describe("an answer that is no JSON-RPC response to the request", () => {
  const answers: readonly (readonly [string, Answer])[] = [
    ["nothing", bytes(200, "")],
    ["a page", bytes(200, "<html>welcome</html>", { "content-type": "text/html" })],
    ["half of an object", bytes(200, '{"jsonrpc":"2.0","id":1,"resu')],
    ["two objects", bytes(200, '{"jsonrpc":"2.0","id":1,"result":1}{}')],
    ["a batch", bytes(200, '[{"jsonrpc":"2.0","id":1,"result":"0x1"}]')],
    ["null", bytes(200, "null")],
    ["a text", bytes(200, '"0x1"')],
    ["bytes that are no UTF-8", bytes(200, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))],
    ["an object without members", bytes(200, "{}")],
    ["another id", members({ id: 2, result: "0x1" })],
    ["the id as a text", members({ id: "1", result: "0x1" })],
    ["no id", members({ id: undefined, result: "0x1" })],
    ["a null id", members({ id: null, result: "0x1" })],
    ["no version", members({ jsonrpc: undefined, result: "0x1" })],
    ["version 1.0", members({ jsonrpc: "1.0", result: "0x1" })],
    ["no result", members({})],
    ["an error of another request", members({ id: 2, ...nodeError(-32000, "nonce too low") })],
    ["an error that is a text", members({ error: "nonce too low" })],
    ["an error without members", members({ error: {} })],
    ["an error that is a list", members({ error: [] })],
    ["an error with nothing but data", members({ error: { data: "0x" } })],
    ["deep brackets that never close", bytes(200, "[".repeat(1_000_000))],
  ];
  it.each(answers)("%s: refused as such", async (_what, answer) => {
    expect(await refusal(answer)).toMatchObject({
      code: "ERR_RPC_BAD_RESPONSE",
      retryable: true,
      context: { origin: server.origin, method: "eth_call", fault: "node", status: 200 },
    });
  });
});

describe("the status", () => {
  const cases: readonly (readonly [number, Answer, ErrorCode])[] = [
    [204, bytes(204, ""), "ERR_RPC_BAD_RESPONSE"],
    [201, members({ result: "0x1" }, 201), "ERR_RPC_BAD_RESPONSE"],
    [401, bytes(401, "who are you"), "ERR_RPC_BAD_RESPONSE"],
    [404, members({ result: "0x1" }, 404), "ERR_RPC_BAD_RESPONSE"],
    [413, bytes(413, "content length too large"), "ERR_RPC_BAD_RESPONSE"],
    [429, bytes(429, "slow down"), "ERR_RPC_RATE_LIMITED"],
    [429, members({ result: "0x1" }, 429), "ERR_RPC_RATE_LIMITED"],
    [429, members(nodeError(-32000, "nonce too low"), 429), "ERR_RPC_RATE_LIMITED"],
    [500, bytes(500, ""), "ERR_RPC_NODE_FAULT"],
    [502, bytes(502, "<html>bad gateway</html>"), "ERR_RPC_NODE_FAULT"],
    [503, members({ result: "0x1" }, 503), "ERR_RPC_NODE_FAULT"],
    // Lotus sends every refusal with 500, Besu bad params with 400: the node's own word counts.
    [500, members(nodeError(-32000, "nonce too low"), 500), "ERR_RPC_REJECTED"],
    [400, members(nodeError(-32602, "invalid params"), 400), "ERR_RPC_REJECTED"],
    [400, members({ id: null, ...nodeError(-32700, "parse error") }, 400), "ERR_RPC_REJECTED"],
    [403, members({ error: { message: "the key may not use this method" } }, 403), "ERR_RPC_REJECTED"],
    [500, members({ error: reverted }, 500), "ERR_RPC_REJECTED"],
    [503, members(nodeError(-32000, "header not found"), 503), "ERR_RPC_NODE_FAULT"],
    // Without a code it is a gateway that speaks, not the node.
    [502, members({ error: { message: "oops" } }, 502), "ERR_RPC_NODE_FAULT"],
  ];
  it.each(cases)("%d gives the code of whose fault it is (%#)", async (status, answer, code) => {
    expect(await refusal(answer)).toMatchObject({ code, context: { status, origin: server.origin } });
  });
});

describe("a rate limit", () => {
  it.each([
    ["with status 200", members(nodeError(-32005, "daily request count exceeded, request rate limited")), 200],
    ["with status 200 and a code that says nothing", members(nodeError(-32000, "Too Many Requests")), 200],
    [
      "with status 429 and an error",
      members(nodeError(429, "exceeded its compute units per second capacity"), 429),
      429,
    ],
    ["with status 429 and a page", bytes(429, "<html>"), 429],
  ])("%s is the node's, and can be repeated later", async (_what, answer, status) => {
    expect(await refusal(answer)).toMatchObject({
      code: "ERR_RPC_RATE_LIMITED",
      retryable: true,
      context: { fault: "node", status, retryAfterMs: null },
    });
  });

  it.each([
    ["0", 0],
    ["7", 7_000],
    ["3600", 3_600_000],
    ["3601", null],
    ["99999999999", null],
    ["-1", null],
    ["1.5", null],
    ["0x10", null],
    ["", null],
    ["soon", null],
    ["Wed, 21 Oct 2037 07:28:00 GMT", null],
  ])("with Retry-After %j tells %j ms", async (header, retryAfterMs) => {
    const expected = { code: "ERR_RPC_RATE_LIMITED", context: { retryAfterMs } };
    expect(await refusal(bytes(429, "", { "retry-after": header }))).toMatchObject(expected);
    const inside = members(nodeError(-32005, "limit exceeded"), 200, { "retry-after": header });
    expect(await refusal(inside)).toMatchObject(expected);
  });
});

describe("an error's members", () => {
  it.each([
    ["revert data", "0x08c379a0", "0x08c379a0"],
    ["no bytes", "0x", "0x"],
    ["upper case", "0xABcd", "0xABcd"],
    ["an object, as Hardhat sends it", { data: "0x1234", message: "reverted" }, "0x1234"],
    ["a word before it, as Nethermind sends it", "Reverted 0x08c379a0", "0x08c379a0"],
    ["half a byte", "0x123", null],
    ["plain words", "revert: plain words", null],
    ["no hexadecimal digits", "0xzz", null],
    ["more than 20,000 characters", `0x${"00".repeat(10_000)}`, null],
    ["an object in an object", { data: { data: "0x" } }, null],
    ["a list", ["0x"], null],
    ["a number", 7, null],
    ["null", null, null],
    ["nothing", undefined, null],
  ])("data of %s", async (_what, data, rpcData) => {
    expect(await refusal(members({ error: { ...reverted, data } }))).toMatchObject({
      code: "ERR_RPC_REJECTED",
      context: { rpcCode: 3, rpcMessage: "execution reverted", rpcData },
    });
  });

  it.each([
    ["a text for a code", "-32000", "refused", 0, "refused"],
    ["a fraction for a code", 1.5, "refused", 0, "refused"],
    ["a code beyond all integers", 1e300, "refused", 0, "refused"],
    ["no code", undefined, "refused", 0, "refused"],
    ["an object for a message", -32000, { text: "refused" }, -32000, ""],
    ["no message", -32000, undefined, -32000, ""],
  ])("%s does no harm", async (_what, code, message, rpcCode, rpcMessage) => {
    expect(await refusal(members(nodeError(code, message)))).toMatchObject({
      code: "ERR_RPC_REJECTED",
      context: { rpcCode, rpcMessage },
    });
  });

  it("of 10 MB each stay out of the error", async () => {
    const long = "long ".repeat(2_000_000);
    server.answer = members(nodeError(-32000, long, long));
    const node = http({ url: server.origin, maxResponseBytes: 2 ** 25 });
    const error = await thrownBy(() => node.request(call));
    expect(error).toMatchObject({ code: "ERR_RPC_REJECTED", context: { rpcData: null } });
    expect(JSON.stringify(error).length).toBeLessThan(1_500);
  });
});
