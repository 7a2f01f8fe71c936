/** Where a transaction stands. */
export type TransactionState = "queued" | "signed" | "broadcast" | "mined" | "final" | "failed" | "cancelled";

/** What moves it on. */
export type TransactionStep =
  | "sign"
  | "accept"
  | "mine"
  | "finalise"
  | "reorganise"
  | "displace"
  | "refuse"
  | "cancel"
  | "cancel-on-chain"
  | "fail-on-chain";

interface Transition {
  readonly from: readonly TransactionState[];
  readonly step: TransactionStep;
  readonly to: TransactionState;
  readonly when: string;
}

/** What each state means, in one sentence for documents. */
export const stateMeanings: Readonly<Record<TransactionState, string>> = {
  queued: "stored; nothing is signed, and no nonce is taken",
  signed: "bytes and nonce are stored; a node may have them",
  broadcast: "a node has taken the bytes",
  mined: "in a block that can still leave the chain",
  final: "in a block that stays; `receipt.status` says whether it was reverted",
  failed: "ended, and on no chain; `error` says why",
  cancelled: "ended by `cancel()`, and on no chain",
};

/** Every step that there is. Code, tests and docs/transactions.md follow this table. */
export const transitions: readonly Transition[] = [
  { from: ["queued"], step: "sign", to: "signed", when: "its turn has come: bytes and nonce are stored, then sent" },
  { from: ["signed"], step: "accept", to: "broadcast", when: "a node takes the bytes, or has them already" },
  {
    from: ["signed", "broadcast"],
    step: "mine",
    to: "mined",
    when: "a block has one of its attempts, whichever it is",
  },
  { from: ["mined"], step: "finalise", to: "final", when: "the block can no longer leave the chain" },
  {
    from: ["mined"],
    step: "reorganise",
    to: "broadcast",
    when: "the block left the chain: the same bytes are sent again",
  },
  {
    from: ["signed", "broadcast"],
    step: "displace",
    to: "queued",
    when: "a transaction from elsewhere has taken the nonce, and its block stays: it gets another one",
  },
  {
    from: ["queued"],
    step: "refuse",
    to: "failed",
    when: "the policy, the deadline, a simulation or the row's MAC forbids to sign it",
  },
  { from: ["queued"], step: "cancel", to: "cancelled", when: "`cancel()` before anything was signed" },
  {
    from: ["signed", "broadcast", "mined"],
    step: "cancel-on-chain",
    to: "cancelled",
    when: "the attempt that cancels, or another transaction with the nonce, is in a block that stays",
  },
  {
    from: ["signed", "broadcast", "mined"],
    step: "fail-on-chain",
    to: "failed",
    when: "nodes refuse the bytes for good, and the attempt that frees the nonce is in a block that stays",
  },
];

const next = new Map(
  transitions.flatMap(({ from, step, to }) => from.map((state) => [`${state} ${step}`, to] as const)),
);

/** The state after a step; undefined where there is no such step from here. */
export function stateAfter(state: TransactionState, step: TransactionStep): TransactionState | undefined {
  return next.get(`${state} ${step}`);
}

/** States that nothing leads out of. */
export const endStates: ReadonlySet<TransactionState> = new Set<TransactionState>(["final", "failed", "cancelled"]);

const order: Readonly<Record<TransactionState, number>> = {
  queued: 0,
  signed: 1,
  broadcast: 2,
  mined: 3,
  final: 4,
  failed: -1,
  cancelled: -1,
};

/** Whether a transaction in this state has been where `stage` is. */
export function hasReached(state: TransactionState, stage: "broadcast" | "mined" | "final"): boolean {
  return order[state] >= order[stage];
}

export function isTransactionState(value: unknown): value is TransactionState {
  return typeof value === "string" && Object.hasOwn(stateMeanings, value);
}
