import type { Hex } from "../units/brands.ts";
import { bytesToHex } from "../units/bytes.ts";
import { invalidTokens, isList } from "./given-tokens.ts";
import { type CommittedToken, createLeafHasher, type OldCollection } from "./leaf.ts";
import { foldLevels, type Levels, proofFrom, rootOf } from "./merkle.ts";
import { wordLength } from "./words.ts";

export interface CommitmentOptions extends OldCollection {
  /** How many tokens a batch holds; the last one may hold fewer. */
  readonly batchSize: number;
}

/** A batch by the positions of its tokens, in the order of `add`. */
export interface BatchRange {
  readonly first: number;
  readonly count: number;
  /** From the root of the batch's own leaves to the commitment's. */
  readonly proof: readonly Hex[];
}

/** What the constructor of `KIP17Migrated` is given, and what its batches and its door are shown. */
interface Committed {
  readonly root: Hex;
  /** Ids that are committed, holes among them. */
  readonly count: number;
  /**
   * From one id's leaf to the root: what the door takes. Folds the id's batch, and remembers the last batch folded.
   *
   * @throws `ERR_CONFIG_INVALID` for an id that is not committed.
   */
  proofOf(id: bigint): readonly Hex[];
}

export interface StreamedCommitment extends Committed {
  readonly batches: readonly BatchRange[];
}

export interface CollectionCommitment extends Committed {
  readonly batches: readonly { readonly tokens: readonly CommittedToken[]; readonly proof: readonly Hex[] }[];
}

export interface CommitmentBuilder {
  /** @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`; the token was not taken, and the next one may be added. */
  add(token: CommittedToken): void;
  /** @throws `ERR_CONFIG_INVALID` where nothing was added. */
  finish(): StreamedCommitment;
}

/**
 * Commits to a collection: the Merkle root over each id with its owner and its URI, in batches that are subtrees. One
 * owner's tokens should stand together: minting writes a balance once for each run of one owner.
 *
 * @throws `ERR_CONFIG_INVALID` for no tokens, an id that is there twice or out of range, a URI that is not well-formed
 * text, a hole with a URI, or a batch size that is none; `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function commitCollection({
  tokens,
  ...options
}: CommitmentOptions & { readonly tokens: readonly CommittedToken[] }): CollectionCommitment {
  const builder = createCommitment(options);
  if (!isList(tokens)) throw invalidTokens("the list is none");
  for (const token of tokens) builder.add(token);
  const { batches, ...committed } = builder.finish();
  return {
    ...committed,
    batches: batches.map(({ first, count, proof }) => ({ tokens: tokens.slice(first, first + count), proof })),
  };
}

/**
 * As `commitCollection`, one token after the other, keeping of each its id and a hash: a million tokens take a process
 * of 400 MB.
 *
 * @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function createCommitment({ batchSize, ...collection }: CommitmentOptions): CommitmentBuilder {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) throw invalidTokens("batchSize is a whole number from 1");
  const leafOf = createLeafHasher(collection);
  // By text, whose hash is seeded: ids come from contracts where strangers may choose them.
  const positions = new Map<string, number>();
  let leaves = Buffer.alloc(1024 * wordLength);
  let count = 0;

  return {
    add: (token) => {
      const leaf = leafOf(token);
      const id = String(token.id);
      if (positions.has(id)) throw invalidTokens("an id is there twice", { id: token.id });
      if (count * wordLength === leaves.length) leaves = Buffer.concat([leaves], leaves.length * 2);
      leaves.set(leaf, count * wordLength);
      positions.set(id, count);
      count += 1;
    },
    finish: () => {
      if (count === 0) throw invalidTokens("there are none");
      return commit(leaves.subarray(0, count * wordLength), batchSize, (id) => positions.get(String(id)));
    },
  };
}

function commit(leaves: Buffer, batchSize: number, positionOf: (id: bigint) => number | undefined): StreamedCommitment {
  const count = leaves.length / wordLength;
  const foldBatch = (batch: number): Levels =>
    foldLevels(leaves.subarray(batch * batchSize * wordLength, (batch + 1) * batchSize * wordLength));
  const roots = Array.from({ length: Math.ceil(count / batchSize) }, (_, batch) => rootOf(foldBatch(batch)));
  const above = foldLevels(Buffer.concat(roots));
  let last: { readonly batch: number; readonly levels: Levels } | undefined;

  return {
    root: bytesToHex(rootOf(above)),
    count,
    batches: roots.map((_, batch) => ({
      first: batch * batchSize,
      count: Math.min(batchSize, count - batch * batchSize),
      proof: proofFrom(above, batch),
    })),
    proofOf: (id) => {
      const position = positionOf(id);
      if (position === undefined || position >= count) throw invalidTokens("an id is not committed", { id });
      const batch = Math.floor(position / batchSize);
      if (last?.batch !== batch) last = { batch, levels: foldBatch(batch) };
      return [...proofFrom(last.levels, position % batchSize), ...proofFrom(above, batch)];
    },
  };
}

/** A batch that is a subtree of its own. */
export interface CommittedBatch {
  readonly tokens: readonly CommittedToken[];
  /** From the root of the batch's own leaves to the commitment's. */
  readonly proof: readonly Hex[];
}

/**
 * As `commitCollection`, with batches of whatever lengths: what fits one transaction differs by URI.
 *
 * @throws `ERR_CONFIG_INVALID` for no batches, an empty one, an id that is there twice, and as `commitCollection`; `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function commitBatches({
  batches,
  ...collection
}: OldCollection & { readonly batches: readonly (readonly CommittedToken[])[] }): Committed & {
  readonly batches: readonly CommittedBatch[];
} {
  if (!isList(batches) || batches.length === 0) throw invalidTokens("there are none");
  const leafOf = createLeafHasher(collection);
  const places = new Map<string, { readonly batch: number; readonly index: number }>();
  const folded = batches.map((tokens, batch) => {
    if (!isList(tokens) || tokens.length === 0) throw invalidTokens("a batch is empty");
    const leaves = Buffer.alloc(tokens.length * wordLength);
    for (const [index, token] of tokens.entries()) {
      leaves.set(leafOf(token), index * wordLength);
      const id = String(token.id);
      if (places.has(id)) throw invalidTokens("an id is there twice", { id: token.id });
      places.set(id, { batch, index });
    }
    return foldLevels(leaves);
  });
  const above = foldLevels(Buffer.concat(folded.map(rootOf)));
  return {
    root: bytesToHex(rootOf(above)),
    count: places.size,
    batches: batches.map((tokens, batch) => ({ tokens, proof: proofFrom(above, batch) })),
    proofOf: (id) => {
      const place = places.get(String(id));
      const levels = place === undefined ? undefined : folded[place.batch];
      if (place === undefined || levels === undefined) throw invalidTokens("an id is not committed", { id });
      return [...proofFrom(levels, place.index), ...proofFrom(above, place.batch)];
    },
  };
}
