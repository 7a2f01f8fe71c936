import { expect, it } from "vitest";
import { runChild } from "../../harness/run-child.ts";

// Budget of the file: 5 s.

it("loads caver-js at the first transaction, and neither it nor ethers before", async () => {
  const { stdout, stderr, code } = await runChild(new URL("children/what-is-loaded.ts", import.meta.url), []);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(JSON.parse(stdout)).toEqual({
    imported: [],
    balance: [],
    prepared: ["caver-js", "ethers"],
  });
});
