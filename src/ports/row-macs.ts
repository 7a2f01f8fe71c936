import type { BranchKeyRef } from "./branch-key-store.ts";

/** Whose rows: a wallet's under its own branch key, the tenant's under the tenant's first. */
export type RowOwner =
  | { readonly kind: "wallet"; readonly walletId: string; readonly branch: BranchKeyRef }
  /** `branch` is the one that a stored row names; left out, for a new row, it is the tenant's first. */
  | { readonly kind: "tenant"; readonly branch?: BranchKeyRef };

/** A key for the rows of one owner, in memory while it is leased. Synchronous, so that it can be used inside a database transaction. */
export interface RowMacKey {
  /** Stored beside each MAC: what opens the key again. */
  readonly branch: BranchKeyRef;
  /**
   * HMAC-SHA-256, lower-case hex.
   *
   * @param row - what the row says, each field by name; fields are sorted and length-prefixed, so that no two rows have one text.
   * @param table - so that no row of one table passes for another's.
   */
  macOf(table: string, row: RowFields): string;
  /** Compares in constant time. Whatever is no MAC is not one. */
  isMacOf(mac: unknown, table: string, row: RowFields): boolean;
  /** Wipes it. Once, in `finally`. */
  release(): void;
}

export type RowFields = Readonly<Record<string, string | number | bigint | null>>;

/** The authority over rows that authorise spending. */
export interface RowMacs {
  /**
   * May ask the wrapping key: never inside a database transaction.
   *
   * @throws `ERR_VAULT_OPEN_FAILED` no such branch key; the wrapping key's and the store's errors; `ERR_CLOSED`.
   */
  lease(owner: RowOwner): Promise<RowMacKey>;
}
