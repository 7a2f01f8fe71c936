import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { askAll, valueOf } from "./ask-all.ts";
import type { Namespace } from "./chain-state.ts";
import { isRecord } from "../../units/is-record.ts";

/**
 * Asks for receipts, all in one go where the transport can.
 *
 * @returns in the order asked, unchecked; undefined where the transaction is in no block.
 * @throws `ERR_RPC_*`.
 */
export async function askForReceipts(
  transport: Transport,
  namespace: Namespace,
  hashes: readonly Hex[],
): Promise<readonly unknown[]> {
  const requests = hashes.map((hash) => ({ method: `${namespace}_getTransactionReceipt`, params: [hash] }));
  const settled = await askAll(transport, requests);
  const receipts: unknown[] = [];
  for (const [index, request] of requests.entries()) {
    const each = settled[index];
    // Receipts with many events are long, and together they may be longer than the transport reads; one is not.
    const isTooLong = each?.status === "rejected" && isLatchkeyError(each.reason, "ERR_RPC_BAD_RESPONSE");
    const receipt = isTooLong && requests.length > 1 ? await transport.request(request) : valueOf(each);
    receipts.push(isMined(receipt) ? receipt : undefined);
  }
  return receipts;
}

/** A pending transaction has none, and some nodes show one without a block. */
export function isMined(receipt: unknown): boolean {
  if (receipt === null || receipt === undefined) return false;
  return !isRecord(receipt) || (receipt["blockHash"] !== null && receipt["blockHash"] !== undefined);
}
