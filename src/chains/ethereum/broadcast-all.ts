import type { BroadcastOutcome, SignedTransaction } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import { broadcastOutcome, outcomeOf } from "./classify.ts";

/**
 * Sends signed bytes in their order, in one go where the transport can, and one after the other where it cannot: some nodes take no
 * transaction before the one with the nonce below.
 *
 * @param identify - makes sure of the chain first. Where that fails nothing is sent, and every outcome is unknown.
 * @param method - that takes raw bytes.
 */
export async function broadcastAll(
  transport: Transport,
  identify: () => Promise<void>,
  method: string,
  transactions: readonly SignedTransaction[],
): Promise<readonly BroadcastOutcome[]> {
  const requests = transactions.map(({ raw }) => ({ method, params: [raw] }));
  try {
    await identify();
    const settled: PromiseSettledResult<unknown>[] = [];
    if (requests.length > 1 && transport.requestAll !== undefined)
      settled.push(...(await transport.requestAll(requests)));
    else for (const request of requests) settled.push(...(await Promise.allSettled([transport.request(request)])));
    return transactions.map(({ hash }, index) => {
      const each = settled[index];
      return each === undefined ? outcomeOf(undefined) : broadcastOutcome(each, hash);
    });
  } catch (error) {
    return transactions.map(() => outcomeOf(error));
  }
}
