// Run as a child process in which the AWS client is not installed. Prints the error of the first use in JSON.
import { registerHooks } from "node:module";
import { awsKms } from "../../../../src/vault/aws-kms/index.ts";

registerHooks({
  // Looked up from a place that has no packages, as in a project without it.
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier.startsWith("@aws-sdk/") ? { ...context, parentURL: "file:///nowhere/index.js" } : context,
    ),
});

const key = awsKms({ keyId: "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd" });
await key.wrap(new Uint8Array(32), {}).catch((error: unknown) => {
  process.stdout.write(JSON.stringify(error));
});
