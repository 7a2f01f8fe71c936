/** Facts of a chain that the sender works by. Times in milliseconds. */
export interface ChainProfile {
  /** Such as `ethereum`, `kaia`. */
  readonly name: string;
  /** Between two blocks, as a rule. */
  readonly blockTimeMs: number;
  /**
   * When a block can no longer leave the chain: at once; from the block that the node calls `finalized`; or this many blocks below the
   * head.
   */
  readonly finality:
    { readonly kind: "instant" } | { readonly kind: "tag" } | { readonly kind: "depth"; readonly blocks: number };
  /** Transactions of one sender that may be with the node and not in a block. */
  readonly inFlight: number;
  /** As many the node takes of one sender even when its pool is full. */
  readonly inFlightWhenFull: number;
  /** How long the first transaction of a sender may wait for its block before more is offered for it. */
  readonly stuckAfterMs: number;
  /** How often bytes that are in no block are sent again: nodes drop them without a word. */
  readonly rebroadcastMs: number;
  /** How often the node is asked for what changed. */
  readonly pollMs: number;
  /** What an offer has to exceed the one before by to take its place: percent of both parts, or one base unit of the whole. */
  readonly replacement: { readonly kind: "percent"; readonly percent: number } | { readonly kind: "unit" };
}
