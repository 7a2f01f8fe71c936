import { LatchkeyError } from "../../errors/latchkey-error.ts";

/** A KMS key's full name, taken apart. */
export interface KeyArn {
  readonly arn: string;
  readonly region: string;
  /** Equal for keys that share their key material: the ARN, without its region where the key is a multi-Region one. */
  readonly material: string;
}

const pattern =
  /^arn:(?<partition>aws(?:-[a-z]+)*):kms:(?<region>[a-z]{2}(?:-[a-z]+)+-\d+):(?<account>\d{12}):key\/(?<id>mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Reads `arn:aws:kms:REGION:ACCOUNT:key/ID`. Replicas of a multi-Region key (`mrk-...`) differ in the region alone and open each
 * other's ciphertexts, so they share `material`.
 */
export function parseKeyArn(value: string): KeyArn | undefined {
  const groups = pattern.exec(value)?.groups;
  const { partition, region, account, id } = groups ?? {};
  if (partition === undefined || region === undefined || account === undefined || id === undefined) return undefined;
  const material = id.startsWith("mrk-") ? `${partition}:${account}:${id}` : value;
  return { arn: value, region, material };
}

/**
 * @param caller - the function that was given it, for the message.
 * @throws `ERR_CONFIG_INVALID` anything but a key's full ARN.
 */
export function requireKeyArn(value: unknown, caller: string): KeyArn {
  const parsed = typeof value === "string" ? parseKeyArn(value) : undefined;
  if (parsed !== undefined) return parsed;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `${caller} needs keyId to be the key's full ARN, arn:aws:kms:REGION:ACCOUNT:key/ID. An alias can be pointed at another key by whoever may ` +
      "update it, and a bare id names a key only together with the credentials in use; the ARN is pinned at every call.",
  );
}
