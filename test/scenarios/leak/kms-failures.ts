import { expect } from "vitest";
import { awsKms, type AwsKmsOptions } from "../../../src/vault/aws-kms/index.ts";
import type { KmsEmulator, KmsFault } from "../../harness/kms-emulator.ts";
import { oneChain, someTransfer } from "../../harness/offline-chain.ts";
import { openObserved, type World } from "./world.ts";

/**
 * What KMS, or something that stands before it, can do on each request.
 *
 * @param credentials - the secret access key and the session token, which the service's texts may quote.
 */
const faultsQuoting = (credentials: string): readonly (readonly [code: string, fault: KmsFault])[] => [
  ["ERR_KMS_UNAVAILABLE", { kind: "reset" }],
  ["ERR_KMS_UNAVAILABLE", { kind: "drop" }],
  ["ERR_KMS_UNAVAILABLE", { kind: "delay", ms: 5_000 }],
  ["ERR_KMS_UNAVAILABLE", { kind: "error", status: 500, type: "KMSInternalException", message: credentials }],
  // The answer that holds the key, broken.
  ["ERR_KMS_UNAVAILABLE", { kind: "garbage", status: 200, body: "$}" }],
  ["ERR_KMS_UNAVAILABLE", { kind: "garbage", status: 500, body: "$" }],
  ["ERR_KMS_UNAVAILABLE", { kind: "patch", fields: { KeyId: undefined } }],
  ["ERR_KMS_WRONG_KEY", { kind: "patch", fields: { KeyId: "arn:aws:kms:another" } }],
  ["ERR_KMS_THROTTLED", { kind: "error", status: 400, type: "ThrottlingException", message: credentials }],
  [
    "ERR_KMS_DENIED",
    {
      kind: "error",
      status: 400,
      type: "AccessDeniedException",
      message: `User: arn:aws:sts::111122223333:x with ${credentials} is not authorized`,
    },
  ],
  [
    "ERR_KMS_DENIED",
    {
      kind: "error",
      status: 403,
      type: "InvalidSignatureException",
      message: `The Canonical String should have been ${credentials}`,
    },
  ],
  ["ERR_KMS_DENIED", { kind: "garbage", status: 403, body: "<html>$</html>" }],
  ["ERR_KMS_KEY_UNUSABLE", { kind: "error", status: 400, type: "ValidationException", message: credentials }],
];

/** Unwraps for a user that there is, and wraps for a tenant that has no branch key yet, under every fault. */
export async function breakKms(
  world: World,
  { kms, keyId, credentials }: { readonly kms: KmsEmulator; readonly keyId: string; readonly credentials: string },
): Promise<void> {
  const { observed } = world;
  let tenants = 0;
  const attempt = async (code: string, what: string, changes: Partial<AwsKmsOptions> = {}): Promise<void> => {
    const wrappingKey = () => awsKms({ keyId, endpoint: kms.endpoint, timeoutMs: 4_000, maxAttempts: 1, ...changes });
    const known = await openObserved(world, { chains: oneChain(), wrappingKey: wrappingKey() });
    const wallet = await known.login("alice");
    await observed.provoke(code, `KMS, unwrapping: ${what}`, () => wallet.accounts.main.send(someTransfer));
    await known.close();
    tenants += 1;
    const tenant = `tenant ${String(tenants)}`;
    const fresh = await openObserved(world, { chains: oneChain(), wrappingKey: wrappingKey(), tenant });
    const wrapped = code === "ERR_VAULT_OPEN_FAILED" ? undefined : code;
    if (wrapped !== undefined) await observed.provoke(wrapped, `KMS, wrapping: ${what}`, () => fresh.login("eve"));
    await fresh.close();
  };

  for (const [code, fault] of faultsQuoting(credentials)) {
    kms.setFault(fault);
    await attempt(code, fault.kind, fault.kind === "delay" ? { timeoutMs: 100 } : {});
  }
  kms.setFault();
  for (const state of ["Disabled", "PendingDeletion"] as const) {
    kms.setKeyState(keyId, state);
    await attempt("ERR_KMS_KEY_UNUSABLE", state);
  }
  kms.setKeyState(keyId, "Enabled");
  await attempt("ERR_KMS_UNAVAILABLE", "nobody there", { endpoint: "http://127.0.0.1:9" });
  await attempt("ERR_VAULT_OPEN_FAILED", "another key", { keyId: kms.createKey() });

  const key = awsKms({ keyId, endpoint: kms.endpoint });
  const [wrapped] = await key.wrap(new Uint8Array(32), {});
  observed.add("object wrapped", wrapped);
  // Memory that others' bytes pass through would show them, by chance.
  expect(wrapped?.ciphertext.buffer.byteLength).toBe(wrapped?.ciphertext.length);
  await observed.provoke("ERR_VAULT_SECRET_INVALID", "31 bytes to wrap", () =>
    key.wrap(Buffer.alloc(31, credentials), {}),
  );
  await key.close();
  await observed.provoke("ERR_CLOSED", "a closed wrapping key", () => key.unwrap([], {}));
  expect(tenants).toBeGreaterThan(10);
}
