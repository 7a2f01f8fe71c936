import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SimulatedCall } from "../../src/inspection/simulation/simulator.ts";
import { auditCollection } from "../../src/inspection/index.ts";
import { pinBlock } from "../../src/inspection/simulation/pinned-block.ts";
import { localReplicas } from "../../src/hardhat/replicas.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { thrownBy } from "../harness/errors.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { caverBytecode, data, recording } from "../inspection/collections.ts";
import { type KaiaNode, startKaiaNode } from "../kaia-node/index.ts";
import { signingDeployer } from "./signing-deployer.ts";

const holder = "0x00000000000000000000000000000000000b0b00";
const friend = "0x0000000000000000000000000000000000c0ffee";
const transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const word = (value: string): string => `0x${value.slice(2).padStart(64, "0")}`;

/** Nodes, and a collection of caver-js 1.12's that Alice deployed there. Each starts in about a second. */
describe.each([
  ["anvil", startAnvil],
  ["a Kaia node", startKaiaNode],
])("a local replica of %s", { timeout: 60_000 }, (_, start) => {
  let node: Anvil | KaiaNode;
  let minter: string;
  let address: string;

  beforeAll(async () => {
    node = await start();
    const deployer = signingDeployer(node);
    minter = deployer.address;
    await node.setBalance(minter, 10n ** 24n);
    address = await deployer.deploy(caverBytecode("caver-js"));
  });
  afterAll(() => node.stop());

  it("plays a sequence and shows answers, gas and logs", async () => {
    const transport = recording(node.url);
    const replicas = localReplicas();
    try {
      const block = await pinBlock(transport);
      const simulator = await replicas.replica(transport, block);
      const call = (from: string, name: string, ...args: readonly unknown[]): SimulatedCall => ({
        from,
        to: address,
        data: data(name, ...args),
      });
      const calls = [
        call(minter, "mintWithTokenURI", holder, 7n, "ipfs://7"),
        call(friend, "transferFrom", holder, friend, 7n),
        call(holder, "transferFrom", holder, friend, 7n),
        call(friend, "ownerOf", 7n),
      ];
      const first = await simulator.run(calls);
      expect(simulator.method).toBe("local replica");
      expect(first.map(({ succeeded }) => succeeded)).toEqual([true, false, true, true]);
      expect(first[3]?.data).toBe(word(friend));
      expect(first[1]?.data.startsWith("0x08c379a0")).toBe(true);
      expect(first[2]?.logs?.map(({ topics }) => topics).filter(([topic]) => topic === transfer)).toEqual([
        [transfer, word(holder), word(friend), word("0x7")],
      ]);
      expect(first[3]?.gasUsed).toBeGreaterThan(0n);
      expect(first[3]?.gasUsed).toBeLessThan(15_000n);
      // Nothing of it stayed: the same once more ends the same way.
      expect(await simulator.run(calls)).toEqual(first);
    } finally {
      await replicas.close();
    }
    const methods = new Set(transport.seen.map(({ method }) => method));
    const reads = ["eth_chainId", "eth_getBalance", "eth_getBlockByNumber", "eth_getCode", "eth_getStorageAt"];
    expect([...methods].sort()).toEqual([...reads, "eth_getTransactionCount"].sort());
  });

  it("answers an audit as the node itself does, where the node refuses code", async () => {
    const replicas = localReplicas();
    const transport = recording(node.url);
    const without = { ...transport, request: refusingCode(transport) };
    try {
      const byNode = await auditCollection({ transport, address });
      const byReplica = await auditCollection({ transport: without, address, replica: replicas.replica });
      expect(byReplica.method).toBe("local replica");
      expect(byReplica.fallbackReason).toContain("refuses code overrides");
      const told = (report: typeof byNode) => report.answers.map(({ id, answer, list }) => ({ id, answer, list }));
      expect(told(byReplica)).toEqual(told(byNode));
      expect(byReplica.block).toEqual(byNode.block);
    } finally {
      await replicas.close();
    }
  });

  it("leaves nothing behind on disk", async () => {
    // A place of its own: suites beside this one make replicas, too.
    const usual = process.env["TMPDIR"];
    const directory = temporaryDirectory();
    process.env["TMPDIR"] = directory;
    try {
      const replicas = localReplicas();
      const transport = recording(node.url);
      await replicas.replica(transport, await pinBlock(transport));
      expect(await readdir(directory)).toHaveLength(1);
      await replicas.close();
      expect(await readdir(directory)).toEqual([]);
    } finally {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
    }
  });

  it("keeps to the pinned block when the chain goes on", async () => {
    const replicas = localReplicas();
    const transport = recording(node.url);
    const deployer = signingDeployer(node);
    const block = await pinBlock(transport);
    await deployer.send(address, data("mint", holder, 99n));
    try {
      const simulator = await replicas.replica(transport, block);
      const [before] = await simulator.run([{ from: friend, to: address, data: data("ownerOf", 99n) }]);
      expect(before?.succeeded).toBe(false);
      // Code that answers with its block's number: the first call is in the block after the pinned one.
      const clock = "0x0000000000000000000000000000000000c10c00";
      const [number] = await simulator.run([{ from: friend, to: clock, data: "0x" }], { [clock]: "0x435f5260205ff3" });
      expect(number?.data).toBe(word(`0x${(block.number + 1n).toString(16)}`));
      const head = await replicas.replica(transport, await pinBlock(transport));
      const [now] = await head.run([{ from: friend, to: address, data: data("ownerOf", 99n) }]);
      expect(now?.data).toBe(word(holder));
    } finally {
      await replicas.close();
    }
  });

  it("tells what the node failed with", async () => {
    const replicas = localReplicas();
    const transport = recording(node.url);
    const block = await pinBlock(transport);
    try {
      const simulator = await replicas.replica(transport, block);
      await transport.close();
      const run = simulator.run([{ from: friend, to: address, data: data("ownerOf", 1n) }]);
      expect(await thrownBy(() => run)).toMatchObject({ code: "ERR_CLOSED" });
    } finally {
      await replicas.close();
    }
  });
});

/** A node that does not know the third parameter of eth_call. */
function refusingCode(transport: Transport): Transport["request"] {
  return (request, options) => {
    const isOverride = request.method === "eth_call" && request.params.length > 2;
    return transport.request(isOverride ? { method: "eth_unknown", params: [] } : request, options);
  };
}
