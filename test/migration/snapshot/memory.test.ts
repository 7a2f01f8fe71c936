import { describe, expect, it } from "vitest";
import { isRecord } from "../../../src/units/is-record.ts";
import { runChild } from "../../harness/run-child.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

/** A process of its own, whose node is made up in it: no real one mints so many tokens in a test's time. */
describe("a snapshot of a large collection", { timeout: 120_000 }, () => {
  it("of 50,000 tokens takes a process of less than 400 MB", async () => {
    const count = 50_000;
    const args = [temporaryDirectory(), String(count)];
    const { stdout, stderr } = await runChild(new URL("measure-memory.ts", import.meta.url), args);
    expect(stderr).toBe("");
    const found: unknown = JSON.parse(stdout);
    expect(found).toMatchObject({ tokens: count, owners: Math.ceil(count / 3) });
    const kib = isRecord(found) ? Number(found["maxRSS"]) : Number.NaN;
    expect(kib).toBeLessThan(400 * 1024);
  });
});
