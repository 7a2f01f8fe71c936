import { ethersSigner } from "../../../src/chains/evm/index.ts";
import { caverWallet, kaia } from "../../../src/chains/kaia/index.ts";
import { kmsSigner } from "../../../src/vault/aws-kms/index.ts";
import type { KmsEmulator, KmsFault } from "../../harness/kms-emulator.ts";
import { someTransfer } from "../../harness/offline-chain.ts";
import { costlyTransport } from "./kaia.ts";
import { misplaced } from "./misuse.ts";
import { heldBy, keptRecorder, openObserved, type World } from "./world.ts";

const digest = new Uint8Array(32).fill(1);

/** What comes instead of a signature. `quoted` is all that is secret here, the key too. */
const faultsQuoting = (quoted: string): readonly (readonly [code: string, fault: KmsFault])[] => [
  ["ERR_KMS_UNAVAILABLE", { kind: "error", status: 500, type: "KMSInternalException", message: quoted }],
  ["ERR_KMS_THROTTLED", { kind: "error", status: 400, type: "ThrottlingException", message: quoted }],
  ["ERR_KMS_DENIED", { kind: "error", status: 400, type: "AccessDeniedException", message: quoted }],
  ["ERR_KMS_KEY_UNUSABLE", { kind: "error", status: 400, type: "DisabledException", message: quoted }],
  ["ERR_KMS_UNAVAILABLE", { kind: "garbage", status: 200, body: `$${quoted}` }],
  ["ERR_KMS_WRONG_KEY", { kind: "patch", fields: { KeyId: quoted } }],
  ["ERR_VAULT_SIGN_FAILED", { kind: "patch", fields: { Signature: Buffer.from(quoted).toString("base64") } }],
];

/**
 * A key that stays in KMS, in every place that takes a signer.
 *
 * @param secrets - the credentials, which the service's texts may quote.
 * @returns the key's ARN: what is searched for is its material.
 */
export async function useKmsSigner(world: World, kms: KmsEmulator, secrets: string): Promise<string> {
  const { observed } = world;
  const keyId = kms.createKey({ usage: "SIGN_VERIFY" });
  const key = Buffer.from(kms.exportKey(keyId).material);
  const quoted = `${secrets} ${key.toString("hex")} ${key.toString("base64")}`;
  const { meter } = keptRecorder();
  const signer = await kmsSigner({ keyId, endpoint: kms.endpoint, maxAttempts: 1, meter });
  observed.add("object of KMS", signer, await signer.signDigest(digest));

  const chain = kaia({ name: "costly", chainId: 8217, transport: costlyTransport, feePayer: signer });
  const latchkey = await openObserved(world, { chains: [chain] });
  const account = (await latchkey.login("alice")).accounts.costly;
  await latchkey.service("in-kms", signer);
  const prepared = await chain.prepare({ cancel: { nonce: 7 } }, account.address);
  observed.add("object prepared", prepared, prepared.feePayer);
  const inEthers = await ethersSigner(signer, null);
  observed.add("object signed", caverWallet([signer]), inEthers, await inEthers.signMessage("hello"));

  for (const [code, fault] of faultsQuoting(quoted)) {
    kms.setFault(fault, { operation: "Sign" });
    await observed.provoke(code, `KMS, signing: ${fault.kind}`, () => signer.signDigest(digest));
    // A user for each: whoever was held up before waits longer.
    const { costly: account } = (await latchkey.login(`payee ${fault.kind} ${code}`)).accounts;
    const handle = await account.send(someTransfer, { gasLimit: 100_000n });
    await heldBy(observed, code, handle);
    await handle.cancel();
    await observed.provoke(code, `KMS, for ethers: ${fault.kind}`, () => inEthers.signMessage("hello"));
    if (code === "ERR_VAULT_SIGN_FAILED") continue;
    kms.setFault(fault);
    await observed.provoke(code, `KMS, opening: ${fault.kind}`, () =>
      kmsSigner({ keyId, endpoint: kms.endpoint, maxAttempts: 1 }),
    );
  }
  kms.setFault();
  await observed.provoke("ERR_VAULT_DIGEST_INVALID", "a key as digest", () => signer.signDigest(key.subarray(1)));
  await observed.provoke("ERR_CONFIG_INVALID", "a key as key id", () => kmsSigner({ keyId: misplaced }));
  await observed.provoke("ERR_KMS_KEY_UNUSABLE", "a key for something else", () =>
    kmsSigner({ keyId: kms.createKey(), endpoint: kms.endpoint }),
  );
  await latchkey.close();
  await signer.close();
  await observed.provoke("ERR_CLOSED", "a closed signer", () => signer.signDigest(digest));
  observed.add("object of KMS, closed", signer, inEthers, prepared);
  return keyId;
}
