import { describe, expect, it } from "vitest";
import { providerFailure } from "../../src/hardhat/provider-failure.ts";
import { providerTransport } from "../../src/hardhat/provider-transport.ts";
import { secretsOf } from "../../src/rpc/redact.ts";
import { thrownBy } from "../harness/errors.ts";

const key = "c4n4ry-of-a-gateway-key";
const url = new URL(`https://user:c4n4ry-password@node.test:8545/v2/${key}`);
const place = { origin: url.origin, method: "eth_call", secrets: secretsOf(url, []) };

function rpcError(message: string, code: number, data?: unknown): Error {
  return Object.assign(new Error(message), { code, data });
}

/** No node: what Hardhat throws, as it throws it. Each test takes milliseconds. */
describe("what Hardhat's provider throws", () => {
  it.each([
    [
      "a revert",
      rpcError("execution reverted", 3, "0x08c379a0"),
      "ERR_RPC_REJECTED",
      { rpcCode: 3, rpcData: "0x08c379a0" },
    ],
    [
      "a revert of Hardhat's own EVM",
      rpcError("VM Exception: revert", -32_603, { data: "0xaa" }),
      "ERR_RPC_REJECTED",
      { rpcData: "0xaa" },
    ],
    ["a rate limit", rpcError("Limit exceeded", -32_005), "ERR_RPC_RATE_LIMITED", { fault: "rate-limit" }],
    ["a node's own fault", rpcError("header not found", -32_000), "ERR_RPC_NODE_FAULT", { fault: "node" }],
    ["an unknown method", rpcError("the method does not exist", -32_601), "ERR_RPC_REJECTED", { rpcCode: -32_601 }],
    ["a refused connection", Object.assign(new Error("Cannot connect"), { number: 300 }), "ERR_RPC_UNREACHABLE", {}],
    ["no answer in time", new Error("Network connection timed out"), "ERR_RPC_TIMEOUT", {}],
    ["something else", "a string", "ERR_RPC_UNREACHABLE", {}],
  ])("becomes ours: %s", (_, error, code, context) => {
    expect(providerFailure(error, place)).toMatchObject({ code, context });
  });

  it.each([
    [404, "ERR_RPC_BAD_RESPONSE"],
    [503, "ERR_RPC_NODE_FAULT"],
  ])("becomes ours: HTTP %i", (statusCode, code) => {
    const cause = Object.assign(new Error("status"), { statusCode });
    const error = Object.assign(new Error("Request failed", { cause }), { code: -1 });
    expect(providerFailure(error, place)).toMatchObject({ code, context: { status: statusCode } });
  });

  it("shows nothing of the URL, in whatever part of it", () => {
    const texts = [url.href, `no such key ${key}`, "bad password c4n4ry-password", encodeURIComponent(key)];
    for (const text of texts) {
      for (const error of [rpcError(text, -32_000), rpcError(text, -1), new Error(text)]) {
        const told = providerFailure(error, place);
        expect(`${told.message} ${JSON.stringify(told)} ${String(told.cause)}`).not.toMatch(/c4n4ry/);
        expect(told.message).toContain("https://node.test:8545");
      }
    }
  });
});

describe("Hardhat's provider as a transport", () => {
  const silent = { request: () => new Promise<never>(() => undefined) };
  const settings = { origin: "https://node.test", secrets: [], timeoutMs: 30 };
  const request = { method: "eth_chainId", params: [] };

  it("hands requests and answers through", async () => {
    const transport = providerTransport({ request: (given) => Promise.resolve(given) }, settings);
    expect(await transport.request(request)).toEqual(request);
  });

  it("gives up in time", async () => {
    const transport = providerTransport(silent, settings);
    expect(await thrownBy(() => transport.request(request))).toMatchObject({ code: "ERR_RPC_TIMEOUT" });
    const patient = providerTransport(silent, { ...settings, timeoutMs: 60_000 });
    expect(await thrownBy(() => patient.request(request, { timeoutMs: 5 }))).toMatchObject({ code: "ERR_RPC_TIMEOUT" });
  });

  it("ends with its caller's signal, for the caller's reason", async () => {
    const transport = providerTransport(silent, { ...settings, timeoutMs: 60_000 });
    const reason = new Error("enough");
    expect(await thrownBy(() => transport.request(request, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const waiting = thrownBy(() => transport.request(request, { signal: controller.signal }));
    controller.abort(reason);
    expect(await waiting).toBe(reason);
  });

  it("refuses once it is closed", async () => {
    const transport = providerTransport(silent, settings);
    await transport.close();
    expect(await thrownBy(() => transport.request(request))).toMatchObject({ code: "ERR_CLOSED" });
  });
});
