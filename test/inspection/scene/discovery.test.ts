import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkConformance } from "../../../src/inspection/conformance/check-conformance.ts";
import type { InspectionTarget } from "../../../src/inspection/scene/target.ts";
import { conformanceTable } from "../../../src/inspection/conformance/conformance-table.ts";
import type { ConformanceReport } from "../../../src/inspection/conformance/report.ts";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { createEthCallSimulator } from "../../../src/inspection/simulation/eth-call-simulator.ts";
import type { ReplicaFactory } from "../../../src/inspection/simulation/open-simulation.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { http } from "../../../src/rpc/http.ts";
import { isRecord } from "../../../scripts/guards.ts";
import { creationCode } from "../../harness/creation-code.ts";
import { thrownBy } from "../../harness/errors.ts";
import { caverBytecode, data } from "../collections.ts";

import { startNode, type TestNode } from "../nodes.ts";

describe("whom the checks act as", { timeout: 120_000 }, () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(() => node.stop());

  async function check(
    address: string,
    options: Partial<InspectionTarget> = {},
    over: (transport: Transport) => Transport = (same) => same,
  ): Promise<ConformanceReport> {
    const transport = http(node.url);
    try {
      return await checkConformance({ transport: over(transport), address, ...options });
    } finally {
      await transport.close();
    }
  }

  /** A transport on which a method is refused. */
  const without =
    (method: string) =>
    (transport: Transport): Transport => ({
      ...transport,
      origin: transport.origin,
      close: () => transport.close(),
      request: (request, options) => {
        if (request.method === method && (method !== "eth_call" || request.params.length > 2)) {
          const context = { rpcCode: -32602, rpcMessage: "too many arguments, want at most 2" };
          return Promise.reject(new LatchkeyError("ERR_RPC_REJECTED", "no", { context }));
        }
        return transport.request(request, options);
      },
    });

  const outcomeOf = (report: ConformanceReport, id: string): string | undefined =>
    report.checks.find((check) => check.id === id)?.outcome;
  const foundBy = (report: ConformanceReport, id: string): string | undefined =>
    report.checks.find((check) => check.id === id)?.found;

  it("is who past logs name, also after the deployer gave the role up", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js-1.9"));
    await node.deployer.send(address, data("addMinter", node.other.address));
    await node.deployer.send(address, data("addPauser", node.other.address));
    await node.deployer.send(address, data("renounceMinter"));
    await node.deployer.send(address, data("renouncePauser"));
    const report = await check(address);
    expect(report.roles).toEqual({ minter: node.other.address, pauser: node.other.address });
    expect(report.counts.deviates).toBe(2);
  });

  it("is who is given, where the node shows no logs", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js-1.9"));
    const nobody = await check(address, {}, without("eth_getLogs"));
    expect(nobody.roles).toEqual({ minter: null, pauser: null });
    expect(foundBy(nobody, "minting.mint")).toMatch(/^no minter is known: .* those past logs that the node gave/);
    const { address: holder } = node.deployer;
    const report = await check(address, { roles: { minter: holder, pauser: holder } }, without("eth_getLogs"));
    expect(report.roles).toEqual({ minter: holder, pauser: holder });
    expect(report.counts.deviates).toBe(2);
  });

  it("is owner() otherwise", async () => {
    const address = await node.deployer.deploy(await creationCode("ConformancePlain"));
    const report = await check(address, {}, without("eth_getLogs"));
    expect(report.roles).toEqual({ minter: node.deployer.address, pauser: null });
  });

  it("is nobody who is given but may not", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js-1.9"));
    const { address: holder } = node.other;
    const report = await check(address, { roles: { minter: holder, pauser: holder } }, without("eth_getLogs"));
    expect(report.roles).toEqual({ minter: null, pauser: null });
    expect(foundBy(report, "minting.mint")).toContain("1 who cannot act as one");
  });

  it.each([
    ["by its views", caverBytecode("caver-js-1.9"), 2],
    ["by past transfers", undefined, 5],
  ])("are holders of what is there where nobody mints any more: %s", async (_, bytecode, deviations) => {
    const address = await node.deployer.deploy(bytecode ?? (await creationCode("ConformancePlain")));
    await node.deployer.send(address, data("mint", node.other.address, 77));
    if (bytecode === undefined)
      await node.deployer.send(address, "0x715018a6"); // renounceOwnership()
    else await node.deployer.send(address, data("renounceMinter"));
    const report = await check(address);
    expect(report.roles.minter).toBeNull();
    expect(report.counts.deviates).toBe(deviations);
    expect(outcomeOf(report, "transfers.owner")).toBe("conforms");
    expect(outcomeOf(report, "transfers.stranger")).toBe("conforms");
    expect(outcomeOf(report, "ids.zero")).toBe("cannot tell");
  });

  it("are left open where there is neither token nor minter", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js-1.9"));
    await node.deployer.send(address, data("renounceMinter"));
    const report = await check(address);
    expect(outcomeOf(report, "transfers.owner")).toBe("cannot tell");
    expect(foundBy(report, "transfers.owner")).toContain("no token was found");
    expect(outcomeOf(report, "views.balanceOf.zero")).toBe("conforms");
    expect(outcomeOf(report, "interfaces.IKIP17Mintable")).toBe("cannot tell");
  });

  it("end a pause first, where somebody can", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js"));
    await node.deployer.send(address, data("pause"));
    const report = await check(address);
    expect(report.counts.deviates).toBe(13);
    expect(outcomeOf(report, "transfers.owner")).toBe("conforms");
  });

  it("leave open what a pause that nobody ends stands in the way of", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js-1.9"));
    await node.deployer.send(address, data("pause"));
    await node.deployer.send(address, data("renouncePauser"));
    const report = await check(address);
    for (const id of [
      "transfers.owner",
      "transfers.stranger",
      "ids.zero",
      "mintingWithUri.mint.stranger",
      "pausing.pause.stranger",
    ])
      expect([id, outcomeOf(report, id)]).toEqual([id, "cannot tell"]);
    expect(foundBy(report, "transfers.owner")).toMatch(/^the contract is paused, and no pauser is known/);
    // Roles are not paused.
    expect(outcomeOf(report, "minting.addMinter.stranger")).toBe("conforms");
  });

  it("play on a replica where the node refuses overrides, and the report says so", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js"));
    const usual = await check(address);
    const elsewhere = http(node.url);
    // What another helps out with: here, the same node asked directly.
    const replica: ReplicaFactory = (_, block) =>
      Promise.resolve({ ...createEthCallSimulator(elsewhere, block), method: "local replica" });
    const report = await check(address, { replica }, without("eth_call"));
    await elsewhere.close();
    expect(report.method).toBe("local replica");
    expect(report.fallbackReason).toContain("too many arguments");
    expect(conformanceTable(report).heading.join()).toContain("too many arguments");
    const outcomes = ({ checks }: ConformanceReport): unknown => checks.map(({ id, outcome }) => [id, outcome]);
    expect(outcomes(report)).toEqual(outcomes(usual));
  });

  it("told nothing where the block was exchanged meanwhile", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js"));
    let headers = 0;
    const exchanging = (transport: Transport): Transport => ({
      origin: transport.origin,
      close: () => transport.close(),
      request: async (request, options) => {
        const answer = await transport.request(request, options);
        if (request.method !== "eth_getBlockByNumber" || !isRecord(answer)) return answer;
        headers += 1;
        return headers === 1 ? answer : { ...answer, hash: `0x${"ab".repeat(32)}` };
      },
    });
    const error = await thrownBy(() => check(address, {}, exchanging));
    expect(error).toMatchObject({ code: "ERR_RPC_NODE_FAULT", retryable: true });
  });

  it("take no contract of the chain's own for an account", async () => {
    const address = `0x${"bad1".repeat(10)}`;
    // Whoever is asked for, it is the precompiled contract at 4: owner(), ownerOf, and all else.
    await node.request("anvil_setCode", address, "0x600460005260206000f3");
    await node.request("anvil_mine", "0x1");
    const report = await check(address);
    expect(report.roles).toEqual({ minter: null, pauser: null });
    expect(outcomeOf(report, "transfers.owner")).toBe("cannot tell");
  });

  it("are told in a report that survives JSON, and in a table", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js"));
    const report = await check(address);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const table = conformanceTable(report);
    expect(table.rows.length).toBe(report.checks.length);
    expect(table.heading.join("\n")).toContain(`Block ${report.block.number} (${report.block.hash})`);
    expect(table.heading.join("\n")).toContain(`minter ${node.deployer.address}`);
    const row = table.rows.find(([check]) => check?.startsWith("mintingWithUri.mint.stranger: "));
    expect(row?.slice(1)).toEqual([
      "deviates",
      "must",
      "mintWithTokenURI (call 1 of 2) works, although it has to throw",
    ]);
    expect(table.rows.find(([check]) => check?.startsWith("events.burn"))?.[3]).toContain("(by past logs)");
    const { counts } = report;
    expect(counts.conforms + counts.deviates + counts["not offered"] + counts["cannot tell"]).toBe(
      report.checks.length,
    );
    expect(table.footing.join()).toContain(`${String(counts.deviates)} deviates`);
  });
});
