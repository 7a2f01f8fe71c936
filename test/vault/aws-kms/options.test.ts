import { afterEach, describe, expect, it, vi } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { awsKms, type AwsKmsOptions } from "../../../src/vault/aws-kms/index.ts";
import { KMSClient } from "@aws-sdk/client-kms";

const keyId = "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd";

afterEach(() => {
  vi.unstubAllEnvs();
});

function refusal(keys: AwsKmsOptions | readonly AwsKmsOptions[]): string {
  try {
    awsKms(keys);
  } catch (error) {
    if (isLatchkeyError(error, "ERR_CONFIG_INVALID")) return error.message;
    throw error;
  }
  return expect.fail("it was accepted");
}

describe("awsKms's options", () => {
  it.each([
    keyId,
    "arn:aws-cn:kms:cn-north-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd",
    "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd",
    "arn:aws:kms:eu-central-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef",
  ])("accept %s", (arn) => {
    expect(awsKms({ keyId: arn }).description).toBe(`AWS KMS ${arn}`);
  });

  it.each([
    "",
    "0a1b2c3d-0000-4000-8000-00000000abcd",
    "alias/latchkey",
    "arn:aws:kms:ap-northeast-2:111122223333:alias/latchkey",
    "arn:aws:kms:ap-northeast-2:1111:key/0a1b2c3d-0000-4000-8000-00000000abcd",
    "arn:aws:s3:ap-northeast-2:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd",
    "arn:aws:kms::111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd",
    `${keyId}\n`,
    ` ${keyId}`,
    keyId.toUpperCase(),
  ])("refuse %j as a key's name", (bad) => {
    expect(refusal({ keyId: bad })).toMatch(/alias can be pointed at another key/);
  });

  it("refuse a region that contradicts the ARN, and accept the same", () => {
    expect(refusal({ keyId, region: "us-east-1" })).toContain("ap-northeast-2");
    expect(awsKms({ keyId, region: "ap-northeast-2" }).description).toContain(keyId);
  });

  it("refuse no key, and the same key twice", () => {
    expect(refusal([])).toContain("at least one");
    expect(refusal([{ keyId }, { keyId }])).toContain("twice");
  });

  it.each(["", "kms.example", "ftp://kms.example", "https://user:pass@kms.example"])(
    "refuse endpoint %j",
    (endpoint) => {
      const message = refusal({ keyId, endpoint });
      expect(message).toContain("endpoint");
      expect(message).not.toContain("pass@");
    },
  );

  it("refuse plain http in production, except to this machine", () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(refusal({ keyId, endpoint: "http://kms.internal:4566/path" })).toMatch(/http:\/\/kms\.internal:4566:/);
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) awsKms({ keyId, endpoint: `http://${host}:4566` });
    awsKms({ keyId, endpoint: "https://kms.internal" });
  });

  it("refuse client and endpoint together", () => {
    const client = new KMSClient({ region: "ap-northeast-2" });
    expect(refusal({ keyId, client, endpoint: "https://kms.example" })).toContain("both");
    client.destroy();
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 600_001])("refuse %d as a limit", (value) => {
    for (const name of ["timeoutMs", "deadlineMs", "maxAttempts"]) {
      expect(refusal({ keyId, [name]: value })).toContain(name);
    }
  });
});
