import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { http } from "../../src/rpc/http.ts";
import { type Answer, bytes, members, type RpcServer, silence, startRpcServer } from "../harness/rpc-server.ts";

const codes = ["ERR_RPC_BAD_RESPONSE", "ERR_RPC_NODE_FAULT", "ERR_RPC_RATE_LIMITED", "ERR_RPC_REJECTED"];

let server: RpcServer;
beforeAll(async () => {
  server = await startRpcServer(silence);
});
afterAll(() => server.close());

/** What comes of an answer: "result", or the code of an error that is fit to be shown. */
async function outcomeOf(answer: Answer): Promise<string> {
  server.answer = answer;
  try {
    await http({ url: server.origin, maxResponseBytes: 4096 }).request({ method: "m", params: [] });
    return "result";
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    expect(error.context).toMatchObject({ origin: server.origin, method: "m" });
    expect(error.message.length).toBeLessThan(500);
    return error.code;
  }
}

const status = fc.constantFrom(200, 200, 200, 201, 302, 400, 404, 429, 500, 503);

// Budget of the file: 5 s.
it("any bytes give a result or an error of the node's, and nothing else", { timeout: 60_000 }, async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 5_000 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(status, body, async (given, sent) => {
      expect(codes).toContain(await outcomeOf(bytes(given, sent)));
    }),
    { numRuns: 300 },
  );
});

it(
  "a response with any error is an error, and one with any result and status 200 is that result",
  { timeout: 60_000 },
  async () => {
    const error = fc.oneof(
      fc.jsonValue().filter((value) => value !== null),
      fc.record(
        {
          code: fc.oneof(fc.integer(), fc.jsonValue()),
          message: fc.oneof(fc.string(), fc.jsonValue()),
          data: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(status, error, async (given, value) => {
        expect(codes).toContain(await outcomeOf(members({ error: value }, given)));
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await outcomeOf(members({ result: value }))).toBe("result");
      }),
    );
  },
);
