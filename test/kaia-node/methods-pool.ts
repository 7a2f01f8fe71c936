import { getAddress, toQuantity } from "ethers";
import type { Context, Methods } from "./method.ts";
import type { Pooled } from "./pool.ts";
import { nonceAt } from "./state.ts";
import { kaiaTransaction } from "./transaction-json.ts";

/** txpool_, which a node opens on request alone. */
export const poolMethods: Methods = {
  status: async (context) => {
    const { pending, queued } = await split(context);
    return { pending: toQuantity(pending.length), queued: toQuantity(queued.length) };
  },
  content: async (context) => {
    const { pending, queued } = await split(context);
    return { pending: bySender(pending, contentOf), queued: bySender(queued, contentOf) };
  },
  inspect: async (context) => {
    const { pending, queued } = await split(context);
    return { pending: bySender(pending, summaryOf), queued: bySender(queued, summaryOf) };
  },
};

async function split({ core }: Context): Promise<{ pending: Pooled[]; queued: Pooled[] }> {
  const pending: Pooled[] = [];
  const queued: Pooled[] = [];
  for (const each of core.pool.all()) {
    const next = core.pool.pendingNonce(each.sender, await nonceAt(core.evm, core.chain, each.sender));
    (each.transaction.nonce < next ? pending : queued).push(each);
  }
  return { pending, queued };
}

function bySender(all: readonly Pooled[], show: (pooled: Pooled) => unknown): Record<string, Record<string, unknown>> {
  const senders: Record<string, Record<string, unknown>> = {};
  for (const each of all) {
    const own = (senders[getAddress(each.sender)] ??= {});
    own[String(each.transaction.nonce)] = show(each);
  }
  return senders;
}

function contentOf({ transaction, sender }: Pooled): unknown {
  return kaiaTransaction(transaction, sender);
}

function summaryOf({ transaction }: Pooled): string {
  const { to, value, gas, gasPrice } = transaction;
  return `${to === null ? "contract creation" : getAddress(to)}: ${value} kei + ${gas} gas × ${gasPrice} kei`;
}
