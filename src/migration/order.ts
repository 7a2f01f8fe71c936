import type { CommittedToken } from "../contracts/leaf.ts";
import type { ManifestToken } from "./types.ts";

/** The URIs that the new contract makes up by itself: base, id in decimal, suffix. */
export interface UriPattern {
  readonly base: string;
  readonly suffix: string;
}

/** Tokens in the order in which a plan commits to them. */
export interface OrderedTokens {
  /** For `migrate`: URIs by the pattern, ids of at most 96 bits. Holes among them. */
  readonly packed: readonly CommittedToken[];
  /** For `migrateWithTokenURI`: all others. */
  readonly withUri: readonly CommittedToken[];
}

const largestPackedId = 2n ** 96n - 1n;

/**
 * Sorts a manifest's tokens by how they are minted, then by owner, then by id: one owner's stand together, because the contract writes a
 * balance once for each run of one owner. Holes and tokens at the door come after all owners. Pure: the same tokens, in whatever order,
 * give the same.
 *
 * @param pattern - null: none, and then the contract's own URI is the empty one.
 */
export function orderTokens(tokens: readonly ManifestToken[], pattern: UriPattern | null): OrderedTokens {
  const uriOf = patternUri(pattern);
  const packed: CommittedToken[] = [];
  const withUri: CommittedToken[] = [];
  for (const { id, owner, uri } of tokens) {
    const byPattern = owner === "hole" || uri === uriOf(id);
    (byPattern && id <= largestPackedId ? packed : withUri).push({ id, owner, uri });
  }
  return { packed: packed.sort(byOwner), withUri: withUri.sort(byOwner) };
}

/** As the contract's `_patternURI`: without a base there is no pattern, whatever the suffix. */
function patternUri(pattern: UriPattern | null): (id: bigint) => string {
  if (pattern === null || pattern.base === "") return () => "";
  return (id) => `${pattern.base}${String(id)}${pattern.suffix}`;
}

const rankOf = (owner: string): number => (owner === "hole" ? 1 : owner === "door" ? 2 : 0);

function byOwner(a: CommittedToken, b: CommittedToken): number {
  const rank = rankOf(a.owner) - rankOf(b.owner);
  if (rank !== 0) return rank;
  if (a.owner !== b.owner) return a.owner < b.owner ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
