import { randomBytes } from "node:crypto";
import { type DecryptCommandOutput, KMSClient } from "@aws-sdk/client-kms";
import { expect, it, onTestFinished } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import { emulatorOfTest, kmsOfTest } from "../../harness/kms-wrapping.ts";
import { ManualClock } from "../../harness/manual-clock.ts";

const context = { purpose: "wiping" };
const secret = randomBytes(32);
const zeros = new Uint8Array(32);

/** A client that shows the plaintext buffers it handed out, each first held back until `release`. */
function watchedClient(
  region: string,
  endpoint: string,
  release: Promise<void>,
): { client: KMSClient; seen: Uint8Array[] } {
  const client = new KMSClient({ region, endpoint, maxAttempts: 1 });
  const seen: Uint8Array[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { Plaintext }: Partial<DecryptCommandOutput> = result.output;
      if (Plaintext !== undefined) {
        expect(Plaintext).toEqual(Uint8Array.from(secret));
        seen.push(Plaintext);
        await release;
      }
      return result;
    },
    { step: "initialize" },
  );
  onTestFinished(() => {
    client.destroy();
  });
  return { client, seen };
}

it("the SDK's copy of an opened key is wiped, also where the answer is refused", async () => {
  const kms = await emulatorOfTest();
  const keyId = kms.createKey();
  const { client, seen } = watchedClient(kms.region, kms.endpoint, Promise.resolve());
  const key = kmsOfTest({ keyId, client });
  const wrapped = await key.wrap(secret, context);
  await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
  kms.setFault({ kind: "patch", fields: { KeyId: kms.createKey() } });
  expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_KMS_WRONG_KEY" });
  expect(seen).toEqual([zeros, zeros]);
});

it("an opened key that comes after its attempt was given up is wiped", async () => {
  const kms = await emulatorOfTest();
  const keyId = kms.createKey();
  const clock = new ManualClock();
  const held = Promise.withResolvers<undefined>();
  const { client, seen } = watchedClient(
    kms.region,
    kms.endpoint,
    held.promise.then(() => undefined),
  );
  const key = kmsOfTest({ keyId, client, maxAttempts: 1 }, { clock });
  const wrapped = await key.wrap(secret, context);
  const late = thrownBy(() => key.unwrap(wrapped, context));
  await expect.poll(() => seen.length).toBe(1);
  await clock.advance(2_000);
  expect(await late).toMatchObject({ code: "ERR_KMS_UNAVAILABLE", context: { reason: "timeout" } });
  held.resolve(undefined);
  await expect.poll(() => seen).toEqual([zeros]);
});
