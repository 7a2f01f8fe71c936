import { isRecord } from "../units/is-record.ts";
import { placedOf, type CallParts, type Placed } from "./parts.ts";
import { tokensOf, requireIndexed, pageOf } from "./collection-reads.ts";
import type { Token } from "./collection.ts";
import { invalidCall } from "./errors.ts";
import { lowerAddress } from "./given.ts";
import type { PlacedCollection } from "./collection-rows.ts";

export interface OwnedOptions {
  readonly owner: string;
  /** Aliases or addresses; left out: every collection that is deployed, 500 at most. */
  readonly collections?: readonly string[];
  /** As of `Collection.tokens`. */
  readonly cursor?: string;
  readonly limit?: number;
  readonly uris?: boolean;
}

/** A token, and whose collection it is. */
export interface OwnedToken extends Token {
  readonly chain: string;
  readonly collection: string;
  /** The collection's alias. */
  readonly alias: string;
}

export interface OwnedPage {
  readonly tokens: readonly OwnedToken[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

const cursorPattern = /^[0-9a-f-]{36}:[0-9a-f]{64}$/;
const mostCollections = 500;

/** @throws as `Collections.tokensOf`. */
export async function ownedTokens(
  parts: CallParts,
  given: OwnedOptions,
  find: (addressOrAlias: string) => Promise<Placed>,
): Promise<OwnedPage> {
  const call = "tokensOf";
  if (!isRecord(given)) throw invalidCall(call, "the options are an object with at least owner");
  const { cursor, limit, uris } = pageOf(given, cursorPattern, call);
  const [firstChain] = parts.chains;
  if (firstChain === undefined) throw invalidCall(call, "no chain is configured");
  const owner = lowerAddress(firstChain, given.owner);
  const asked = given.collections;
  if (asked !== undefined && (!Array.isArray(asked) || asked.length > mostCollections))
    throw invalidCall(call, `collections is a list of at most ${String(mostCollections)} aliases or addresses`);
  const placed: Placed[] =
    asked === undefined
      ? (await Promise.all(chainIds(parts).map((id) => parts.collections.placed(id))))
          .flat()
          .map((each) => here(parts, each))
      : await Promise.all(asked.map(find));
  const byId = new Map(placed.slice(0, mostCollections).map((each) => [each.stored.id, each]));
  for (const each of byId.values()) await requireIndexed(parts, each, {}, call);
  if (byId.size === 0) return { tokens: [], nextCursor: null };
  const [afterId, afterToken] = (cursor ?? "").split(":");
  const after = afterId === undefined || afterToken === undefined ? undefined : ([afterId, afterToken] as const);
  const rows = await parts.tokens.ownedBy(owner, [...byId.keys()], after, limit + 1);
  const shown = rows.slice(0, limit);
  const tokens: OwnedToken[] = [];
  for (const [id, some] of Map.groupBy(shown, ({ collection_id: each }) => each)) {
    const collection = byId.get(id);
    if (collection === undefined) continue;
    const { stored } = collection;
    const where = { chain: collection.chain.name, collection: stored.address, alias: stored.alias };
    tokens.push(...(await tokensOf(collection, some, uris)).map((token) => ({ ...token, ...where })));
  }
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { tokens, nextCursor: last === undefined ? null : `${last.collection_id}:${last.token_id}` };
}

function chainIds({ chains }: CallParts): readonly number[] {
  return [...new Set(chains.map(({ chainId }) => chainId))];
}

function here({ chains }: CallParts, stored: PlacedCollection): Placed {
  return placedOf(chains, stored, "tokensOf");
}
