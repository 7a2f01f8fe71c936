import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLatchkeyError, type LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { openSimulation } from "../../../src/inspection/simulation/open-simulation.ts";
import type { Simulator } from "../../../src/inspection/simulation/simulator.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Answer, scriptedNode } from "../../chains/scripted-node.ts";
import { thrownBy } from "../../harness/errors.ts";
import { members, rpcServerOfTest, type SeenRequest } from "../../harness/rpc-server.ts";
import { startNode, type TestNode } from "../nodes.ts";

const hash = `0x${"ab".repeat(32)}`;
const block = { number: "0x10", hash, timestamp: "0x65" };
const word = `0x${Buffer.from("latchkey probe of code overrides", "ascii").toString("hex")}`;
const replica: Simulator = { method: "local replica", run: () => Promise.resolve([]) };
const isByHash = (params: readonly unknown[]): boolean => JSON.stringify(params[1]).includes("blockHash");
const isHere = (params: readonly unknown[]): boolean => JSON.stringify(params[1]).includes(hash);

const honest: Readonly<Record<string, Answer>> = {
  eth_chainId: "0x2019",
  eth_getBlockByNumber: block,
  eth_getBalance: "0x0",
  eth_call: word,
};

/** A node over HTTP that refuses in its own words: the transport makes of it what it makes of any. */
async function refusing(method: string, error: { readonly code: number; readonly message: string }): Promise<string> {
  const server = await rpcServerOfTest((request: SeenRequest, response) => {
    const answers: Readonly<Record<string, unknown>> = { ...honest };
    const given = request.method === method ? { error } : { result: answers[String(request.method)] };
    return members(given)(request, response);
  });
  return server.origin;
}

describe("openSimulation", { timeout: 20_000 }, () => {
  it.each([
    ["geth before overrides", -32602, "too many arguments, want at most 2"],
    ["Besu", -32602, "Invalid call params"],
    ["Nethermind", -32602, "Invalid params"],
    ["a gateway", -32600, "state override is not supported on this plan"],
    ["a gateway that calls it its own failure", -32603, "internal error"],
  ])("takes the replica where %s refuses overrides, and says why", async (_, code, message) => {
    const transport = http(await refusing("eth_call", { code, message }));
    const simulation = await openSimulation({ transport, replica: () => Promise.resolve(replica) });
    expect(simulation.simulator).toBe(replica);
    expect(simulation.overrides).toMatchObject({ isHonoured: false, how: "refused" });
    expect(JSON.stringify(simulation.overrides)).toContain(message);
  });

  it.each([
    ["nothing, as for an address without code", "0x"],
    ["a word that is not ours", `0x${"00".repeat(32)}`],
    ["null", null],
  ])("takes the replica where overrides are ignored: %s", async (_, answer) => {
    const transport = scriptedNode({ ...honest, eth_call: answer });
    const simulation = await openSimulation({ transport, replica: () => Promise.resolve(replica) });
    expect(simulation.simulator).toBe(replica);
    expect(simulation.overrides).toMatchObject({ isHonoured: false, how: "ignored" });
  });

  it("hands the replica the pinned block", async () => {
    const seen: unknown[] = [];
    await openSimulation({
      transport: scriptedNode({ ...honest, eth_call: "0x" }),
      replica: (_, pinned) => {
        seen.push(pinned.number, pinned.hash);
        return Promise.resolve(replica);
      },
    });
    expect(seen).toEqual([16n, hash]);
  });

  it.each([
    ["ignored", "0x"],
    ["refused", { code: -32602, message: "too many arguments, want at most 2" }],
  ])("names what is missing without a replica: overrides %s", async (how, answer) => {
    const url = typeof answer === "string" ? undefined : await refusing("eth_call", answer);
    const transport = url === undefined ? scriptedNode({ ...honest, eth_call: "0x" }) : http(url);
    const error = await thrownBy(() => openSimulation({ transport }));
    expect(error).toMatchObject({ code: "ERR_CHAIN_NODE_UNSUITABLE", context: { how }, retryable: false });
  });

  it("does not take a replica for a node that cannot be asked", async () => {
    const transport = http(await refusing("eth_call", { code: 429, message: "rate limit exceeded" }));
    const error = await thrownBy(() => openSimulation({ transport, replica: () => Promise.resolve(replica) }));
    expect(error).toMatchObject({ code: "ERR_RPC_RATE_LIMITED" });
  });

  it("asks by number where hashes are not known", async () => {
    const transport = http(await refusing("eth_getBalance", { code: -32602, message: "invalid block number" }));
    expect((await openSimulation({ transport })).block.tag).toBe("0x10");
  });

  it("asks by number where any hash will do", async () => {
    const simulation = await openSimulation({ transport: scriptedNode(honest) });
    expect(simulation.block.tag).toBe("0x10");
  });

  it("asks by hash where another is refused", async () => {
    const refused: LatchkeyError = await refusalByNode();
    const eth_getBalance: Answer = (params) => {
      if (isByHash(params) && !isHere(params)) throw refused;
      return "0x0";
    };
    const { block: pinned } = await openSimulation({ transport: scriptedNode({ ...honest, eth_getBalance }) });
    expect(pinned).toEqual({ number: 16n, hash, timestamp: 101n, tag: { blockHash: hash } });
  });

  it.each([
    ["a negative number", -1n],
    ["a number beyond all chains", 2n ** 64n],
  ])("refuses %s as a block", async (_, given) => {
    const error = await thrownBy(() => openSimulation({ transport: scriptedNode(honest), block: given }));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
  });

  it.each([
    ["a block that is not there", null, "ERR_CONFIG_INVALID"],
    ["another block than was asked for", { ...block, number: "0x11" }, "ERR_RPC_BAD_RESPONSE"],
    ["a pending block", { ...block, hash: null }, "ERR_RPC_BAD_RESPONSE"],
    ["something else", "0x10", "ERR_RPC_BAD_RESPONSE"],
  ])("refuses %s", async (_, answer, code) => {
    const transport = scriptedNode({ ...honest, eth_getBlockByNumber: answer });
    expect(await thrownBy(() => openSimulation({ transport, block: 16n }))).toMatchObject({ code });
  });
});

