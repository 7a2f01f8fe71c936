import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditOld } from "../../../src/migration/audit.ts";
import { openRun } from "../../../src/migration/run-folder.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { deployOld } from "../harness/old-collection.ts";

/** One node. */
describe("the audit of a migration", { timeout: 60_000 }, () => {
  let anvil: Anvil;

  beforeAll(async () => {
    anvil = await startAnvil();
  });
  afterAll(() => anvil.stop());

  it("keeps the report, warns of what weighs, and is not done twice", async () => {
    const old = await deployOld(anvil, { tokens: 3 });
    const run = await openRun(temporaryDirectory(), { oldChainId: "31337", oldContract: old.address });
    const progress: unknown[] = [];
    const result = await auditOld(run, old, { onProgress: (each) => progress.push(each) });
    expect(result.report.address.toLowerCase()).toBe(old.address);
    expect(result.warnings.join("\n")).toMatch(/mintWithTokenURI/);
    expect(result.warnings).toHaveLength(result.report.counts.high + result.report.counts.medium);
    expect(progress).toHaveLength(1);
    expect(JSON.parse(await readFile(join(run.directory, "audit.json"), "utf8"))).toEqual(result);
    const gone = { transport: http("http://127.0.0.1:1"), address: old.address };
    expect(await auditOld(run, gone)).toEqual(result);
  });

  it("names a proxy, and an address without code", async () => {
    const old = await deployOld(anvil, { tokens: 1 });
    const clone = `0x${"c1".repeat(20)}`;
    await anvil.request(
      "anvil_setCode",
      clone,
      `0x363d3d373d3d3d363d73${old.address.slice(2)}5af43d82803e903d91602b57fd5bf3`,
    );
    const audited = async (address: string) => {
      const run = await openRun(temporaryDirectory(), { oldChainId: "31337", oldContract: address });
      return await auditOld(run, { transport: http(anvil.url), address });
    };
    expect((await audited(clone)).warnings.join("\n")).toContain("EIP-1167 clone");
    expect((await audited(`0x${"c2".repeat(20)}`)).warnings).toEqual([
      "There is no contract at this address in this block.",
    ]);
  });

  it("refuses another contract and another chain, and ends when it is told to", async () => {
    const old = await deployOld(anvil, { tokens: 1 });
    const run = await openRun(temporaryDirectory(), { oldChainId: "8217", oldContract: old.address });
    const other = { ...old, address: `0x${"c2".repeat(20)}` };
    expect(await thrownBy(() => auditOld(run, other))).toMatchObject({ code: "ERR_MIGRATION_RUN_MISMATCH" });
    expect(await thrownBy(() => auditOld(run, old))).toMatchObject({ code: "ERR_CHAIN_ID_MISMATCH" });
    const signal = AbortSignal.abort(new Error("enough"));
    expect(await thrownBy(() => auditOld(run, old, { signal }))).toMatchObject({ message: "enough" });
    expect(await run.read("audit")).toBeUndefined();
  });
});
