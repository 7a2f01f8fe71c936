import type { Database } from "../store/database.ts";
import type { CollectionTables, TokenRow, TransferRow } from "./schema.ts";

/** What is asked of the index. */
export interface TokenRows {
  token(collectionId: string, tokenId: string): Promise<TokenRow | undefined>;
  /** By id, those after `after`. */
  page(collectionId: string, after: string | undefined, limit: number): Promise<readonly TokenRow[]>;
  /** Newest first, those before the position. */
  history(
    collectionId: string,
    tokenId: string,
    before: readonly [block: number, log: number] | undefined,
    limit: number,
  ): Promise<readonly TransferRow[]>;
  /** Of several collections, by collection and id. */
  ownedBy(
    owner: string,
    collectionIds: readonly string[],
    after: readonly [collectionId: string, tokenId: string] | undefined,
    limit: number,
  ): Promise<readonly TokenRow[]>;
}

export function tokenRows(database: Database): TokenRows {
  const reader = database.reader.$extendTables<CollectionTables>();
  const tokens = reader.selectFrom("latchkey_collection_tokens").selectAll();
  return {
    token: (collectionId, tokenId) =>
      tokens.where("collection_id", "=", collectionId).where("token_id", "=", tokenId).executeTakeFirst(),

    page: (collectionId, after, limit) => {
      const query = tokens.where("collection_id", "=", collectionId);
      return (after === undefined ? query : query.where("token_id", ">", after))
        .orderBy("token_id")
        .limit(limit)
        .execute();
    },

    history: (collectionId, tokenId, before, limit) => {
      const query = reader
        .selectFrom("latchkey_collection_transfers")
        .selectAll()
        .where("collection_id", "=", collectionId)
        .where("token_id", "=", tokenId);
      const past =
        before === undefined
          ? query
          : query.where(({ eb, or, and }) =>
              or([
                eb("block_number", "<", before[0]),
                and([eb("block_number", "=", before[0]), eb("log_index", "<", before[1])]),
              ]),
            );
      return past.orderBy("block_number", "desc").orderBy("log_index", "desc").limit(limit).execute();
    },

    ownedBy: (owner, collectionIds, after, limit) => {
      const query = tokens.where("owner", "=", owner).where("collection_id", "in", collectionIds);
      const rest =
        after === undefined
          ? query
          : query.where(({ eb, or, and }) =>
              or([
                eb("collection_id", ">", after[0]),
                and([eb("collection_id", "=", after[0]), eb("token_id", ">", after[1])]),
              ]),
            );
      return rest.orderBy("collection_id").orderBy("token_id").limit(limit).execute();
    },
  };
}
