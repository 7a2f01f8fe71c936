import type { Anvil } from "../../test/harness/anvil.ts";

/** Where everything is sent: nobody's account. */
export const sink = "0x00000000000000000000000000000000DeaDBeef";

/** A node that mines at once and has mined nothing for so long has lost track of a transaction that it took. */
const stalledMs = 15_000;

/**
 * Waits until the accounts have so many transactions in blocks, all together.
 *
 * @throws if the node stalls.
 */
export async function untilMined(anvil: Anvil, addresses: readonly string[], count: number): Promise<void> {
  let last = -1;
  let sinceMs = performance.now();
  for (;;) {
    const counts = await Promise.all(
      addresses.map((address) => anvil.request("eth_getTransactionCount", address, "latest")),
    );
    const mined = counts.reduce((sum: number, each) => sum + Number(each), 0);
    if (mined >= count) return;
    if (mined !== last) sinceMs = performance.now();
    else if (performance.now() - sinceMs > stalledMs) throw new Stalled(`${String(count - mined)} are not mined`);
    last = mined;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The loop that stores nothing has nobody who sends again. */
export class Stalled extends Error {}

/** How many of the payments to the sink were made, and how many of them more than once. */
export async function countPayments(anvil: Anvil): Promise<{ readonly paid: number; readonly doubled: number }> {
  const head = Number(await anvil.request("eth_blockNumber"));
  const seen = new Map<string, number>();
  for (let first = 0; first <= head; first += 100) {
    const blocks = await Promise.all(
      Array.from({ length: Math.min(100, head - first + 1) }, (_, index) =>
        anvil.request("eth_getBlockByNumber", `0x${(first + index).toString(16)}`, true),
      ),
    );
    for (const block of blocks)
      for (const { to, value, from } of transactionsIn(block))
        if (to?.toLowerCase() === sink.toLowerCase()) {
          const name = `${from} ${value}`;
          seen.set(name, (seen.get(name) ?? 0) + 1);
        }
  }
  return { paid: seen.size, doubled: [...seen.values()].filter((times) => times > 1).length };
}

interface Sent {
  readonly to: string | null;
  readonly value: string;
  readonly from: string;
}

function transactionsIn(block: unknown): readonly Sent[] {
  if (typeof block !== "object" || block === null || !("transactions" in block)) return [];
  const { transactions } = block;
  return Array.isArray(transactions) ? transactions.filter(isSent) : [];
}

function isSent(value: unknown): value is Sent {
  return typeof value === "object" && value !== null && "to" in value && "value" in value && "from" in value;
}
