import type { KMSClient } from "@aws-sdk/client-kms";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Meter } from "../../ports/meter.ts";
import { type KeyArn, requireKeyArn } from "./key-arn.ts";

/** One KMS key, and how long and how often to try it. */
export interface AwsKmsOptions {
  /** Full ARN of a symmetric encryption key. */
  readonly keyId: string;
  /** Taken from the ARN; where given it must agree. */
  readonly region?: string;
  /** Base URL of the service, for a VPC endpoint or a test; plain http only to this machine where NODE_ENV is production. */
  readonly endpoint?: string;
  /**
   * A client of your own, for credentials or a proxy; `close()` leaves it open. Make it with `maxAttempts: 1`: what it retries by itself comes on
   * top of the attempts here, though within each attempt's time limit.
   */
  readonly client?: KMSClient;
  /** For one attempt, finding credentials included. Default 2,000. */
  readonly timeoutMs?: number;
  /** For one wrap or unwrap, all attempts and pauses included; of several keys that can open, the longest counts. Default 4,500. */
  readonly deadlineMs?: number;
  /** Attempts with this key for one wrap or unwrap. Default 3. */
  readonly maxAttempts?: number;
}

/** As `AwsKmsOptions`, of a key that signs. */
export interface KmsSignerOptions extends AwsKmsOptions {
  /** Full ARN of a key of spec ECC_SECG_P256K1 for SIGN_VERIFY. */
  readonly keyId: string;
  /** For one signature, all attempts and pauses included. Default 4,500. */
  readonly deadlineMs?: number;
  /** Attempts for one signature. Default 3. */
  readonly maxAttempts?: number;
  /** Counts signatures. Default: none. */
  readonly meter?: Meter;
}

interface Limits {
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
}

export interface KeySettings extends KeyArn, Limits {
  readonly endpoint: URL | undefined;
  readonly client: KMSClient | undefined;
}

/** Whose options they are, for messages. */
type Caller = "awsKms" | "kmsSigner";

const loopback: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** @throws `ERR_CONFIG_INVALID` */
export function parseKeys(given: AwsKmsOptions | readonly AwsKmsOptions[]): readonly KeySettings[] {
  const keys = (isList(given) ? given : [given]).map((each) => parseKey(each, "awsKms"));
  if (keys.length === 0) throw invalid("awsKms needs at least one key.");
  const arns = new Set(keys.map(({ arn }) => arn));
  if (arns.size !== keys.length) throw invalid("awsKms was given the same key twice.");
  return keys;
}

function parseLimits(given: AwsKmsOptions, caller: Caller): Limits {
  const limits = {
    timeoutMs: given.timeoutMs ?? 2_000,
    deadlineMs: given.deadlineMs ?? 4_500,
    maxAttempts: given.maxAttempts ?? 3,
  };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1 || value > 600_000) {
      throw invalid(`${caller} needs ${name} to be a whole number from 1 to 600000.`);
    }
  }
  return limits;
}

function isList(given: AwsKmsOptions | readonly AwsKmsOptions[]): given is readonly AwsKmsOptions[] {
  return Array.isArray(given);
}

/** @throws `ERR_CONFIG_INVALID` */
export function parseKey(given: AwsKmsOptions, caller: Caller): KeySettings {
  const key = requireKeyArn(given.keyId, caller);
  if (given.region !== undefined && given.region !== key.region) {
    throw invalid(`${caller} was given another region than that of the key's ARN, ${key.region}. Leave region out.`);
  }
  if (given.client !== undefined && given.endpoint !== undefined) {
    throw invalid(`${caller} was given both client and endpoint. Give the client its endpoint.`);
  }
  return {
    ...key,
    ...parseLimits(given, caller),
    endpoint: given.endpoint === undefined ? undefined : parseEndpoint(given.endpoint, caller),
    client: given.client,
  };
}

function parseEndpoint(given: string, caller: Caller): URL {
  const url = URL.parse(given);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw invalid(`${caller} needs endpoint to be an http or https URL without credentials.`);
  }
  if (url.protocol === "http:" && process.env["NODE_ENV"] === "production" && !loopback.includes(url.hostname)) {
    throw invalid(
      `${caller} refused ${url.origin}: over plain http, others can read and alter what is asked and answered, and NODE_ENV is production. Use https.`,
    );
  }
  return url;
}

function invalid(message: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", message);
}
