import type { Transaction } from "kysely";
import type { EncodedIntent } from "../../ports/intent.ts";
import type { PolicyGate, Subject } from "../../ports/policy-gate.ts";
import type { NoTables } from "../../store/database.ts";
import type { PolicyRule } from "./rules.ts";

/** A transaction that wants to pass. */
export interface PolicyAsk {
  readonly subject: Subject;
  /** The configured chain's name. */
  readonly chain: string;
  readonly chainId: number;
  readonly intent: EncodedIntent;
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** One counted amount: subtract it from there to give it back. Plain data, as JSON with the amount as decimal text. */
export interface Reservation {
  /** Names a counter. */
  readonly scope: string;
  /** Begin of the part of the counter's time in which it counts. */
  readonly bucketMs: number;
  readonly amount: bigint;
  readonly what: "value" | "fee";
}

export type Settlement = { readonly kind: "returned" } | { readonly kind: "spent"; readonly fee: bigint };

/** Whose stored rules and freeze: one subject's, or the whole tenant's. */
export type ControlTarget = Subject | "tenant";

/** What is stored of a subject or the tenant. */
export interface Controls {
  readonly isFrozen: boolean;
  /** As given with the last freeze or its end. */
  readonly reason: string | null;
  readonly rules: readonly PolicyRule[];
  /** Counts the changes; 0 where nothing was ever stored. */
  readonly version: number;
  /** Milliseconds since the Unix epoch; null where nothing was ever stored. */
  readonly updatedAtMs: number | null;
}

/** Decides what may be signed and sent: the configured rules, and those of the database. */
export interface Policy extends PolicyGate {
  /**
   * Outside a transaction: the keys that open the policy's rows. Release in `finally`.
   *
   * @throws what `RowMacs.lease` throws.
   */
  lease(): Promise<PolicyLease>;
  /**
   * Refuses every signature of the subject, or of everybody, from now on in every process. What is signed already is not held back.
   *
   * @param reason - for people, at most 500 characters.
   * @throws `ERR_POLICY_TAMPERED` the stored row was altered: it refuses everything as it is; `ERR_CONFIG_INVALID`; `ERR_STORE_*`.
   */
  freeze(target: ControlTarget, reason: string): Promise<Controls>;
  /** Ends a freeze. Throws as `freeze`. */
  unfreeze(target: ControlTarget, reason?: string): Promise<Controls>;
  /**
   * Replaces the stored rules of a subject or the tenant; an empty list takes them away. The configured ones hold beside them.
   *
   * @throws `ERR_CONFIG_INVALID` naming rule and field, nothing was stored; and as `freeze`.
   */
  setRules(target: ControlTarget, rules: readonly PolicyRule[]): Promise<Controls>;
  /** What is stored. @throws `ERR_POLICY_TAMPERED`; `ERR_STORE_*`. */
  controls(target: ControlTarget): Promise<Controls>;
}

export interface PolicyLease {
  /**
   * Inside a transaction: reads the controls of all subjects in one query. Each subject that is asked for later has to be among them.
   * Counters are read, and locked until the transaction ends, once a limit has to be looked at.
   */
  open(tx: Transaction<NoTables>, subjects: readonly Subject[]): Promise<PolicyBook>;
  /** Wipes the keys. */
  release(): void;
}

/** The policy within one transaction. Nothing is counted for others before `write` and the commit. */
export interface PolicyBook {
  /**
   * At send.
   *
   * @returns what was counted.
   * @throws `ERR_POLICY_DENIED`, `ERR_POLICY_FROZEN`, `ERR_POLICY_TAMPERED`: nothing of this ask was counted, and others of the book are
   *   unaffected.
   */
  admit(ask: PolicyAsk): Promise<readonly Reservation[]>;
  /**
   * Before signing: everything again by today's rules, without counting twice what this transaction holds.
   *
   * @returns what it holds from now on, to be kept in place of `held`: what a rule counts that came since, or whose time has passed since,
   *   is counted anew. Whoever keeps `held` instead errs to the side of refusal.
   * @throws as `admit`.
   */
  recheck(ask: PolicyAsk, held: readonly Reservation[]): Promise<readonly Reservation[]>;
  /**
   * Fee payers' budgets, at signing and at each replacement: the highest fee counts, once.
   *
   * @param maxFee - what the fee payer may lose at most, in base units.
   * @returns all reservations that the transaction now holds.
   * @throws `ERR_POLICY_DENIED`, `ERR_POLICY_TAMPERED`: nothing was counted.
   */
  reserveFee(ask: PolicyAsk, maxFee: bigint, held: readonly Reservation[]): Promise<readonly Reservation[]>;
  /**
   * Gives back what was reserved: all of it, where nothing came on chain; or, at finality, what of the fee was not needed. Once for each
   * transaction. A counter that was altered stays as it is, and is reported to the log.
   */
  settle(held: readonly Reservation[], outcome: Settlement): Promise<void>;
  /** Writes the counters, with their MACs. Last in the transaction. */
  write(): Promise<void>;
}
