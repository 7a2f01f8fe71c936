import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allChecks } from "../../../src/inspection/conformance/all-checks.ts";
import { checkConformance } from "../../../src/inspection/conformance/check-conformance.ts";
import { conformanceTable } from "../../../src/inspection/conformance/conformance-table.ts";
import type { ConformanceReport } from "../../../src/inspection/conformance/report.ts";
import { http } from "../../../src/rpc/http.ts";
import { thrownBy } from "../../harness/errors.ts";
import { startNode, type TestNode } from "../nodes.ts";

const address = `0x${"bad0".repeat(10)}`;

/** Runtime code of contracts that are none of what is asked for. */
const hostile: readonly (readonly [string, string])[] = [
  ["burns all gas in a loop", "0x5b5f56"],
  ["ends in an invalid opcode", "0xfe"],
  ["returns 64 KiB", "0x620100005ff3"],
  ["returns a megabyte", "0x621000005ff3"],
  ["reverts with 64 KiB", "0x620100005ffd"],
  ["reverts with megabytes", "0x625000005ffd"],
  ["returns 1 to every question", "0x600160005260206000f3"],
  ["returns 2^256 - 1 to every question", "0x5f195f5260205ff3"],
  ["returns 31 bytes", "0x601f5ff3"],
  ["returns nothing", "0x00"],
  ["destroys itself", "0x5fff"],
  ["calls itself again and again", "0x5f5f5f5f5f305af100"],
  // Offset 32, length 2^255.
  ["returns a text of a length beyond all memory", "0x60205f5260ff60020a6020525f604052606060 5ff3".replace(" ", "")],
  // Error(string) with a length of 2^256 - 1 and control characters.
  [
    "reverts with a text that ends nowhere, and terminal escapes",
    `0x6308c379a060e01b5f5260206004525f196024527f1b5b324a1b5b481b5d303b6861636b656407${"0a".repeat(16)}6044526064 5ffd`.replace(
      " ",
      "",
    ),
  ],
];

describe("a contract that", { timeout: 60_000 }, () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(() => node.stop());

  async function check(code: string): Promise<ConformanceReport> {
    await node.request("anvil_setCode", address, code);
    await node.request("anvil_mine", "0x1");
    const transport = http(node.url);
    try {
      // Somebody is given for each part, so that as much as possible is tried.
      const [minter, pauser] = [node.deployer.address, node.other.address];
      return await checkConformance({ transport, address, roles: { minter, pauser, owner: minter } });
    } finally {
      await transport.close();
    }
  }

  it.each(hostile)("%s ends each check in an outcome", async (_, code) => {
    const report = await check(code);
    expect(report.checks.map(({ id }) => id)).toEqual(allChecks.map(({ id }) => id));
    expect(report.counts.deviates + report.counts["cannot tell"]).toBeGreaterThan(0);
    // What the contract says is cut, and nothing that it says reaches a terminal as it is.
    for (const { found } of report.checks) expect(found.length).toBeLessThan(400);
    expect(JSON.stringify(conformanceTable(report))).not.toMatch(/\\u00|\\n|\\r/);
    const core = report.checks.find(({ id }) => id === "interfaces.IKIP17");
    expect(core?.outcome).not.toBe("conforms");
  });

  it("is not there leaves every check open", async () => {
    const { counts, checks } = await check("0x");
    expect(counts).toEqual({ conforms: 0, deviates: 0, "not offered": 0, "cannot tell": allChecks.length });
    expect(new Set(checks.map(({ method, found }) => `${method}: ${found}`))).toEqual(
      new Set(["none: there is no contract at this address in this block"]),
    );
  });

  it("is given no address is refused at once", async () => {
    const transport = http(node.url);
    const error = await thrownBy(() => checkConformance({ transport, address: "0x12" }));
    expect(error).toMatchObject({ code: "ERR_CHAIN_ADDRESS_INVALID" });
    await transport.close();
  });

  it("is asked over a node that is gone ends in the transport's error", async () => {
    const transport = http("http://127.0.0.1:1");
    expect(await thrownBy(() => checkConformance({ transport, address }))).toMatchObject({
      code: "ERR_RPC_UNREACHABLE",
    });
    await transport.close();
  });
});
