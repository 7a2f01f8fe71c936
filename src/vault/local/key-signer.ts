import { inspect } from "node:util";
import type { KeyScheme } from "../../ports/key-scheme.ts";
import type { Signer } from "../../ports/signer.ts";
import { silentMeter } from "../../telemetry/silent.ts";
import { withSecret } from "../../units/bytes.ts";
import { publicKeyOf } from "../derivation/leaf-keys.ts";
import { makeSignature } from "../sign.ts";
import { signThroughDoor } from "../signing-door.ts";

/**
 * A signer over a key that somebody else keeps: a keystore, a configuration. The key is read for each signature, and wiped right after.
 *
 * @param read - gives 32 bytes that are wiped here.
 * @throws `ERR_VAULT_SECRET_INVALID` not a private key; what `read` throws. Its method: `ERR_VAULT_DIGEST_INVALID`, `ERR_VAULT_SIGN_FAILED`.
 */
export async function keySigner(read: () => Promise<Uint8Array>, scheme: KeyScheme): Promise<Signer> {
  const address = await withSecret(await read(), (key) => Promise.resolve(scheme.addressOf(publicKeyOf(key))));
  return Object.freeze({
    address,
    signDigest: (digest: Uint8Array) =>
      signThroughDoor(digest, { address, scheme: scheme.id }, silentMeter, async (owned) =>
        withSecret(await read(), (key) => Promise.resolve(makeSignature(owned, key, publicKeyOf(key)))),
      ),
    toJSON: () => ({ address }),
    [inspect.custom]: () => `Signer { address: '${address}' }`,
  });
}
