import type { BranchKeyRef } from "../../ports/branch-key-store.ts";

/** The key provider that envelopes name: recovery configures a raw AES keyring with it. */
export const keyNamespace = "latchkey";

/**
 * The key name of a branch key. One length for all, because SDKs match the name as a prefix.
 */
export function keyNameOf(branch: BranchKeyRef): string {
  return `${branch.branchId}:${String(branch.version).padStart(10, "0")}`;
}

export const gcm = { cipher: "aes-256-gcm", ivBytes: 12, tagBytes: 16, keyBytes: 32 } as const;
