import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { http } from "../../src/rpc/http.ts";
import { thrownBy } from "../harness/errors.ts";
import { type Answer, cut, members, rpcServerOfTest, silence } from "../harness/rpc-server.ts";

const call = { method: "eth_chainId", params: [] };
const start = { "content-type": "application/json" };

/** Sends headers and the beginning of a body, and then a space now and again, for ever. */
const trickle: Answer = (_request, response) => {
  response.writeHead(200, start).write(`{"jsonrpc":"2.0",`);
  const timer = setInterval(() => response.write(" "), 10);
  response.on("close", () => {
    clearInterval(timer);
  });
};

/** Resolves when the server has taken `count` requests. */
async function arrived(requests: readonly unknown[], count: number): Promise<void> {
  while (requests.length < count) await new Promise((resolve) => setImmediate(resolve));
}

// Budget of the file: 5 s.
describe("a time-out", () => {
  it.each([
    ["of a node that never answers", silence],
    ["of a body that trickles", trickle],
  ])("%s ends the request", async (_what, answer) => {
    const gone = Promise.withResolvers<undefined>();
    const server = await rpcServerOfTest((request, response) => {
      response.on("close", () => {
        gone.resolve(undefined);
      });
      return answer(request, response);
    });
    const node = http({ url: server.origin, timeoutMs: 100 });
    const error = await thrownBy(() => node.request(call));
    expect(String(error)).toContain("100 ms");
    expect(error).toMatchObject({
      code: "ERR_RPC_TIMEOUT",
      retryable: true,
      context: { origin: server.origin, method: "eth_chainId", fault: "network" },
    });
    // The connection is not kept for an answer that nobody waits for.
    await gone.promise;
  });

  it("of one request goes before the transport's", async () => {
    const server = await rpcServerOfTest(silence);
    const node = http({ url: server.origin, timeoutMs: 300_000 });
    expect(await thrownBy(() => node.request(call, { timeoutMs: 20 }))).toMatchObject({ code: "ERR_RPC_TIMEOUT" });
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 300_001])(
    "of %d is refused before anything is sent",
    async (timeoutMs) => {
      const server = await rpcServerOfTest(members({ result: true }));
      const node = http(server.origin);
      expect(await thrownBy(() => node.request(call, { timeoutMs }))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
      expect(server.requests).toEqual([]);
    },
  );

  it("leaves the transport usable", async () => {
    const server = await rpcServerOfTest(silence);
    const node = http({ url: server.origin, timeoutMs: 5_000 });
    await thrownBy(() => node.request(call, { timeoutMs: 20 }));
    server.answer = members({ result: 7 });
    await expect(node.request(call)).resolves.toBe(7);
  });
});

describe("the caller's signal", () => {
  it("ends a request with its own reason, before and during the body", async () => {
    for (const answer of [silence, trickle]) {
      const server = await rpcServerOfTest(answer);
      const node = http(server.origin);
      const reason = new Error("the user left");
      const controller = new AbortController();
      const given = thrownBy(() => node.request(call, { signal: controller.signal }));
      await arrived(server.requests, 1);
      controller.abort(reason);
      expect(await given).toBe(reason);
    }
  });

  it("that is over already lets nothing out", async () => {
    const server = await rpcServerOfTest(members({ result: true }));
    const reason = new Error("the user left");
    const node = http(server.origin);
    expect(await thrownBy(() => node.request(call, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.requests).toEqual([]);
  });

  it("that many requests share does not warn, and ends all of them but no other", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): number => warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => {
      process.off("warning", note);
    });
    const server = await rpcServerOfTest(silence);
    const node = http(server.origin);
    const controller = new AbortController();
    const given = Array.from({ length: 40 }, () => thrownBy(() => node.request(call, { signal: controller.signal })));
    await arrived(server.requests, 40);
    server.answer = members({ result: "other" });
    const other = node.request(call);
    controller.abort(new Error("over"));
    for (const error of await Promise.all(given)) expect(error).toBe(controller.signal.reason);
    await expect(other).resolves.toBe("other");
    expect(warnings).toEqual([]);
  });
});

describe("close", () => {
  it("ends what is under way, and refuses what comes later", async () => {
    const server = await rpcServerOfTest(silence);
    const node = http(server.origin);
    const given = [thrownBy(() => node.request(call)), thrownBy(() => node.request(call))];
    await arrived(server.requests, 2);
    await node.close();
    for (const error of await Promise.all(given)) {
      expect(error).toMatchObject({ code: "ERR_CLOSED", retryable: false });
      // It did leave this machine.
      expect(String(error)).toContain("may still be done");
    }
    const late = await thrownBy(() => node.request(call));
    expect(late).toMatchObject({ code: "ERR_CLOSED" });
    expect(String(late)).toContain("Nothing was sent");
    await node.close();
    expect(server.requests).toHaveLength(2);
  });
});

/** A server that takes a connection and sends these bytes, whatever it is sent. */
async function rawServer(answer: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return `http://127.0.0.1:${String(address.port)}`;
}

async function refusedPort(): Promise<string> {
  const server = await rpcServerOfTest(silence);
  const { origin } = server;
  await server.close();
  return origin;
}

describe("a connection", () => {
  async function expectUnreachable(node: Transport, reason: RegExp): Promise<void> {
    const error = await thrownBy(() => node.request(call));
    expect(error).toMatchObject({
      code: "ERR_RPC_UNREACHABLE",
      retryable: true,
      context: { origin: node.origin, method: "eth_chainId", fault: "network" },
    });
    expect(isLatchkeyError(error) && error.context["reason"]).toMatch(reason);
  }

  it("that is refused", async () => {
    await expectUnreachable(http(await refusedPort()), /^ECONNREFUSED$/);
  });

  it("that is reset instead of an answer", async () => {
    const server = await rpcServerOfTest(cut);
    await expectUnreachable(http(server.origin), /ECONNRESET|UND_ERR_SOCKET/);
    // A request that may have been acted on is not repeated behind the caller's back.
    expect(server.requests).toHaveLength(1);
  });

  it("that is cut in the middle of the body", async () => {
    const whole = '{"jsonrpc":"2.0","id":1,"result":"0x1"}';
    const server = await rpcServerOfTest((_request, response) => {
      // What is there is valid JSON: only the announced length tells that something is missing.
      response.writeHead(200, { ...start, "content-length": String(whole.length + 1) });
      response.write(whole, () => response.socket?.destroy());
    });
    await expectUnreachable(http(server.origin), /UND_ERR_SOCKET|ECONNRESET/);
  });

  it("that does not speak HTTP", async () => {
    await expectUnreachable(http(await rawServer("SSH-2.0-OpenSSH_9.9\r\n")), /./);
  });
});