/** What the transport makes of a node's refusal. */
async function refusalByNode(): Promise<LatchkeyError> {
  const url = await refusing("eth_getBalance", { code: -32000, message: "header for hash not found" });
  const error = await thrownBy(() => http(url).request({ method: "eth_getBalance", params: [] }));
  if (isLatchkeyError(error)) return error;
  throw new Error("No refusal.");
}

describe("a pinned block", { timeout: 60_000 }, () => {
  let anvil: TestNode;
  beforeAll(async () => {
    anvil = await startNode();
  });
  afterAll(() => anvil.stop());

  it("is looked at as it was", async () => {
    const cell = `0x${"c1".repeat(20)}`;
    // Keeps the word that it is called with; called with nothing, it answers with it.
    await anvil.request("anvil_setCode", cell, "0x36600c575f545f5260205ff35b5f355f5500");
    await anvil.deployer.send(cell, `0x${"1".padStart(64, "0")}`);
    const transport = http(anvil.url);
    const before = await openSimulation({ transport });
    await anvil.deployer.send(cell, `0x${"2".padStart(64, "0")}`);
    const call = { from: `0x${"a1".repeat(20)}`, to: cell, data: "0x" };
    const [then] = await before.simulator.run([call]);
    const again = await openSimulation({ transport, block: before.block.number });
    const [thenAgain] = await again.simulator.run([call]);
    const [now] = await (await openSimulation({ transport })).simulator.run([call]);
    expect([then, thenAgain, now].map((result) => BigInt(result?.data ?? "0x"))).toEqual([1n, 1n, 2n]);
    await transport.close();
  });

  it("is confirmed while it stands, and not once it was exchanged", async () => {
    const transport = http(anvil.url);
    const snapshot = await anvil.request("evm_snapshot");
    await anvil.request("anvil_mine", "0x1");
    const simulation = await openSimulation({ transport });
    await simulation.confirm();
    await anvil.request("evm_revert", snapshot);
    await anvil.request("evm_setNextBlockTimestamp", `0x${(simulation.block.timestamp + 77n).toString(16)}`);
    await anvil.request("anvil_mine", "0x1");
    expect(await thrownBy(() => simulation.confirm())).toMatchObject({ code: "ERR_RPC_NODE_FAULT", retryable: true });
    await transport.close();
  });
});
