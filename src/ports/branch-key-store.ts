import type { WrappedKey } from "./wrapping-key.ts";

/** Which branch key sealed an envelope. */
export interface BranchKeyRef {
  readonly tenant: string;
  /** A random UUID. */
  readonly branchId: string;
  /** Starts at 1; rewrapping a branch to other key material makes a new version. */
  readonly version: number;
}

export interface BranchKeyRecord extends BranchKeyRef {
  readonly wrapped: readonly WrappedKey[];
}

/**
 * A branch key slot of a tenant. Slots count from 0; a new one is opened when the last is full.
 * `claimed`: somebody is making the key now; `claim` is their random token.
 */
export type BranchKeySlot =
  | { readonly state: "none" }
  | { readonly state: "claimed"; readonly slot: number; readonly claim: string }
  | { readonly state: "ready"; readonly slot: number; readonly record: BranchKeyRecord };

/** Where wrapped branch keys live, shared by all processes. Every method is one short database transaction or query. */
export interface BranchKeyStore {
  newest(tenant: string): Promise<BranchKeySlot>;
  /** The oldest slot of a tenant: it stays the same however many follow. */
  first(tenant: string): Promise<BranchKeySlot>;
  find(ref: BranchKeyRef): Promise<BranchKeyRecord | undefined>;
  /** Claims an empty slot: true for exactly one of all that try. */
  claim(tenant: string, slot: number, claim: string): Promise<boolean>;
  /** Takes over a claim whose holder seems dead: true if `seen` was still the token. */
  takeOver(tenant: string, slot: number, seen: string, claim: string): Promise<boolean>;
  /** Withdraws one's own claim after a failure, so that others need not wait. */
  withdraw(tenant: string, slot: number, claim: string): Promise<void>;
  /**
   * Fills a claimed slot, whoever holds the claim: the first to publish wins, so a slow maker and one who took over cannot block each other.
   *
   * @returns false if the slot was filled already: use that key, drop this one.
   */
  publish(slot: number, record: BranchKeyRecord): Promise<boolean>;
  /** Reserves `count` envelopes under a branch key. False if that would pass its limit of 2^20: open the next slot. */
  reserve(ref: BranchKeyRef, count: number): Promise<boolean>;
}
