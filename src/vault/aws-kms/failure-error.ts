import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { openFailed } from "../open-failed.ts";
import type { Fault } from "./fault.ts";
import { type Answer, type Failure, isFinal } from "./first-answer.ts";

const wraps = { opens: true, kind: "a symmetric encryption key" };
const signs = { opens: false, kind: "a SIGN_VERIFY key of spec ECC_SECG_P256K1", undone: "Nothing was signed" };

/** What was asked of KMS, and the words for it. */
const operations = {
  wrap: { ...wraps, undone: "Nothing was wrapped", permission: "kms:Encrypt" },
  unwrap: { ...wraps, undone: "Nothing was opened", permission: "kms:Decrypt" },
  "public-key": { ...signs, permission: "kms:GetPublicKey" },
  sign: { ...signs, permission: "kms:Sign" },
} as const;

export type Operation = keyof typeof operations;

/** @throws the error of an operation that no key answered. */
export function valueOf<T>(operation: Operation, answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw failureError(operation, answer.failures, answer.attempts);
}

/**
 * Makes the error of an operation that no key answered. Of several keys the most useful fault decides: one that is final, then one that
 * may pass, then a missing permission. The SDK's error is left out, since it can hold the request and the answer.
 */
function failureError(operation: Operation, failures: readonly Failure[], attempts: number): LatchkeyError {
  const [chosen] = failures.toSorted((a, b) => rank(a.fault) - rank(b.fault));
  const { opens, undone } = operations[operation];
  if (chosen === undefined || (opens && chosen.fault.code === "ERR_VAULT_OPEN_FAILED")) return openFailed();
  const { arn, fault } = chosen;
  const others = failures.filter((failure) => failure !== chosen);
  const message = [
    `${whatHappened(fault, arn)} (${fault.reason}, ${String(attempts)} ${attempts === 1 ? "attempt" : "attempts"}).`,
    ...(fault.detail === undefined ? [] : [`AWS says: ${fault.detail}`]),
    ...others.map((other) => `${other.arn}: ${other.fault.reason}.`),
    `${undone}. ${whatToDo(fault, operation)}`,
  ].join(" ");
  // What only a ciphertext can be refused with is no answer to a question without one.
  const code = fault.code === "ERR_VAULT_OPEN_FAILED" ? "ERR_KMS_UNAVAILABLE" : fault.code;
  return new LatchkeyError(code, message, {
    context: {
      operation,
      keyId: arn,
      reason: fault.reason,
      attempts,
      ...(fault.httpStatus === undefined ? {} : { httpStatus: fault.httpStatus }),
      ...(fault.requestId === undefined ? {} : { requestId: fault.requestId }),
    },
  });
}

function rank(fault: Fault): number {
  if (isFinal(fault)) return 0;
  if (fault.code === "ERR_KMS_THROTTLED" || fault.code === "ERR_KMS_UNAVAILABLE") return 1;
  return fault.code === "ERR_KMS_DENIED" ? 2 : 3;
}

function whatHappened({ code, reason }: Fault, arn: string): string {
  if (code === "ERR_KMS_THROTTLED") return `AWS KMS refused for its rate limit, asked for ${arn}`;
  if (code === "ERR_KMS_DENIED") {
    return isCredentials(reason) ? `No AWS credentials were found to use ${arn}` : `AWS KMS denied the use of ${arn}`;
  }
  if (code === "ERR_KMS_KEY_UNUSABLE") return `AWS KMS cannot use ${arn}`;
  if (code === "ERR_KMS_WRONG_KEY") return `AWS KMS was asked for ${arn} and answered with another key`;
  return `AWS KMS gave no answer for ${arn}`;
}

function whatToDo({ code, reason }: Fault, operation: Operation): string {
  if (code === "ERR_KMS_THROTTLED") return "Try again later; if it recurs, ask AWS for a higher quota.";
  if (code === "ERR_KMS_DENIED") {
    return isCredentials(reason)
      ? "Give the process a role, or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables."
      : `Allow ${operations[operation].permission} in both the key's policy and the caller's.`;
  }
  if (code === "ERR_KMS_KEY_UNUSABLE") {
    return `Check that it exists in that region, is enabled, not pending deletion, and ${operations[operation].kind}.`;
  }
  if (code === "ERR_KMS_WRONG_KEY")
    return "Check what stands between this process and AWS: the endpoint is not to be trusted.";
  return "Try again later.";
}

function isCredentials(reason: string): boolean {
  return reason === "CredentialsProviderError" || reason === "TokenProviderError";
}
