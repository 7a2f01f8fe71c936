import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { caverProvider } from "../../../src/chains/kaia/index.ts";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { thrownBy } from "../../harness/errors.ts";
import { refusedBy } from "../refused.ts";
import { type Answer, rpcError, trouble } from "../scripted-node.ts";
import { caverOver } from "./caver.ts";
import { sceneOf } from "./scene.ts";

// Over real nodes: cases-caver.ts. Budget of the file: 2 s.

const payload = (method: string, id: number | string = 1, ...params: unknown[]) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});

function providerOver(answers: Readonly<Record<string, Answer>> = {}) {
  const { node, chain } = sceneOf(answers);
  const provider = caverProvider({ chains: { kaia: chain } }, "kaia");
  type Payload = ReturnType<typeof payload>;
  const send = (asked: Payload | readonly Payload[]): Promise<readonly [error: unknown, answer: unknown]> =>
    new Promise((resolve) => {
      const take = (error: unknown, answer?: unknown): void => {
        resolve([error, answer]);
      };
      if ("length" in asked) provider.send(asked, take);
      else provider.send(asked, take);
    });
  return { node, provider, send };
}

describe("caverProvider", () => {
  it("asks over the chain's transport and answers in JSON-RPC, under the request's own id", async () => {
    const { node, send } = providerOver({ klay_getBalance: "0x7" });
    expect(await send(payload("klay_getBalance", 41, "0xabc", "latest"))).toEqual([
      null,
      { jsonrpc: "2.0", id: 41, result: "0x7" },
    ]);
    expect(node.asked).toEqual([{ method: "klay_getBalance", params: ["0xabc", "latest"] }]);
    expect((await send(payload("klay_getBalance", "text")))[1]).toMatchObject({ id: "text" });
  });

  it("gives a node's refusal as an answer, with code, message and data", async () => {
    const { send } = providerOver({ klay_call: () => Promise.reject(rpcError(3, "execution reverted", "0xabcd")) });
    const error = { code: 3, message: "execution reverted", data: "0xabcd" };
    expect(await send(payload("klay_call", 5))).toEqual([null, { jsonrpc: "2.0", id: 5, error }]);
  });

  it.each(["ERR_RPC_TIMEOUT", "ERR_RPC_UNREACHABLE", "ERR_RPC_RATE_LIMITED", "ERR_CLOSED"] as const)(
    "gives the transport's own %s as it is",
    async (code) => {
      const failure = trouble(code);
      const { send } = providerOver({ klay_call: () => Promise.reject(failure) });
      expect(await send(payload("klay_call"))).toEqual([failure, undefined]);
      expect(await send([payload("klay_call"), payload("kaia_chainID", 2)])).toEqual([failure, undefined]);
    },
  );

  it("gives an error also where a transport throws none", async () => {
    const { send } = providerOver({
      klay_call: () => {
        const thrown: unknown = "text";
        throw thrown;
      },
    });
    const [error, answer] = await send(payload("klay_call"));
    expect(error).toBeInstanceOf(Error);
    expect(answer).toBeUndefined();
  });

  it("answers a batch in its order, each with its own result or refusal", async () => {
    const { send } = providerOver({ klay_blockNumber: "0x5", klay_gasPrice: "0x6" });
    const batch = [payload("klay_gasPrice", 1), payload("klay_nowhere", 2), payload("klay_blockNumber", 3)];
    expect(await send(batch)).toEqual([
      null,
      [
        { jsonrpc: "2.0", id: 1, result: "0x6" },
        {
          jsonrpc: "2.0",
          id: 2,
          error: { code: -32_601, message: "the method klay_nowhere does not exist", data: null },
        },
        { jsonrpc: "2.0", id: 3, result: "0x5" },
      ],
    ]);
    expect(await send([])).toEqual([null, []]);
  });

  it("gives a failure to whoever asked and to nobody else: none is left unhandled, which would end the process", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => void process.off("unhandledRejection", unhandled));
    const failure = trouble("ERR_RPC_UNREACHABLE");
    const { provider } = providerOver({ klay_blockNumber: () => Promise.reject(failure) });
    const { rpc } = caverOver(provider);
    expect(await thrownBy(() => rpc.klay.getBlockNumber())).toBe(failure);
    await setTimeout(10);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("says what caver asks of a provider, and nothing of the URL's path", () => {
    const { provider } = providerOver();
    expect(provider).toMatchObject({ host: "http://node.test", connected: true, timeout: 0 });
    expect(provider.supportsSubscriptions()).toBe(false);
    expect(provider.disconnect()).toBe(false);
  });

  it.each<readonly [string, unknown, unknown]>([
    ["another name", { chains: {} }, "kaia"],
    ["a name of every object", { chains: {} }, "constructor"],
    ["no name", { chains: { undefined: {} } }, undefined],
    ["a symbol for a name", { chains: {} }, Symbol("kaia")],
    ["no Latchkey", undefined, "kaia"],
    ["null", null, "kaia"],
    ["no chains", {}, "kaia"],
    ["text", "latchkey", "kaia"],
    ["a promise of a Latchkey", Promise.resolve({ chains: {} }), "kaia"],
  ])("is refused for %s", (_, latchkey, name) => {
    const error = refusedBy(() => {
      Reflect.apply(caverProvider, undefined, [latchkey, name]);
    }, "ERR_CONFIG_INVALID");
    expect(isLatchkeyError(error)).toBe(true);
    expect(error.message).toMatch(/^caverProvider: no chain (?:"\w+"|of that name) is configured/);
  });
});
