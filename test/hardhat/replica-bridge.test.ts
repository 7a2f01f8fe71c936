import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completeHeader } from "../../src/hardhat/complete-header.ts";
import { openReplicaBridge, type ReplicaBridge } from "../../src/hardhat/replica-bridge.ts";
import type { RpcRequest, Transport } from "../../src/ports/transport.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";

const hash = `0x${"ab".repeat(32)}` as const;
const block = { number: 5n, hash, timestamp: 1n, tag: { blockHash: hash } } as const;
const someone = "0x00000000000000000000000000000000000b0b00";

/** No node and no chain: what passes, and how. Each test takes milliseconds. */
describe("the bridge between a replica and a node", () => {
  const seen: RpcRequest[] = [];
  let failure: LatchkeyError | undefined;
  let bridge: ReplicaBridge;
  const transport: Transport = {
    origin: "http://node.test",
    request: (request) => {
      seen.push(request);
      if (failure !== undefined) return Promise.reject(failure);
      return Promise.resolve(request.method === "eth_chainId" ? "0x2019" : { number: "0x5" });
    },
    close: () => Promise.resolve(),
  };

  beforeAll(async () => {
    bridge = await openReplicaBridge(transport, block);
  });
  afterAll(() => bridge.close());

  async function post(body: unknown, url = bridge.url): Promise<{ readonly status: number; readonly answer: unknown }> {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, answer: text === "" ? undefined : JSON.parse(text) };
  }

  async function asked(method: string, ...params: readonly unknown[]): Promise<unknown> {
    seen.length = 0;
    return (await post({ jsonrpc: "2.0", id: 1, method, params })).answer;
  }

  it("listens on this machine alone, on a path that cannot be guessed", async () => {
    expect(bridge.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{48}$/);
    seen.length = 0;
    const { origin } = new URL(bridge.url);
    expect(await post({ jsonrpc: "2.0", id: 1, method: "eth_chainId" }, `${origin}/`)).toMatchObject({ status: 404 });
    expect((await fetch(bridge.url)).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it.each([
    "eth_sendRawTransaction",
    "eth_sendTransaction",
    "eth_call",
    "personal_sign",
    "debug_setHead",
    "toString",
    "",
  ])("does not pass %s on", async (method) => {
    expect(await asked(method, "0x00")).toMatchObject({ error: { code: -32_601 } });
    expect(seen).toEqual([]);
  });

  it.each([
    ["eth_getCode", [someone, "latest"], [someone, block.tag]],
    ["eth_getBalance", [someone, "0x1"], [someone, block.tag]],
    ["eth_getTransactionCount", [someone, "pending"], [someone, block.tag]],
    ["eth_getStorageAt", [someone, "0x0", "latest"], [someone, "0x0", block.tag]],
  ])("asks %s of the pinned block, whatever is asked for", async (method, given, passed) => {
    await asked(method, ...given);
    expect(seen).toEqual([{ method, params: passed }]);
  });

  it("names the chain in both ways", async () => {
    expect(await asked("eth_chainId")).toMatchObject({ result: "0x2019" });
    expect(await asked("net_version")).toMatchObject({ result: "8217" });
  });

  it("answers several at once", async () => {
    const requests = ["eth_chainId", "eth_call"].map((method, id) => ({ jsonrpc: "2.0", id, method, params: [] }));
    expect((await post(requests)).answer).toMatchObject([
      { id: 0, result: "0x2019" },
      { id: 1, error: { code: -32_601 } },
    ]);
  });

  it("keeps what the node failed with, once", async () => {
    failure = new LatchkeyError("ERR_RPC_UNREACHABLE", "Gone.");
    expect(await asked("eth_getCode", someone, "latest")).toMatchObject({ error: { message: "Gone." } });
    expect(bridge.takeFailure()).toBe(failure);
    expect(bridge.takeFailure()).toBeUndefined();
    failure = undefined;
  });
});

describe("a block's missing members", () => {
  it("are completed, and those that are there stay", () => {
    const completed = completeHeader({ number: "0x5", gasLimit: "0x1", nonce: null });
    expect(completed).toMatchObject({
      number: "0x5",
      gasLimit: "0x1",
      nonce: "0x0000000000000000",
      mixHash: `0x${"0".repeat(64)}`,
    });
  });

  it("include no transaction, of whatever kind", () => {
    expect(completeHeader({ transactions: [{ type: "0x31" }] })).toMatchObject({ transactions: [] });
  });

  it("are not made up where there is no block", () => {
    expect(completeHeader(null)).toBeNull();
  });
});
