import { expect, it } from "vitest";
import { runChild } from "../../harness/run-child.ts";

// Budget of the file: 5 s.

it("names the command that installs caver-js and the override that it may need, where it is missing", async () => {
  const { stdout, stderr, code } = await runChild(new URL("children/without-caver.ts", import.meta.url), []);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  const message =
    'The package "caver-js" is not installed. Install it: npm install caver-js (if npm cannot find its dependency http@0.0.1-security, ' +
    'add "overrides": { "http": "npm:empty-npm-package@1.0.0" } to your package.json)';
  expect(message).not.toContain("\n");
  const missing = { code: "ERR_PEER_MISSING", message, context: { package: "caver-js" } };
  // Balances and addresses need none of it; what does asks no node, however often it is tried.
  expect(JSON.parse(stdout)).toMatchObject({
    balance: "7",
    isExisted: false,
    askedAfter: 0,
    errors: [missing, missing],
  });
});
