import type { AuditReport } from "../inspection/audit/report.ts";
import type { ChainAdapter, TransactionReceipt, WaitOptions } from "../ports/chain-adapter.ts";
import type { Intent } from "../ports/intent.ts";
import type { Transport } from "../ports/transport.ts";
import type { Hex } from "../units/brands.ts";

/** The steps of a migration, in their order; each leaves one result in the run's folder. */
export const steps = [
  "audit",
  "snapshot",
  "plan",
  "rehearsal",
  "freeze",
  "deployment",
  "mint",
  "verification",
  "seal",
  "report",
] as const;
export type Step = (typeof steps)[number];

/** What a step has done so far. */
export interface Progress {
  readonly step: Step;
  readonly done: number;
  /** Undefined where nobody can know yet. */
  readonly total?: number;
  /** Such as `blocks`, `tokens`, `batches`. */
  readonly unit: string;
}

export interface StepOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the step; what it has stored stays, and the next run of the step goes on from there. */
  readonly signal?: AbortSignal;
}

/** The collection that tokens move from: a node to ask, and the address. */
export interface OldCollectionAt {
  readonly transport: Transport;
  readonly address: string;
}

/** The chain that tokens move to, and the new collection's address once there is one. */
export interface NewCollectionAt {
  readonly chain: ChainAdapter;
  readonly address: string;
}

/** What is stored of a send; `TransactionHandle` is one. */
export interface SentHandle {
  readonly id: string;
  wait(stage: "mined" | "final", options?: WaitOptions): Promise<TransactionReceipt>;
}

/** An account that a migration sends from: a `SendingAccount` of the outbox is one. */
export interface MigrationSender {
  readonly address: string;
  getBalance(): Promise<bigint>;
  /** Stores it, and returns a handle; with the same key it is the same transaction, in whatever process. */
  send(
    intent: Intent,
    options: { readonly idempotencyKey: string; readonly gasLimit?: bigint; readonly feeCeiling?: bigint },
  ): Promise<SentHandle>;
}

/** What a chain allows a transaction that mints. */
export interface BatchLimits {
  /** Gas of one transaction. */
  readonly gas: bigint;
  /** Kaia's computation cost of one transaction; undefined where the chain knows none. */
  readonly computation?: bigint;
  /** Bytes of a signed transaction. */
  readonly bytes: number;
}

/** A block, as every result names it: decimal number and hash. */
export interface BlockName {
  readonly number: string;
  readonly hash: string;
}

/** A token as the manifest has it. */
export interface ManifestToken {
  readonly id: bigint;
  /** An address in lower case, `hole` for an id that was burned, `door` for one that waits at the door. */
  readonly owner: string;
  readonly uri: string;
  /** Who owns it on the old contract, where a remap file gives it to somebody else. */
  readonly remappedFrom?: string;
}

export type OwnerKind = "safe" | "eip7702" | "contract";

/** `snapshot.json`. */
export interface SnapshotResult {
  readonly step: "snapshot";
  readonly run: string;
  readonly oldChainId: string;
  readonly oldContract: string;
  readonly block: BlockName;
  readonly name: string;
  readonly symbol: string;
  /** Tokens that exist. */
  readonly tokens: number;
  readonly owners: number;
  readonly holes: number;
  readonly door: number;
  readonly remapped: number;
  /** SHA-256 of the remap file, where one was given. */
  readonly remapSha256: string | null;
  /** Merkle root over the manifest's lines in their order, as one tree. */
  readonly root: Hex;
  readonly manifest: { readonly file: string; readonly sha256: string; readonly bytes: number };
  /** The URIs that are base + id + suffix; null where no pattern saves anything. */
  readonly pattern: { readonly base: string; readonly suffix: string; readonly tokens: number } | null;
  readonly ownersWithCode: readonly { readonly address: string; readonly kind: OwnerKind; readonly tokens: number }[];
  /** Approvals in force, which do not move: for single tokens, and of operators for all of an owner's. */
  readonly approvals: { readonly tokens: number; readonly operators: number };
  readonly seconds: number;
}

/** A batch of the plan: one transaction. */
export interface PlannedBatch {
  readonly index: number;
  /** `packed`: `migrate`; `withUri`: `migrateWithTokenURI`. */
  readonly kind: "packed" | "withUri";
  /** Position of the first token in the commitment's order. */
  readonly first: number;
  readonly count: number;
  readonly gas: string;
  readonly computation: string | null;
  readonly bytes: number;
}

/** `plan.json`. */
export interface PlanResult {
  readonly step: "plan";
  readonly run: string;
  readonly snapshotRoot: Hex;
  /** What the new contract is deployed with. */
  readonly root: Hex;
  readonly count: number;
  readonly chainId: string;
  readonly owner: string;
  readonly name: string;
  readonly symbol: string;
  readonly compareWithOld: boolean;
  readonly baseURI: string;
  readonly uriSuffix: string;
  readonly windowStart: string;
  readonly windowSize: string;
  readonly limits: { readonly gas: string; readonly computation: string | null; readonly bytes: number };
  readonly batches: readonly PlannedBatch[];
  readonly gas: { readonly deploy: string; readonly mint: string; readonly total: string };
  /** In base units, at half the present price, at the present one, and at twice that. */
  readonly fees: readonly { readonly perGas: string; readonly total: string }[];
  readonly seconds: number;
  readonly senders: number;
  /** What does not move, in sentences. */
  readonly leftBehind: readonly string[];
}

/** `freeze.json`. */
export interface FreezeResult {
  readonly step: "freeze";
  readonly run: string;
  /** `paused`: by this step or before; `open`: it cannot be, or was not asked for. */
  readonly state: "paused" | "open";
  readonly transaction: Hex | null;
  readonly block: BlockName;
  /** What can still be done on the old contract, in sentences. */
  readonly staysOpen: readonly string[];
}

