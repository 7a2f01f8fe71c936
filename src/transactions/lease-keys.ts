import type { BranchKeyRef } from "../ports/branch-key-store.ts";
import type { RowMacKey, RowMacs, RowOwner } from "../ports/row-macs.ts";

/** `<branch id>:<version>`: which branch key made a MAC. */
export function branchText({ branchId, version }: BranchKeyRef): string {
  return `${branchId}:${String(version)}`;
}

/** Undefined for what is no such text. */
export function parseBranch(text: string, tenant: string): BranchKeyRef | undefined {
  const match = /^([0-9a-f-]{36}):([1-9]\d{0,8})$/.exec(text);
  return match?.[1] === undefined ? undefined : { tenant, branchId: match[1], version: Number(match[2]) };
}

/** The owner whose key made a stored row's MAC. */
export function ownerAt(owner: RowOwner, branch: BranchKeyRef): RowOwner {
  return owner.kind === "wallet" ? { ...owner, branch } : { kind: "tenant", branch };
}

/** Whether a failed lease says nothing of the rows: a branch key that is not there was never theirs, all else may pass. */
export function isOutage(error: unknown): boolean {
  return !(typeof error === "object" && error !== null && "code" in error && error.code === "ERR_VAULT_OPEN_FAILED");
}

/** Leases one key for each owner, and releases them all when `use` settles. */
export async function withKeys<T>(
  macs: RowMacs,
  owners: ReadonlyMap<string, RowOwner>,
  use: (keys: ReadonlyMap<string, RowMacKey>, failures: ReadonlyMap<string, unknown>) => Promise<T>,
): Promise<T> {
  const keys = new Map<string, RowMacKey>();
  const failures = new Map<string, unknown>();
  await Promise.all(
    [...owners].map(async ([name, owner]) => {
      try {
        keys.set(name, await macs.lease(owner));
      } catch (error) {
        failures.set(name, error);
      }
    }),
  );
  try {
    return await use(keys, failures);
  } finally {
    for (const key of keys.values()) key.release();
  }
}
