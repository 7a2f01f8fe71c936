import { inspect } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { latchkeyAccounts } from "../../src/hardhat/latchkey-accounts.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { rejectedBy } from "../chains/refused.ts";
import type { KmsFault } from "../harness/kms-emulator.ts";
import { credentials } from "../harness/kms-wrapping.ts";
import { keySecret, SecretSearch, textSecret } from "../harness/secrets.ts";
import { askerOf, ether, friend, type KmsScene, openKms, openProject, type Project } from "./accounts-scene.ts";

// Budget of the file: 10 s.

let scene: KmsScene;
let project: Project;
const options = { signers: () => Promise.resolve([scene.signer]), networks: ["local"] };

beforeAll(async () => {
  scene = await openKms();
  project = await openProject(options, { local: { type: "edr-simulated" } });
});
afterAll(async () => {
  await project.close();
  await scene.close();
});

/** Everything that a logger or an error tracker could find in a value. */
function shownBy(value: unknown): string {
  const own = value instanceof Error ? [value.stack, String(value), JSON.stringify(value)] : [];
  const all = { showHidden: true, depth: 12, maxStringLength: null, maxArrayLength: null, customInspect: false };
  return [inspect(value), inspect(value, all), ...own].join("\n");
}

it("no answer, error or object of Hardhat's shows the key or a credential, and a fault stops one send alone", async () => {
  const { kms, keyId, signer } = scene;
  const { material } = kms.exportKey(keyId);
  const connection = await project.environment.network.create("local");
  const ask = askerOf(connection);
  await ask("hardhat_setBalance", signer.address, ether);
  const send = (): Promise<unknown> => ask("eth_sendTransaction", { to: friend, value: "0x1" });
  const quoted = `${Buffer.from(material).toString("hex")} ${Buffer.from(material).toString("base64")}`;
  const faults: readonly (readonly [ErrorCode, KmsFault])[] = [
    ["ERR_KMS_UNAVAILABLE", { kind: "error", status: 500, type: "KMSInternalException", message: quoted }],
    ["ERR_KMS_DENIED", { kind: "error", status: 400, type: "AccessDeniedException", message: quoted }],
    ["ERR_VAULT_SIGN_FAILED", { kind: "patch", fields: { Signature: Buffer.from(material).toString("base64") } }],
  ];
  const shown: string[] = [shownBy(await ask("eth_accounts")), shownBy(await send())];
  for (const [code, fault] of faults) {
    kms.setFault(fault, { operation: "Sign", times: 1 });
    const failing = rejectedBy(send(), code);
    const following = send();
    shown.push(shownBy(await failing), shownBy(await following));
    kms.setFault(fault, { operation: "Sign", times: 1 });
    shown.push(shownBy(await rejectedBy(ask("personal_sign", "0x12", signer.address), code)));
  }
  expect(Number(await ask("eth_getTransactionCount", signer.address))).toBe(1 + faults.length);
  shown.push(shownBy(connection), shownBy(project.environment.config), shownBy(latchkeyAccounts(options)));
  await connection.close();

  const search = new SecretSearch([
    keySecret("the private key", material),
    textSecret("the secret access key", credentials.secret),
    textSecret("the session token", credentials.token),
  ]);
  expect(search.inText(quoted)).not.toEqual([]);
  for (const text of shown) expect(search.inText(text)).toEqual([]);
});
