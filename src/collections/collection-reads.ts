import { LatchkeyError } from "../errors/latchkey-error.ts";
import { isHex } from "../units/bytes.ts";
import { isRecord } from "../units/is-record.ts";
import type { PageOptions, ReadOptions, Collection, Token, TokenEvent, UriOptions } from "./collection.ts";
import { invalidCall, notIndexed } from "./errors.ts";
import { idText, requireBlock, requireCursor, requireId, requireLimit, zeroAddress } from "./given.ts";
import type { CallParts, Placed } from "./parts.ts";
import type { TokenRow, TransferRow } from "./schema.ts";
import { tokenUris } from "./token-uris.ts";

type Reads = Pick<Collection, "tokens" | "token" | "history" | "waitForIndex">;

const defaultWaitMs = 30_000;
const watchMs = 50;

/** What answers from the index. */
export function collectionReads(parts: CallParts, placed: Placed): Reads {
  const { stored } = placed;
  return {
    tokens: async (options = {}) => {
      const { cursor, limit, uris } = pageOf(options, /^[0-9a-f]{64}$/, "tokens");
      const indexedTo = await requireIndexed(parts, placed, options, "tokens");
      const rows = await parts.tokens.page(stored.id, cursor, limit + 1);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return { tokens: await tokensOf(placed, shown, uris), nextCursor: last?.token_id ?? null, indexedTo };
    },

    token: async (given, options = {}) => {
      const id = requireId(given, "token");
      const { uris } = pageOf(options, /^$/, "token");
      await requireIndexed(parts, placed, options, "token");
      const row = await parts.tokens.token(stored.id, idText(id));
      return row === undefined ? undefined : (await tokensOf(placed, [row], uris))[0];
    },

    history: async (given, options = {}) => {
      const id = requireId(given, "history");
      const { cursor, limit } = pageOf(options, /^\d{1,16}\.\d{1,9}$/, "history");
      const indexedTo = await requireIndexed(parts, placed, options, "history");
      const [block, log] = (cursor ?? "").split(".").map(Number);
      const before = block === undefined || log === undefined ? undefined : ([block, log] as const);
      const rows = await parts.tokens.history(stored.id, idText(id), before, limit + 1);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        events: shown.map((row) => eventOf(placed, row)),
        nextCursor: last === undefined ? null : `${String(last.block_number)}.${String(last.log_index)}`,
        indexedTo,
      };
    },

    waitForIndex: async (given, options = {}) => {
      const block = requireBlock(given, "block", "waitForIndex");
      const { timeoutMs = defaultWaitMs, signal } = options;
      if (typeof timeoutMs !== "number" || !(timeoutMs >= 0))
        throw invalidCall("waitForIndex", "timeoutMs is a number of milliseconds from 0");
      const untilMs = parts.clock.monotonicMs() + timeoutMs;
      for (;;) {
        signal?.throwIfAborted();
        if (parts.closing.aborted) throw closed();
        const next = (await parts.indexes.index(stored.id))?.nextBlock ?? 0;
        if (next > block) return;
        if (parts.clock.monotonicMs() >= untilMs)
          throw notIndexed("The index has not come to this block in time", {
            alias: stored.alias,
            nextBlock: next,
            block,
          });
        await parts.clock.sleep(watchMs, signal);
      }
    },
  };
}

/**
 * The last block that is indexed.
 *
 * @throws `ERR_COLLECTION_NOT_INDEXED` less than what was there when the collection was registered, or than what is asked for.
 */
export async function requireIndexed(
  parts: Pick<CallParts, "indexes">,
  { stored }: Placed,
  { atBlock }: ReadOptions,
  call: string,
): Promise<bigint> {
  const wanted = atBlock === undefined ? 0 : requireBlock(atBlock, "atBlock", call);
  const index = await parts.indexes.index(stored.id);
  const nextBlock = index?.nextBlock ?? 0;
  if (index === undefined || nextBlock <= Math.max(index.toldFrom, atBlock === undefined ? -1 : wanted))
    throw notIndexed("The index of the collection has not come far enough", { alias: stored.alias, nextBlock });
  return BigInt(nextBlock) - 1n;
}

export async function tokensOf(
  { chain, stored }: Placed,
  rows: readonly TokenRow[],
  uris: boolean,
): Promise<readonly Token[]> {
  const ids = rows.map(({ token_id: id }) => BigInt(`0x${id}`));
  const found = uris ? await tokenUris(chain, stored.address, ids) : [];
  return rows.map((row, index) => ({
    id: BigInt(`0x${row.token_id}`),
    owner: chain.scheme.parseAddress(row.owner),
    previousOwner: row.previous_owner === zeroAddress ? null : chain.scheme.parseAddress(row.previous_owner),
    uri: found[index] ?? null,
    transaction: hashIn(row.hash),
    block: BigInt(row.block_number),
  }));
}

function eventOf({ chain }: Placed, row: TransferRow): TokenEvent {
  const from = row.sender === zeroAddress ? null : chain.scheme.parseAddress(row.sender);
  const to = row.receiver === zeroAddress ? null : chain.scheme.parseAddress(row.receiver);
  return {
    kind: from === null ? "mint" : to === null ? "burn" : "transfer",
    id: BigInt(`0x${row.token_id}`),
    from,
    to,
    transaction: hashIn(row.hash),
    block: BigInt(row.block_number),
  };
}

/** @throws `ERR_CONFIG_INVALID`. */
export function pageOf(
  options: PageOptions & UriOptions,
  cursor: RegExp,
  call: string,
): { readonly cursor: string | undefined; readonly limit: number; readonly uris: boolean } {
  if (!isRecord(options)) throw invalidCall(call, "the options are an object");
  const { uris = true, cursor: given, limit }: PageOptions & UriOptions = options;
  if (typeof uris !== "boolean") throw invalidCall(call, "uris is true or false");
  return { cursor: requireCursor(given, cursor, call), limit: requireLimit(limit, call), uris };
}

function hashIn(text: string): `0x${string}` {
  return isHex(text) ? text : "0x";
}

function closed(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CLOSED",
    "Latchkey was closed while an index was waited for. Nothing was stored or sent.",
  );
}
