import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBody } from "../../src/rpc/body.ts";
import { http } from "../../src/rpc/http.ts";
import { thrownBy } from "../harness/errors.ts";
import { type Answer, bytes, rpcServerOfTest } from "../harness/rpc-server.ts";

const call = { method: "eth_getLogs", params: [] };
const limit = 64 * 1024;

/** An answer of exactly this many bytes. */
function ofSize(size: number): string {
  const around = '{"jsonrpc":"2.0","id":1,"result":""}'.length;
  return `{"jsonrpc":"2.0","id":1,"result":"${"x".repeat(size - around)}"}`;
}

// Budget of the file: 3 s.
describe("an answer's size", () => {
  it("may be the limit, and not a byte more", async () => {
    const server = await rpcServerOfTest(bytes(200, ofSize(limit)));
    const node = http({ url: server.origin, maxResponseBytes: limit });
    await expect(node.request(call)).resolves.toHaveLength(limit - 36);
    server.answer = bytes(200, ofSize(limit + 1));
    const error = await thrownBy(() => http({ url: server.origin, maxResponseBytes: limit }).request(call));
    expect(error).toMatchObject({ code: "ERR_RPC_BAD_RESPONSE" });
    expect(String(error)).toContain("longer than 65536 bytes");
  });

  it("is counted in bytes, not in characters", async () => {
    const server = await rpcServerOfTest(bytes(200, '{"jsonrpc":"2.0","id":1,"result":"' + "é".repeat(600) + '"}'));
    const node = http({ url: server.origin, maxResponseBytes: 1_024 });
    expect(await thrownBy(() => node.request(call))).toMatchObject({ code: "ERR_RPC_BAD_RESPONSE" });
  });

  it.each([200, 500])("without end is not read to its end, with status %d", async (status) => {
    const gone = Promise.withResolvers<undefined>();
    let sent = 0;
    const forEver: Answer = (_request, response) => {
      response.on("close", () => {
        gone.resolve(undefined);
      });
      response.writeHead(status);
      const chunk = Buffer.alloc(16 * 1024, " ");
      const more = (): void => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once("drain", more);
            return;
          }
        }
      };
      more();
    };
    const server = await rpcServerOfTest(forEver);
    const node = http({ url: server.origin, maxResponseBytes: limit });
    expect(await thrownBy(() => node.request(call))).toMatchObject({
      code: "ERR_RPC_BAD_RESPONSE",
      context: { status },
    });
    // The connection ends with the request.
    await gone.promise;
    // What was read, and what the buffers of the two sockets hold at most.
    expect(sent).toBeLessThan(64 * 2 ** 20);
  });

  it("is that of the text where the answer is packed", async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 2 ** 20, " "));
    expect(bomb.length).toBeLessThan(2 ** 17);
    const server = await rpcServerOfTest(bytes(200, bomb, { "content-encoding": "gzip" }));
    const node = http({ url: server.origin, maxResponseBytes: 2 ** 20 });
    expect(String(await thrownBy(() => node.request(call)))).toContain("longer than 1048576 bytes");
    server.answer = bytes(200, gzipSync(ofSize(1_000)), { "content-encoding": "gzip" });
    await expect(http(server.origin).request(call)).resolves.toHaveLength(1_000 - 36);
  });
});

describe("readBody", () => {
  it("joins what a character was cut into, and gives the empty text for no body", async () => {
    const parts = [...Buffer.from("a€𝄞", "utf8")].map((byte) => Uint8Array.of(byte));
    const stream = ReadableStream.from(parts);
    await expect(readBody(new Response(stream), 8)).resolves.toBe("a€𝄞");
    await expect(readBody(new Response(null), 8)).resolves.toBe("");
  });

  it("cancels what it does not read", async () => {
    const cancelled: unknown[] = [];
    const stream = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(3));
      },
      cancel: (reason) => {
        cancelled.push(reason);
      },
    });
    await expect(readBody(new Response(stream), 8)).resolves.toBeUndefined();
    expect(cancelled).toHaveLength(1);
  });
});
