import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { BranchKeyRef } from "../../ports/branch-key-store.ts";
import type { RowFields, RowMacKey, RowMacs } from "../../ports/row-macs.ts";
import { branchText, parseBranch } from "../lease-keys.ts";
import { keyNotOpen, tampered } from "./refusals.ts";

/** The keys of the policy's rows, while they are leased. */
export interface PolicyKeys {
  /** What to store beside a new or changed row. */
  sign(table: string, row: RowFields): { readonly mac_branch: string; readonly mac: string };
  /**
   * @param key - names the row in the error.
   * @throws `ERR_POLICY_TAMPERED`; retryable where the row's branch key has still to be opened.
   */
  verify(
    table: string,
    key: string,
    row: RowFields,
    stored: { readonly mac_branch: unknown; readonly mac: unknown },
  ): void;
  release(): void;
}

/** Branches that rows name beside the first: as many as rewrapping can have left. */
const mostBranches = 16;

/**
 * Leases the tenant's key, and those of other branch keys that rows were found to name: no key can be fetched while a transaction is open,
 * so that such a row is refused once and read the next time.
 */
export function createPolicyKeys(macs: RowMacs, tenant: string): { lease(): Promise<PolicyKeys> } {
  const wanted = new Map<string, BranchKeyRef>();
  /** Named by a row, and there is no such key. */
  const missing = new Set<string>();

  function want(name: unknown): name is string {
    const branch = typeof name === "string" ? parseBranch(name, tenant) : undefined;
    if (typeof name !== "string" || branch === undefined) return false;
    if (missing.has(name) || wanted.size >= mostBranches) return false;
    wanted.set(name, branch);
    return true;
  }

  async function leaseWanted(name: string, branch: BranchKeyRef): Promise<RowMacKey | undefined> {
    try {
      return await macs.lease({ kind: "tenant", branch });
    } catch (error) {
      if (!isLatchkeyError(error, "ERR_VAULT_OPEN_FAILED")) throw error;
      wanted.delete(name);
      if (missing.size < 1_000) missing.add(name);
      return undefined;
    }
  }

  async function lease(): Promise<PolicyKeys> {
    const current = await macs.lease({ kind: "tenant" });
    const currentName = branchText(current.branch);
    const open = new Map([[currentName, current]]);
    const release = (): void => {
      for (const key of open.values()) key.release();
    };
    try {
      for (const [name, branch] of [...wanted]) {
        if (name === currentName) continue;
        const key = await leaseWanted(name, branch);
        if (key !== undefined) open.set(name, key);
      }
    } catch (error) {
      release();
      throw error;
    }
    return {
      sign: (table, row) => ({ mac_branch: currentName, mac: current.macOf(table, row) }),
      verify: (table, key, row, stored) => {
        const name = stored.mac_branch;
        const opener = typeof name === "string" ? open.get(name) : undefined;
        if (opener?.isMacOf(stored.mac, table, row) === true) return;
        throw opener === undefined && want(name) ? keyNotOpen(table, key, name) : tampered(table, key);
      },
      release,
    };
  }

  return { lease };
}
