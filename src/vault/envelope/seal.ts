import { createCipheriv, randomBytes } from "node:crypto";
import { buildEncrypt } from "@aws-crypto/encrypt-node";
import {
  AlgorithmSuiteIdentifier,
  CommitmentPolicy,
  EncryptedDataKey,
  KeyringNode,
  KeyringTraceFlag,
  type NodeDecryptionMaterial,
  type NodeEncryptionMaterial,
} from "@aws-crypto/material-management-node";
import type { BranchKeyRef } from "../../ports/branch-key-store.ts";
import { wipe } from "../../units/bytes.ts";
import { type EnvelopeOwner, envelopeContext, serializeContext } from "./encryption-context.ts";
import { gcm, keyNameOf, keyNamespace } from "./format.ts";

const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;

/**
 * A raw AES keyring, for writing only. The SDK's own copies the wrapping key to where it cannot be wiped; this one uses the
 * caller's buffer in place.
 * Spec: https://github.com/awslabs/aws-encryption-sdk-specification/blob/master/framework/raw-aes-keyring.md
 */
class BranchKeyring extends KeyringNode {
  readonly #key: Uint8Array;
  readonly #keyName: string;

  constructor(key: Uint8Array, branch: BranchKeyRef) {
    super();
    this.#key = key;
    this.#keyName = keyNameOf(branch);
  }

  override _onEncrypt(material: NodeEncryptionMaterial): Promise<NodeEncryptionMaterial> {
    const dataKey = randomBytes(gcm.keyBytes);
    try {
      const edk = this.#wrap(dataKey, serializeContext(material.encryptionContext));
      const trace = { keyNamespace, keyName: this.#keyName };
      material.setUnencryptedDataKey(dataKey, { ...trace, flags: KeyringTraceFlag.WRAPPING_KEY_GENERATED_DATA_KEY });
      material.addEncryptedDataKey(
        edk,
        KeyringTraceFlag.WRAPPING_KEY_ENCRYPTED_DATA_KEY | KeyringTraceFlag.WRAPPING_KEY_SIGNED_ENC_CTX,
      );
      return Promise.resolve(material);
    } finally {
      wipe(dataKey);
    }
  }

  override _onDecrypt(material: NodeDecryptionMaterial): Promise<NodeDecryptionMaterial> {
    return Promise.resolve(material);
  }

  #wrap(dataKey: Uint8Array, aad: Uint8Array): EncryptedDataKey {
    const iv = randomBytes(gcm.ivBytes);
    const cipher = createCipheriv(gcm.cipher, this.#key, iv).setAAD(aad);
    const encryptedDataKey = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(gcm.tagBytes * 8, 0);
    lengths.writeUInt32BE(gcm.ivBytes, 4);
    const rawInfo = Buffer.concat([Buffer.from(this.#keyName, "utf8"), lengths, iv]);
    return new EncryptedDataKey({ providerId: keyNamespace, providerInfo: this.#keyName, encryptedDataKey, rawInfo });
  }
}

/**
 * Seals bytes for one owner under a branch key, in the AWS Encryption SDK message format, suite 0x0478 (AES-256-GCM, HKDF-SHA512,
 * key commitment). The plaintext stays the caller's to wipe.
 *
 * @param branchKey - 32 bytes; used while this runs, not kept.
 */
export async function seal(
  plaintext: Uint8Array,
  owner: EnvelopeOwner,
  branch: BranchKeyRef,
  branchKey: Uint8Array,
): Promise<Buffer> {
  const encryptionContext = { ...envelopeContext(owner, branch) };
  const { result } = await encrypt(new BranchKeyring(branchKey, branch), plaintext, { suiteId, encryptionContext });
  return result;
}
