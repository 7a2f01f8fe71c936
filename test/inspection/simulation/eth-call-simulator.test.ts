import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { puppet } from "../../../src/inspection/artifacts/puppet.ts";
import { receiver } from "../../../src/inspection/artifacts/receiver.ts";
import { directorAddress } from "../../../src/inspection/simulation/eth-call-simulator.ts";
import { openSimulation, type Simulation } from "../../../src/inspection/simulation/open-simulation.ts";
import type { SimulatedCall } from "../../../src/inspection/simulation/simulator.ts";
import { http } from "../../../src/rpc/http.ts";
import { thrownBy } from "../../harness/errors.ts";
import { startNode } from "../nodes.ts";

const alice = `0x${"a1".repeat(20)}`;
const bob = `0x${"b0".repeat(20)}`;
const at = (byte: string): string => `0x${byte.repeat(20)}`;
const target = at("c0");
const contract = new Interface(JSON.stringify(receiver.abi));
const hooks = new Interface(["function onKIP17Received(address, address, uint256, bytes) returns (bytes4)"]);
const behave = (answer: number): string => contract.encodeFunctionData("behave", [answer, answer]);
const ask = hooks.encodeFunctionData("onKIP17Received", [alice, bob, 7, "0x1234"]);
const call = (from: string, data: string, to = target): SimulatedCall => ({ from, to, data });
/** Calls the address in the first word with the bytes after it, and answers with what comes back. */
const forwarder = "0x60203603602060003760006000602036036000600060003561c350f13d600060003e3d6000f3";
const placed = { [target]: receiver.bytecode };

