import type { UriPattern } from "../order.ts";
import type { ManifestToken, SnapshotResult } from "../types.ts";

/** Looks for the pattern that the most URIs follow, in two passes over the tokens: which ones come into question, and how many follow. */
export interface PatternSearch {
  /** First pass: the URI of a token that exists. */
  offer(id: bigint, uri: string): void;
  /** Second pass. */
  count(tokens: AsyncIterable<ManifestToken>): Promise<SnapshotResult["pattern"]>;
}

/** Patterns that are kept in mind: one that a hundredth of all tokens follow is among them. */
const mostKept = 1024;
/** Places of an id within one URI, from its end: in front stands the host, or a hash. */
const mostPlaces = 8;
/** How many of those are counted. */
const mostCounted = 16;
/** A lone surrogate, which is in no text that was read as UTF-8. */
const between = "\ud800";

/**
 * A pattern is what the contract makes up: base, id in decimal digits, suffix. Where more tokens have an empty URI than follow any
 * pattern there is none, for that is what the contract makes up without one.
 */
export function createPatternSearch(): PatternSearch {
  const kept = new Map<string, number>();
  // Of all that are offered, those that come often stay: the others are counted down by each newcomer (Misra and Gries).
  const see = (key: string): void => {
    const seen = kept.get(key);
    if (seen !== undefined || kept.size < mostKept) {
      kept.set(key, (seen ?? 0) + 1);
      return;
    }
    for (const [other, times] of kept) {
      if (times === 1) kept.delete(other);
      else kept.set(other, times - 1);
    }
  };
  return {
    offer: (id, uri) => {
      if (uri === "") return;
      for (const { base, suffix } of patternsOf(uri, String(id))) see(`${base}${between}${suffix}`);
    },
    count: async (tokens) => {
      const likely = [...kept]
        .sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1))
        .slice(0, mostCounted);
      const counted = likely.map(([key]) => ({ ...patternIn(key), tokens: 0 }));
      let empty = 0;
      for await (const { id, owner, uri } of tokens) {
        if (owner === "hole") continue;
        if (uri === "") empty += 1;
        else for (const each of counted) if (uri === `${each.base}${String(id)}${each.suffix}`) each.tokens += 1;
      }
      const [best] = counted.sort((a, b) => b.tokens - a.tokens);
      return best === undefined || best.tokens <= empty || !isWorthIt(best) ? null : best;
    },
  };
}

function* patternsOf(uri: string, digits: string): Generator<UriPattern> {
  let places = 0;
  // Not at the very beginning: without a base the contract knows no pattern.
  for (let at = uri.lastIndexOf(digits); at > 0 && places < mostPlaces; at = uri.lastIndexOf(digits, at - 1)) {
    places += 1;
    yield { base: uri.slice(0, at), suffix: uri.slice(at + digits.length) };
  }
}

/** Of a key: base and suffix. */
function patternIn(key: string): UriPattern {
  const [base = "", suffix = ""] = key.split(between);
  return { base, suffix };
}

/** Words of storage: those that the pattern takes once, and those that each token's own URI would take. */
function isWorthIt({ base, suffix, tokens }: UriPattern & { readonly tokens: number }): boolean {
  const words = (text: string): number => 1 + Math.ceil(Buffer.byteLength(text, "utf8") / 32);
  const own = Math.ceil((Buffer.byteLength(base, "utf8") + Buffer.byteLength(suffix, "utf8") + 3) / 32);
  return tokens * own > words(base) + words(suffix);
}
