import type { BranchKeyRef } from "../../ports/branch-key-store.ts";
import type { EncryptionContext } from "../../ports/wrapping-key.ts";
import type { UserKey, WalletId } from "../../units/brands.ts";

/** Whose secret an envelope holds. */
export interface EnvelopeOwner {
  readonly userKey: UserKey;
  readonly walletId: WalletId;
}

// Names are lower-case letters only: SDKs that sort by code unit, by locale and by UTF-8 bytes then agree on the order.

/** What an envelope is bound to. The user appears as a hash alone. */
export function envelopeContext(owner: EnvelopeOwner, branch: BranchKeyRef): EncryptionContext {
  return {
    branch: branch.branchId,
    format: "1",
    purpose: "latchkey wallet",
    tenant: branch.tenant,
    user: owner.userKey,
    version: String(branch.version),
    wallet: owner.walletId,
  };
}

/** What a wrapped branch key is bound to. AWS shows it in CloudTrail. */
export function branchKeyContext(branch: BranchKeyRef): EncryptionContext {
  return {
    branch: branch.branchId,
    format: "1",
    purpose: "latchkey branch key",
    tenant: branch.tenant,
    version: String(branch.version),
  };
}

/**
 * The bytes of a context as the Encryption SDK authenticates them: count, then names and values sorted by name, each with a
 * two-byte length in front.
 * Spec: https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html#header-aad
 */
export function serializeContext(context: EncryptionContext): Buffer {
  const entries = Object.entries(context)
    .map(([name, value]) => [Buffer.from(name, "utf8"), Buffer.from(value, "utf8")] as const)
    .sort(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat([
    uint16(entries.length),
    ...entries.flatMap(([name, value]) => [uint16(name.length), name, uint16(value.length), value]),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
