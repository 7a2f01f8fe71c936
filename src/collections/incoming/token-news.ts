import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { AccountOwner } from "../../wallets/account-owners.ts";
import type { TokenReceived } from "../../wallets/events.ts";
import type { PlacedCollection } from "../collection-rows.ts";
import { zeroAddress } from "../given.ts";
import type { Transfer } from "../index/transfer-log.ts";

/** Finds the wallets of addresses, those that are nobody's left out. */
export type FindOwners = (scheme: string, addresses: readonly string[]) => Promise<ReadonlyMap<string, AccountOwner>>;

/** What transfers mean to the tenant's wallets, in their order. */
export async function tokenNews(
  find: FindOwners,
  chain: ChainAdapter,
  collection: PlacedCollection,
  transfers: readonly Transfer[],
): Promise<readonly TokenReceived[]> {
  const { scheme } = chain;
  const written = new Map(
    transfers.flatMap(({ to }) => (to === zeroAddress ? [] : [[to, scheme.parseAddress(to)] as const])),
  );
  const owners = await find(scheme.id, [...written.values()]);
  if (owners.size === 0) return [];
  return transfers.flatMap((transfer) => {
    const to = written.get(transfer.to);
    const owner = to === undefined ? undefined : owners.get(to);
    if (to === undefined || owner === undefined) return [];
    return [
      {
        walletId: owner.walletId,
        userId: owner.userId,
        chain: chain.name,
        collection: collection.alias,
        contract: collection.address,
        id: BigInt(`0x${transfer.tokenId}`),
        from: transfer.from === zeroAddress ? null : scheme.parseAddress(transfer.from),
        to,
        transaction: transfer.hash,
        block: BigInt(transfer.blockNumber),
      },
    ];
  });
}
