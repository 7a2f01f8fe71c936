import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { openFailed } from "../open-failed.ts";
import type { Fault } from "./fault.ts";
import { type Failure, isFinal } from "./first-answer.ts";

export type Operation = "wrap" | "unwrap";

/**
 * Makes the error of an operation that no key answered. Of several keys the most useful fault decides: one that is final, then one that
 * may pass, then a missing permission. The SDK's error is left out, since it can hold the request and the answer.
 */
export function failureError(operation: Operation, failures: readonly Failure[], attempts: number): LatchkeyError {
  const [chosen] = failures.toSorted((a, b) => rank(a.fault) - rank(b.fault));
  if (chosen === undefined || chosen.fault.code === "ERR_VAULT_OPEN_FAILED") return openFailed();
  const { arn, fault } = chosen;
  const others = failures.filter((failure) => failure !== chosen);
  const undone = operation === "wrap" ? "Nothing was wrapped" : "Nothing was opened";
  const message = [
    `${whatHappened(fault, arn)} (${fault.reason}, ${String(attempts)} ${attempts === 1 ? "attempt" : "attempts"}).`,
    ...(fault.detail === undefined ? [] : [`AWS says: ${fault.detail}`]),
    ...others.map((other) => `${other.arn}: ${other.fault.reason}.`),
    `${undone}. ${whatToDo(fault, operation)}`,
  ].join(" ");
  return new LatchkeyError(fault.code, message, {
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
      : `Allow kms:${operation === "wrap" ? "Encrypt" : "Decrypt"} in both the key's policy and the caller's.`;
  }
  if (code === "ERR_KMS_KEY_UNUSABLE") {
    return "Check that it exists in that region, is enabled, not pending deletion, and a symmetric encryption key.";
  }
  if (code === "ERR_KMS_WRONG_KEY")
    return "Check what stands between this process and AWS: the endpoint is not to be trusted.";
  return "Try again later.";
}

function isCredentials(reason: string): boolean {
  return reason === "CredentialsProviderError" || reason === "TokenProviderError";
}
