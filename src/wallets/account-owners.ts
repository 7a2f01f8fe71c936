import type { Database } from "../store/database.ts";
import { toWalletId, type WalletId } from "../units/brands.ts";
import type { WalletTables } from "./schema.ts";

/** Whose account an address is, as the rows say. */
export interface AccountOwner {
  readonly walletId: WalletId;
  readonly userId: string;
}

/** Addresses of one `in`: databases bind so many values a query at most. */
const addressesPerQuery = 500;

/**
 * The wallets of many addresses at once, those that are nobody's here left out.
 *
 * @param addresses - as the scheme writes them.
 * @returns by address.
 * @throws `ERR_STORE_*`.
 */
export async function accountOwners(
  database: Database,
  tenant: string,
  scheme: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, AccountOwner>> {
  const reader = database.reader.$extendTables<WalletTables>();
  const owners = new Map<string, AccountOwner>();
  for (let start = 0; start < addresses.length; start += addressesPerQuery) {
    const rows = await reader
      .selectFrom("latchkey_accounts as a")
      .innerJoin("latchkey_wallets as w", "w.wallet_id", "a.wallet_id")
      .select(["a.address", "w.wallet_id", "w.user_id"])
      .where("w.tenant", "=", tenant)
      .where("a.scheme", "=", scheme)
      .where("a.address", "in", addresses.slice(start, start + addressesPerQuery))
      .execute();
    for (const row of rows) owners.set(row.address, { walletId: toWalletId(row.wallet_id), userId: row.user_id });
  }
  return owners;
}
