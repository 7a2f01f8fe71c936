import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { http } from "../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { thrownBy } from "../harness/errors.ts";
import { bytes, members, rpcServerOfTest } from "../harness/rpc-server.ts";

const call = { method: "eth_chainId", params: [] };

// Budget of the file: 5 s.
describe("http, against a real node", { timeout: 20_000 }, () => {
  let anvil: Anvil;
  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 4242 });
  });
  afterAll(() => anvil.stop());

  it("gives the result of each of many requests at once to the one who asked", async () => {
    const node = http(anvil.url);
    expect(node.origin).toBe(anvil.url);
    await expect(node.request(call)).resolves.toBe("0x1092");
    const addresses = Array.from({ length: 100 }, (_, index) => `0x${String(index + 1).padStart(40, "0")}`);
    await Promise.all(addresses.map((address, index) => anvil.setBalance(address, BigInt(index + 1))));
    const balances = await Promise.all(
      addresses.map((address) => node.request({ method: "eth_getBalance", params: [address, "latest"] })),
    );
    expect(balances).toEqual(addresses.map((_, index) => `0x${(index + 1).toString(16)}`));
    await node.close();
  });

  it("gives a null result, and an object as it is", async () => {
    const node = http(anvil.url);
    const unknownHash = `0x${"1".repeat(64)}`;
    await expect(node.request({ method: "eth_getTransactionByHash", params: [unknownHash] })).resolves.toBeNull();
    await expect(node.request({ method: "eth_getBlockByNumber", params: ["0x0", false] })).resolves.toMatchObject({
      number: "0x0",
      transactions: [],
    });
  });

  it("makes a refusal of the node's a typed error", async () => {
    const node = http(anvil.url);
    expect(await thrownBy(() => node.request({ method: "no_such", params: [] }))).toMatchObject({
      code: "ERR_RPC_REJECTED",
      retryable: false,
      context: { origin: anvil.url, method: "no_such", fault: "request", status: 200, rpcCode: -32601, rpcData: null },
    });
    expect(
      await thrownBy(() => node.request({ method: "eth_getBalance", params: ["nonsense", "latest"] })),
    ).toMatchObject({ code: "ERR_RPC_REJECTED", context: { rpcCode: -32602 } });
    expect(await thrownBy(() => node.request({ method: "eth_sendRawTransaction", params: ["0x00"] }))).toMatchObject({
      code: "ERR_RPC_REJECTED",
      retryable: false,
    });
  });

  it("carries the data of a revert", async () => {
    const node = http(anvil.url);
    // Init code that reverts with the 32 bytes of 42: PUSH1 42, PUSH0, MSTORE, PUSH1 32, PUSH0, REVERT.
    const data = "0x602a5f5260205ffd";
    expect(await thrownBy(() => node.request({ method: "eth_call", params: [{ data }, "latest"] }))).toMatchObject({
      code: "ERR_RPC_REJECTED",
      context: { rpcCode: 3, rpcData: `0x${"2a".padStart(64, "0")}` },
    });
  });
});

describe("http's requests", () => {
  it("are JSON-RPC 2.0, with an id of their own each", async () => {
    const server = await rpcServerOfTest(members({ result: true }));
    const node = http(`${server.origin}/v3/key?a=b#part`);
    await node.request({ method: "one", params: [] });
    await node.request({ method: "two", params: ["0x1", { deep: [null, true] }] });
    const [first, second] = server.requests;
    expect(first?.path).toBe("/v3/key?a=b");
    expect(first?.headers).toMatchObject({ "content-type": "application/json", accept: "application/json" });
    expect(first?.headers.authorization).toBeUndefined();
    expect(JSON.parse(first?.body ?? "")).toEqual({ jsonrpc: "2.0", id: 1, method: "one", params: [] });
    expect(JSON.parse(second?.body ?? "")).toEqual({
      jsonrpc: "2.0",
      id: 2,
      method: "two",
      params: ["0x1", { deep: [null, true] }],
    });
  });

  it("carry the URL's credentials as Basic authorisation, and not in the URL", async () => {
    const server = await rpcServerOfTest(members({ result: true }));
    await http(server.origin.replace("//", "//us%20er:p%C3%A4ss%2F@")).request(call);
    expect(server.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from("us er:päss/", "utf8").toString("base64")}`,
    );
    expect(server.requests[0]?.headers.host).toBe(server.origin.slice("http://".length));
  });

  it("carry the caller's headers, whose names have no case; the body's type is always JSON", async () => {
    const server = await rpcServerOfTest(members({ result: true }));
    const url = server.origin.replace("//", "//user:password@");
    const headers = { "X-Api-Key": "key", Authorization: "Bearer t", "Content-Type": "text/plain", Accept: "*/*" };
    await http({ url, headers }).request(call);
    expect(server.requests[0]?.headers).toMatchObject({
      "x-api-key": "key",
      authorization: "Bearer t",
      "content-type": "application/json",
      accept: "*/*",
    });
  });

  it.each([301, 302, 303, 307, 308])("do not follow a redirect with status %d", async (status) => {
    const elsewhere = await rpcServerOfTest(members({ result: "stolen" }));
    const server = await rpcServerOfTest(bytes(status, "", { location: `${elsewhere.origin}/v3/key` }));
    const node = http({ url: server.origin, headers: { "x-api-key": "key" } });
    expect(await thrownBy(() => node.request(call))).toMatchObject({
      code: "ERR_RPC_BAD_RESPONSE",
      context: { status, fault: "node" },
    });
    expect(elsewhere.requests).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it("are not sent if JSON has no words for their params", async () => {
    const server = await rpcServerOfTest(members({ result: true }));
    const node = http(server.origin);
    const loop: unknown[] = [];
    loop.push(loop);
    const broken = {
      toJSON: () => {
        throw new Error("private words");
      },
    };
    for (const param of [1n, { value: 10n ** 18n }, loop, broken]) {
      const error = await thrownBy(() => node.request({ method: "eth_call", params: [param] }));
      expect(error).toMatchObject({
        code: "ERR_RPC_REJECTED",
        retryable: false,
        context: { method: "eth_call", fault: "request" },
      });
      expect(String(error)).toMatch(/cannot be written as JSON.*Nothing was sent/);
      expect(String(error)).not.toContain("private");
    }
    expect(server.requests).toEqual([]);
  });
});
