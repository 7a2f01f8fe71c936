import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytecodeOf } from "../../../src/contracts/bytecode.ts";
import { checkConformance } from "../../../src/inspection/conformance/check-conformance.ts";
import { http } from "../../../src/rpc/http.ts";
import { creationCode } from "../../harness/creation-code.ts";
import { data, withArguments } from "../collections.ts";

import { startNode, type TestNode } from "../nodes.ts";
import { snapshotReplica } from "./snapshot-replica.ts";

const names = ["transfer", "mint", "burn", "approval", "approvalForAll", "paused", "unpaused"];

/** By their place in the enum of ConformanceDeviant.sol. */
const flaws = {
  none: 0,
  transferNotIndexed: 33,
  transferSilent: 34,
  approvalNotIndexed: 35,
  pausedIndexed: 36,
} as const;

describe("events", { timeout: 120_000 }, () => {
  let node: TestNode;
  let code: string;
  beforeAll(async () => {
    node = await startNode();
    code = await creationCode("ConformanceDeviant");
  });
  afterAll(() => node.stop());

  const deploy = (flaw: keyof typeof flaws): Promise<string> =>
    node.deployer.deploy(withArguments(code, ["uint8"], [flaws[flaw]]));

  /** One of everything, on the chain. */
  async function live(address: string): Promise<void> {
    const { deployer, other } = node;
    for (const call of [
      data("mint", deployer.address, 1),
      data("mint", deployer.address, 2),
      data("approve", other.address, 1),
      data("setApprovalForAll", other.address, true),
      data("transferFrom", deployer.address, other.address, 1),
      data("burn", 2),
      data("pause"),
      data("unpause"),
    ])
      await deployer.send(address, call);
  }

  async function eventsOf(address: string, byReplica: boolean): Promise<Record<string, string>> {
    const transport = http(node.url);
    const replica = byReplica ? { replica: snapshotReplica(node) } : {};
    const { checks } = await checkConformance({ transport, address, ...replica });
    await transport.close();
    const events = checks.filter(({ group }) => group === "events");
    expect(new Set(events.map(({ method }) => method))).toEqual(new Set([byReplica ? "local replica" : "past logs"]));
    return Object.fromEntries(events.map(({ id, outcome }) => [id.replace("events.", ""), outcome]));
  }

  const all = (outcome: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, outcome]));

  it("are seen in past logs", async () => {
    const address = await deploy("none");
    expect(await eventsOf(address, false)).toEqual(all("cannot tell"));
    await live(address);
    expect(await eventsOf(address, false)).toEqual(all("conforms"));
  });

  it("are seen by a replica on a contract that has done nothing", async () => {
    expect(await eventsOf(await deploy("none"), true)).toEqual(all("conforms"));
  });

  it("are seen by a replica on the collection of this package", async () => {
    const settings = ["Ours", "OURS", node.deployer.address, 1, 10_000];
    const types = ["string", "string", "address", "uint256", "uint256"];
    const bytecode = withArguments(await bytecodeOf("KIP17Collection"), types, settings);
    expect(await eventsOf(await node.deployer.deploy(bytecode), true)).toEqual(all("conforms"));
  });

  it.each([
    ["transferNotIndexed", ["transfer", "mint", "burn"]],
    ["transferSilent", ["transfer", "mint", "burn"]],
    ["approvalNotIndexed", ["approval"]],
    ["pausedIndexed", ["paused"]],
  ] as const)("that are wrong are found by a replica: %s", async (flaw, expected) => {
    const outcomes = await eventsOf(await deploy(flaw), true);
    expect(outcomes).toEqual({ ...all("conforms"), ...Object.fromEntries(expected.map((name) => [name, "deviates"])) });
  });

  it.each([
    // The recipient is not indexed, so that no burn is found by it.
    ["transferNotIndexed", { transfer: "deviates", mint: "deviates", burn: "cannot tell" }],
    ["transferSilent", { transfer: "cannot tell", mint: "cannot tell", burn: "cannot tell" }],
    ["approvalNotIndexed", { approval: "deviates" }],
    ["pausedIndexed", { paused: "deviates" }],
  ] as const)("that are wrong are found in past logs: %s", async (flaw, expected) => {
    const address = await deploy(flaw);
    await live(address);
    expect(await eventsOf(address, false)).toEqual({ ...all("conforms"), ...expected });
  });
});