/** `deployment.json`. */
export interface DeploymentResult {
  readonly step: "deployment";
  readonly run: string;
  readonly address: string;
  readonly transaction: Hex;
  readonly block: BlockName;
  readonly gasUsed: string;
  readonly fee: string;
  readonly root: Hex;
  readonly deployer: string;
}

/** `mint.json`. */
export interface MintResult {
  readonly step: "mint";
  readonly run: string;
  readonly address: string;
  readonly batches: readonly {
    readonly index: number;
    /** Null where somebody else had brought the whole batch in. */
    readonly transaction: Hex | null;
    readonly block: string | null;
    readonly gasUsed: string;
    readonly fee: string;
  }[];
  readonly transactions: number;
  readonly gasUsed: string;
  readonly fee: string;
  readonly seconds: number;
}

/** Something that is not as it should be. */
export interface Difference {
  readonly kind:
    | "owner"
    | "missing"
    | "extra"
    | "uri"
    | "hole-alive"
    | "supply"
    | "balance"
    | "root"
    | "interface"
    | "enumeration"
    | "door"
    | "logs"
    | "moved-since";
  /** Where it concerns one token. */
  readonly id?: string;
  readonly expected: string;
  readonly found: string;
}

/** `verification.json`. */
export interface VerificationResult {
  readonly step: "verification";
  readonly run: string;
  readonly address: string;
  readonly block: BlockName;
  readonly oldBlock: BlockName;
  readonly tokens: number;
  readonly owners: number;
  readonly verified: boolean;
  /** At most 1,000 of them; `differenceCount` counts all. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  readonly checks: readonly { readonly name: string; readonly checked: number; readonly differences: number }[];
  readonly seconds: number;
}

/** `seal.json`. */
export interface SealResult {
  readonly step: "seal";
  readonly run: string;
  readonly transaction: Hex | null;
  readonly block: BlockName;
}

/** `rehearsal.json`. */
export interface RehearsalResult {
  readonly step: "rehearsal";
  readonly run: string;
  /** The root that was rehearsed: with another plan the rehearsal is another one. */
  readonly root: Hex;
  readonly verified: boolean;
  /** With the pause of the old contract, where that was rehearsed. */
  readonly transactions: number;
  /** Of the deployment and the batches. */
  readonly gasUsed: string;
  /** What the plan had said to that. */
  readonly plannedGas: string;
  readonly seconds: number;
  /** Whether the old contract's replica was paused, or was left open. */
  readonly froze: boolean;
  /** At most 1,000 of them; `differenceCount` counts all. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
}

/** A transaction of the run, as the report lists it. */
export interface ReportedTransaction {
  readonly what: "freeze" | "deploy" | "mint" | "seal";
  /** Of a batch: its index in the plan. */
  readonly batch: number | null;
  readonly hash: Hex;
  readonly block: string | null;
  /** Null where the step's result does not say. */
  readonly gasUsed: string | null;
  readonly fee: string | null;
}

/** `report.json`. Null where the step that knows it has not been done. */
export interface ReportResult {
  readonly step: "report";
  readonly run: string;
  readonly name: string | null;
  readonly symbol: string | null;
  readonly oldChainId: string;
  readonly oldContract: string;
  readonly newChainId: string | null;
  readonly newContract: string | null;
  readonly tokens: number | null;
  readonly owners: number | null;
  readonly holes: number | null;
  readonly door: number | null;
  /** What the new contract commits to. */
  readonly root: Hex | null;
  readonly snapshotRoot: Hex | null;
  /** The old collection's block that the snapshot is of. */
  readonly block: BlockName | null;
  /** The new collection's block that was verified. */
  readonly verifiedAt: BlockName | null;
  readonly transactions: number;
  readonly gasUsed: string;
  /** Sum of what was paid, in base units. */
  readonly fees: string;
  readonly verified: boolean;
  /** At most 1,000 of them; `differenceCount` counts all. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  readonly batches: readonly (PlannedBatch & {
    readonly transaction: Hex | null;
    readonly block: string | null;
    readonly gasUsed: string | null;
    readonly fee: string | null;
  })[];
  readonly sent: readonly ReportedTransaction[];
  /** The largest holders, most tokens first. */
  readonly topOwners: readonly { readonly address: string; readonly tokens: number }[];
  /** How many owners hold so many tokens; `most` null for the last one, which has no upper end. */
  readonly distribution: readonly {
    readonly least: number;
    readonly most: number | null;
    readonly owners: number;
  }[];
  readonly ownersWithCode: SnapshotResult["ownersWithCode"];
  /** What can still be done on the old contract, in sentences. */
  readonly whatStaysOpen: readonly string[];
  /** What does not move, in sentences. */
  readonly leftBehind: readonly string[];
  /** What holders have to do themselves, in sentences. */
  readonly holdersMust: readonly string[];
  readonly missingSteps: readonly Step[];
}

/** `audit.json`. */
export interface AuditResult {
  readonly step: "audit";
  readonly run: string;
  readonly report: AuditReport;
  /** What somebody who moves the collection has to know first, in sentences. */
  readonly warnings: readonly string[];
}

/** What each step leaves in the run's folder. */
export interface Results {
  readonly audit: AuditResult;
  readonly snapshot: SnapshotResult;
  readonly plan: PlanResult;
  readonly rehearsal: RehearsalResult;
  readonly freeze: FreezeResult;
  readonly deployment: DeploymentResult;
  readonly mint: MintResult;
  readonly verification: VerificationResult;
  readonly seal: SealResult;
  readonly report: ReportResult;
}
