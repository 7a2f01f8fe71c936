import { expect, it } from "vitest";
import { runChild } from "../../harness/run-child.ts";

// Budget of the file: 3 s.
it("names the command that installs the AWS client, where it is missing", async () => {
  const { stdout, stderr, code } = await runChild(new URL("children/without-sdk.ts", import.meta.url), []);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  const reason = {
    code: "ERR_PEER_MISSING",
    message: 'The package "@aws-sdk/client-kms" is not installed. Install it: npm install @aws-sdk/client-kms',
  };
  expect(JSON.parse(stdout)).toMatchObject([
    { status: "rejected", reason },
    { status: "rejected", reason },
  ]);
});