describe.each(["anvil", "EDR", "the Kaia node"] as const)("a simulation on %s", { timeout: 60_000 }, (name) => {
  let stop: () => Promise<void>;
  let simulation: Simulation;
  beforeAll(async () => {
    const node = await startNode(name);
    const transport = http(node.url);
    stop = async () => {
      await transport.close();
      await node.stop();
    };
    simulation = await openSimulation({ transport });
  });
  afterAll(() => stop());

  const run: Simulation["simulator"]["run"] = (calls, code) => simulation.simulator.run(calls, code);
  const refusalOf = (calls: readonly SimulatedCall[], code?: Record<string, string>): Promise<unknown> =>
    thrownBy(() => run(calls, code));

  it("says how, and pins the block by its hash", () => {
    expect(simulation.simulator.method).toBe("eth_call with code overrides");
    expect(simulation.overrides).toEqual({ isHonoured: true });
    expect(simulation.block.tag).toEqual({ blockHash: simulation.block.hash });
  });

  it("plays calls one after the other, each from its own address, on the state that those before left", async () => {
    const results = await run(
      [
        call(alice, ask),
        call(bob, contract.encodeFunctionData("token")),
        call(bob, ask),
        call(alice, contract.encodeFunctionData("token")),
        call(alice, contract.encodeFunctionData("operator")),
        call(alice, contract.encodeFunctionData("data")),
      ],
      placed,
    );
    const word = (address: string): string => `0x${address.slice(2).padStart(64, "0")}`;
    expect(results.map(({ succeeded }) => succeeded)).toEqual(Array.from({ length: 6 }, () => true));
    expect(results.map(({ data }) => data).slice(1, 5)).toEqual([
      word(alice),
      `0x6745782b${"0".repeat(56)}`,
      word(bob),
      word(alice),
    ]);
    expect(contract.decodeFunctionResult("data", results[5]?.data ?? "0x")[0]).toBe("0x1234");
  });

  it("gives what a call reverted with, and goes on", async () => {
    const results = await run(
      [4, 5, 6, 0].flatMap((answer) => [call(alice, behave(answer)), call(bob, ask)]),
      placed,
    );
    const asked = results.filter((_result, index) => index % 2 === 1);
    expect(asked.map(({ succeeded }) => succeeded)).toEqual([false, false, false, true]);
    expect(asked.map(({ data }) => data.slice(0, 10))).toEqual(["0x", "0x17838f36", "0x08c379a0", "0x6745782b"]);
  });

  it("leaves nothing behind", async () => {
    await run([call(alice, ask)], placed);
    const [result] = await run([call(bob, contract.encodeFunctionData("token"))], placed);
    expect(BigInt(result?.data ?? "0x1")).toBe(0n);
    for (const address of [alice, target, directorAddress]) {
      expect(await simulation.transport.request({ method: "eth_getCode", params: [address, "latest"] })).toBe("0x");
    }
  });

  it("gives a call the gas that it is given, and counts what it used", async () => {
    // JUMPDEST PUSH0 JUMP: without an end.
    const [endless, bounded, nothing] = await run(
      [call(alice, "0x", at("dd")), { ...call(alice, "0x", at("dd")), gas: 40_000n }, call(alice, "0x", at("ee"))],
      { [at("dd")]: "0x5b5f56" },
    );
    expect(endless?.succeeded).toBe(false);
    expect(endless?.gasUsed).toBeGreaterThanOrEqual(1_000_000n);
    expect(endless?.gasUsed).toBeLessThan(1_003_000n);
    expect(bounded?.gasUsed).toBeGreaterThanOrEqual(40_000n);
    expect(bounded?.gasUsed).toBeLessThan(43_000n);
    expect(nothing).toMatchObject({ succeeded: true, data: "0x", isCut: false });
  });

  it("cuts answers and reverts of a megabyte", async () => {
    const calls = [at("d1"), at("d2")].map((to) => ({ from: alice, to, data: "0x", gas: 4_000_000n }));
    // PUSH3 0x100000 PUSH0 RETURN, and REVERT.
    const results = await run(calls, { [at("d1")]: "0x621000005ff3", [at("d2")]: "0x621000005ffd" });
    expect(results.map(({ succeeded }) => succeeded)).toEqual([true, false]);
    for (const { data, isCut } of results) {
      expect(isCut).toBe(true);
      expect(data.length).toBe(2 + 2 * 16_384);
    }
  });

  it("keeps 200 answers within bounds", async () => {
    const calls = Array.from({ length: 200 }, () => ({ from: alice, to: at("d1"), data: "0x", gas: 50_000n }));
    // PUSH2 0x1000 PUSH0 RETURN.
    const results = await run(calls, { [at("d1")]: "0x6110005ff3" });
    expect(results.every(({ succeeded, isCut, data }) => succeeded && isCut === true && data.length < 1_000)).toBe(
      true,
    );
  });

  it("lets who calls take tokens of either kind, and do nothing else", async () => {
    const erc721 = new Interface(["function onERC721Received(address, address, uint256, bytes) returns (bytes4)"]);
    const question = erc721.encodeFunctionData("onERC721Received", [alice, bob, 7, "0x"]);
    const through = (to: string, data: string): SimulatedCall =>
      call(alice, `0x${to.slice(2).padStart(64, "0")}${data.slice(2)}`, at("f0"));
    const [kip17, other, silent] = await run(
      [through(bob, ask), through(bob, question), through(bob, "0x12345678"), call(bob, "0x", at("ee"))],
      { [at("f0")]: forwarder },
    );
    expect(kip17?.data.slice(0, 10)).toBe("0x6745782b");
    expect(other?.data.slice(0, 10)).toBe("0x150b7a02");
    expect(silent).toMatchObject({ succeeded: true, data: "0x" });
  });

  it("lets nobody else say what who calls does", async () => {
    const actor = new Interface(JSON.stringify(puppet.abi));
    const step = { from: bob, to: target, gas: 100_000n, data: contract.encodeFunctionData("behave", [6, 6]) };
    const act = actor.encodeFunctionData("act", [step, 1_024n]);
    const results = await run(
      [
        call(alice, `0x${bob.slice(2).padStart(64, "0")}${act.slice(2)}`, at("f0")),
        call(bob, "0x", at("ee")),
        call(alice, ask),
      ],
      { ...placed, [at("f0")]: forwarder },
    );
    const outcome: unknown = actor.decodeFunctionResult("act", results[0]?.data ?? "0x").toArray(true)[0];
    expect(outcome).toEqual([false, false, 0n, 0n, "0x"]);
    expect(results[2]?.succeeded).toBe(true);
  });

  it("says that the node cannot where the gas does not suffice", async () => {
    const error = await refusalOf([{ ...call(alice, "0x"), gas: 2n ** 40n }]);
    expect(error).toMatchObject({ code: "ERR_CHAIN_NODE_UNSUITABLE" });
    expect(String(error)).toContain("did not play call 1");
  });

  it("plays nothing in no calls", async () => {
    expect(await run([])).toEqual([]);
  });

  it.each([
    ["an address that is none", [call("0x12", "0x")], {}],
    ["a precompiled contract that calls", [call(`0x${"4".padStart(40, "0")}`, "0x")], {}],
    ["the zero address that calls", [call(at("00"), "0x")], {}],
    ["a target that is none", [call(alice, "0x", "0x12")], {}],
    ["data of half a byte", [call(alice, "0x123")], {}],
    ["more gas than any node has", [{ ...call(alice, "0x"), gas: 2n ** 41n }], {}],
    ["negative gas", [{ ...call(alice, "0x"), gas: -1n }], {}],
    ["201 calls", Array.from({ length: 201 }, () => call(alice, "0x")), {}],
    ["code at no address", [call(alice, "0x")], { "0x12": "0x00" }],
    ["code that is none", [call(alice, "0x")], { [target]: "0x0" }],
    ["code at an address that calls", [call(alice, "0x")], { [alice.toUpperCase().replace("X", "x")]: "0x00" }],
    ["an address that calls and is called", [call(alice, "0x"), call(bob, "0x", alice)], {}],
  ])("refuses %s", async (_name, calls, code) => {
    expect(await refusalOf(calls, code)).toMatchObject({ code: "ERR_CONFIG_INVALID" });
  });
});
