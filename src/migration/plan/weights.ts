/**
 * What the steps of `KIP17Migrated` cost, as upper bounds: measured on the contract as it is compiled here, in gas by the EVM and in
 * Kaia's computation cost by the opcodes of its traces. test/migration/plan measures them again.
 */
export interface Weight {
  readonly gas: number;
  readonly computation: number;
}

/** A transaction before its first token: what it costs to begin, and the counters that it writes. */
export const ofTransaction: Weight = { gas: 120_000, computation: 330_000 };
/** Each node of a batch's proof. */
export const ofProofNode: Weight = { gas: 1_000, computation: 4_000 };

/** A token of an owner who has one in the batch already; its URI apart. */
export const ofPacked: Weight = { gas: 29_600, computation: 202_500 };
export const ofWithUri: Weight = { gas: 30_400, computation: 222_000 };
/** An id that is reserved: a hole, and what a token at the door takes beyond that. */
export const ofPackedReserved: Weight = { gas: 5_000, computation: 128_500 };
export const ofWithUriReserved: Weight = { gas: 5_800, computation: 150_000 };
export const ofDoor: Weight = { gas: 1_800, computation: 25_500 };
/** The balance of an owner that the batch has not written yet. */
export const ofNewOwner: Weight = { gas: 22_500, computation: 19_500 };

/** The URI by the pattern, which is made up for each token with an owner; its digits and words apart. */
export const ofPattern: Weight = { gas: 1_500, computation: 62_500 };
export const ofPatternDigit: Weight = { gas: 70, computation: 3_900 };
export const ofPatternWord: Weight = { gas: 220, computation: 5_300 };

/** A URI of its own that is stored: its first word, each further one, and each that is only hashed. */
export const ofFirstUriWord: Weight = { gas: 22_900, computation: 32_000 };
export const ofUriWord: Weight = { gas: 22_900, computation: 14_800 };
export const ofHashedUriWord: Weight = { gas: 560, computation: 400 };

/** 256 neighbouring ids share a word of the dense window, and one of the reserved ids. */
export const ofNewWord: Weight = { gas: 25_200, computation: 37_500 };
export const ofOtherWord: Weight = { gas: 800, computation: 16_000 };
export const ofReservedWord: Weight = { gas: 22_400, computation: 6_000 };
/** Another 256 words: one more word that says which of them hold ids. */
export const ofNewSummary: Weight = { gas: 22_300, computation: 3_000 };
/** An id outside of the window is kept in arrays. */
export const ofOutside: Weight = { gas: 94_000, computation: 47_000 };

/** What reading an owner from the old contract adds to that call's own gas; its computation cost follows from its gas. */
export const ofComparison = { gas: 600, computationPerGas: 22 } as const;

/** Of a signed transaction. */
export const ofBytes = {
  /** Envelope, signature, function, offsets, a proof of 20 nodes. */
  transaction: 1_200,
  packed: 32,
  withUri: 128,
} as const;
