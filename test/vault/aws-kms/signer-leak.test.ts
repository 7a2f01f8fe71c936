import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import type { KmsFault } from "../../harness/kms-emulator.ts";
import { signerOfTest, signerScene } from "../../harness/kms-signer.ts";
import { credentials } from "../../harness/kms-wrapping.ts";
import { createRecorder } from "../../harness/recorder.ts";
import { keySecret, SecretSearch, textSecret } from "../../harness/secrets.ts";

/** Everything that a logger or an error tracker could find in a value. */
function shownBy(value: unknown): string {
  const own = value instanceof Error ? [value.stack, String(value)] : [];
  const all = { showHidden: true, depth: 12, maxStringLength: null, maxArrayLength: null, customInspect: false };
  return [JSON.stringify(value), inspect(value), inspect(value, all), ...own].join("\n");
}

// Budget of the file: 5 s.
it("no signer, signature, error or metric shows the key, a credential, or the digest that was to be signed", async () => {
  const recorder = createRecorder();
  const { kms, keyId, signer } = await signerScene({ meter: recorder.meter });
  const { material } = kms.exportKey(keyId);
  const digest = randomBytes(32);
  // An answer that quotes the private key, the credentials and the question, as a broken proxy might.
  const quoted = [material.toString(), Buffer.from(material).toString("base64"), digest.toString("base64")]
    .concat(credentials.secret, credentials.token, credentials.id)
    .join(" ");
  const faults: readonly KmsFault[] = [
    { kind: "garbage", status: 200, body: `$${quoted}` },
    { kind: "garbage", status: 400, body: quoted },
    { kind: "error", status: 400, type: "InvalidSignatureException", message: `The Canonical String was ${quoted}` },
    { kind: "error", status: 400, type: "AccessDeniedException", message: `denied: ${digest.toString("base64")}` },
    { kind: "error", status: 400, type: `Odd ${quoted}`, message: quoted },
    { kind: "error", status: 500, type: "KMSInternalException", message: quoted },
    { kind: "patch", fields: { KeyId: quoted } },
    { kind: "patch", fields: { KeySpec: quoted, SigningAlgorithm: quoted } },
    { kind: "patch", fields: { Signature: Buffer.from(quoted).toString("base64"), PublicKey: "" } },
    { kind: "patch", fields: { Signature: Buffer.from(material).toString("base64"), KeyUsage: quoted } },
    { kind: "drop" },
    { kind: "reset" },
  ];
  const shown = [shownBy(signer), shownBy(await signer.signDigest(digest))];
  for (const fault of faults) {
    kms.setFault(fault);
    shown.push(shownBy(await thrownBy(() => signer.signDigest(digest))));
    shown.push(shownBy(await thrownBy(() => signerOfTest({ keyId, endpoint: kms.endpoint }))));
  }
  await signer.close();
  shown.push(shownBy(await thrownBy(() => signer.signDigest(digest))), shownBy(signer), shownBy(recorder.measurements));

  const search = new SecretSearch([
    keySecret("the private key", material),
    keySecret("the digest", digest),
    textSecret("the secret access key", credentials.secret),
    textSecret("the session token", credentials.token),
    textSecret("the access key id", credentials.id),
  ]);
  expect(search.inText(quoted)).not.toEqual([]);
  expect(shown).toHaveLength(2 + 2 * faults.length + 3);
  for (const text of shown) expect(search.inText(text)).toEqual([]);
  expect(shown[0]).toContain(keyId);
});
