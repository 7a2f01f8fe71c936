import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import type { KmsFault } from "../../harness/kms-emulator.ts";
import { credentials, emulatorOfTest, kmsOfTest } from "../../harness/kms-wrapping.ts";

/** Everything that a logger or an error tracker could find in a value. */
function shownBy(value: unknown): string {
  const own =
    value instanceof Error ? [value.stack, String(value), JSON.stringify(Object.getOwnPropertyNames(value))] : [];
  const all = { showHidden: true, depth: 12, maxStringLength: null, maxArrayLength: null, customInspect: false };
  return [JSON.stringify(value), inspect(value), inspect(value, all), ...own].join("\n");
}

it(
  "no error and no object shows a key or a credential, even where the answer that held it was broken",
  { timeout: 60_000 },
  async () => {
    const secret = randomBytes(32);
    const kms = await emulatorOfTest();
    const keyId = kms.createKey();
    const key = kmsOfTest({ keyId, endpoint: kms.endpoint });
    const context = { purpose: "leak" };
    const wrapped = await key.wrap(secret, context);
    const quoted = `${secret.toString("base64")} ${credentials.secret} ${credentials.token}`;
    const faults: readonly KmsFault[] = [
      { kind: "garbage", status: 200, body: "$}" },
      { kind: "garbage", status: 500, body: "$" },
      { kind: "garbage", status: 400, body: quoted },
      { kind: "error", status: 400, type: "InvalidSignatureException", message: `The Canonical String was ${quoted}` },
      { kind: "error", status: 400, type: `Odd ${quoted}`, message: quoted },
      { kind: "error", status: 500, type: "KMSInternalException", message: quoted },
      { kind: "patch", fields: { KeyId: undefined } },
      { kind: "patch", fields: { KeyId: quoted } },
      { kind: "drop" },
      { kind: "reset" },
    ];
    const shown = [shownBy(key), shownBy(wrapped)];
    for (const fault of faults) {
      kms.setFault(fault);
      shown.push(shownBy(await thrownBy(() => key.unwrap(wrapped, context))));
      shown.push(shownBy(await thrownBy(() => key.wrap(secret, context))));
    }
    kms.setFault();
    shown.push(shownBy(await thrownBy(() => key.unwrap(wrapped, {}))), shownBy(key));
    const hidden = [
      secret.toString("hex"),
      secret.toString("base64"),
      [...secret].join(","),
      [...secret].join(", "),
      [...secret].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
      credentials.secret,
      credentials.token,
      credentials.id,
    ];
    expect(shown).toHaveLength(2 + 2 * faults.length + 2);
    for (const text of shown) for (const one of hidden) expect(text).not.toContain(one);
    expect(shown[0]).toContain(keyId);
  },
);
