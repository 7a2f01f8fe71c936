import type { RowFields, RowMacKey } from "../../ports/row-macs.ts";
import type { Database } from "../../store/database.ts";
import { branchText } from "../../transactions/lease-keys.ts";
import { type CollectionTables, type LinkRow, withTables } from "../schema.ts";

/** A proof that is asked for, and the text's variable parts. */
export interface Challenge {
  readonly chainId: number;
  readonly userKey: string;
  readonly address: string;
  readonly account: string;
  readonly nonce: string;
  readonly expiresAt: number;
}

/** One tenant's links. */
export interface LinkRows {
  /** Replaces the one that the user was given before for this address. A proved link stays as it is until the next proof. */
  ask(challenge: Challenge): Promise<void>;
  asked(chainId: number, userKey: string, address: string): Promise<Challenge | undefined>;
  /**
   * The address is proved: whoever else had it linked has it no more. One nonce links once.
   *
   * @returns false where another challenge took this one's place, or it was used.
   */
  link(challenge: Challenge, atMs: number, key: RowMacKey): Promise<boolean>;
  /** Proved links of a chain, by address. */
  linked(chainId: number, after: string, limit: number): Promise<readonly LinkRow[]>;
}

const macTable = "latchkey_address_links";

export function linkRows(database: Database, tenant: string): LinkRows {
  const reader = database.reader.$extendTables<CollectionTables>();
  const ofChain = (chainId: number) =>
    reader
      .selectFrom("latchkey_address_links")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("chain_id", "=", chainId);

  return {
    ask: async (challenge) => {
      await database.transaction(async (untyped) => {
        const tx = withTables(untyped);
        const changes = { nonce: challenge.nonce, expires_at: challenge.expiresAt };
        const { numUpdatedRows } = await tx
          .updateTable("latchkey_address_links")
          .set(changes)
          .where("tenant", "=", tenant)
          .where("chain_id", "=", challenge.chainId)
          .where("user_key", "=", challenge.userKey)
          .where("address", "=", challenge.address)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows > 0n) return;
        await database.insertIfAbsent(
          tx.insertInto("latchkey_address_links").values({
            tenant,
            chain_id: challenge.chainId,
            user_key: challenge.userKey,
            address: challenge.address,
            account: challenge.account,
            ...changes,
            linked_at: null,
            mac_branch: null,
            mac: null,
          }),
        );
      });
    },

    asked: async (chainId, userKey, address) => {
      const row = await ofChain(chainId)
        .where("user_key", "=", userKey)
        .where("address", "=", address)
        .executeTakeFirst();
      if (row === undefined || row.nonce === "") return undefined;
      const { account, nonce } = row;
      return { chainId, userKey, address, account, nonce, expiresAt: Number(row.expires_at) };
    },

    link: (challenge, atMs, key) =>
      database.transaction(async (untyped) => {
        const tx = withTables(untyped);
        const { chainId, userKey, address, account, nonce } = challenge;
        const { numUpdatedRows } = await tx
          .updateTable("latchkey_address_links")
          .set({
            linked_at: atMs,
            nonce: "",
            mac_branch: branchText(key.branch),
            mac: key.macOf(macTable, fieldsOf(tenant, { chainId, userKey, address, account })),
          })
          .where("tenant", "=", tenant)
          .where("chain_id", "=", chainId)
          .where("user_key", "=", userKey)
          .where("address", "=", address)
          .where("nonce", "=", nonce)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await tx
          .deleteFrom("latchkey_address_links")
          .where("tenant", "=", tenant)
          .where("chain_id", "=", chainId)
          .where("address", "=", address)
          .where("user_key", "!=", userKey)
          .where("linked_at", "is not", null)
          .execute();
        return true;
      }),

    linked: (chainId, after, limit) =>
      ofChain(chainId)
        .where("linked_at", "is not", null)
        .where("address", ">", after)
        .orderBy("address")
        .limit(limit)
        .execute(),
  };
}

/** Whether Latchkey wrote that this link was proved. */
export function isLinkOf(key: RowMacKey, tenant: string, row: LinkRow): boolean {
  const { user_key: userKey, address, account } = row;
  return key.isMacOf(row.mac, macTable, fieldsOf(tenant, { chainId: Number(row.chain_id), userKey, address, account }));
}

function fieldsOf(
  tenant: string,
  { chainId, userKey, address, account }: Pick<Challenge, "chainId" | "userKey" | "address" | "account">,
): RowFields {
  return { tenant, chainId, userKey, address, account };
}
