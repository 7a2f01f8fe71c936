// Run as a child process in which the AWS client is not installed. Prints the errors of the first uses in JSON.
import { registerHooks } from "node:module";
import { awsKms, kmsSigner } from "../../../../src/vault/aws-kms/index.ts";

registerHooks({
  // Looked up from a place that has no packages, as in a project without it.
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier.startsWith("@aws-sdk/") ? { ...context, parentURL: "file:///nowhere/index.js" } : context,
    ),
});

const keyId = "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd";
const outcomes = await Promise.allSettled([awsKms({ keyId }).wrap(new Uint8Array(32), {}), kmsSigner({ keyId })]);
process.stdout.write(JSON.stringify(outcomes));
