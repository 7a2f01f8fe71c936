import { hexlify, randomBytes, toQuantity } from "ethers";
import type { Chain } from "./chain.ts";
import { refused } from "./errors.ts";
import type { Evm } from "./evm.ts";
import { getLogs } from "./logs.ts";

/** What `eth_newFilter` and its kin set up: each asking gives what came since the last. */
export interface Filters {
  logs(filter: Readonly<Record<string, unknown>>): string;
  blocks(): string;
  changes(id: string): Promise<unknown[]>;
  remove(id: string): boolean;
}

interface Filter {
  next: number;
  readonly filter: Readonly<Record<string, unknown>> | undefined;
}

export function createFilters(evm: Evm, chain: Chain): Filters {
  const filters = new Map<string, Filter>();
  const add = (filter: Filter["filter"]): string => {
    const id = hexlify(randomBytes(16));
    filters.set(id, { next: chain.head.number + 1, filter });
    return id;
  };
  return {
    logs: (filter) => add(filter),
    blocks: () => add(undefined),
    remove: (id) => filters.delete(id),
    changes: async (id) => {
      const found = filters.get(id);
      if (found === undefined) throw refused("filter not found");
      const { next, filter } = found;
      const head = chain.head.number;
      found.next = head + 1;
      if (next > head) return [];
      if (filter !== undefined) {
        const { address, topics } = filter;
        return getLogs(evm, chain, { address, topics, fromBlock: toQuantity(next), toBlock: toQuantity(head) });
      }
      const numbers = Array.from({ length: head - next + 1 }, (_, index) => next + index);
      return numbers.flatMap((number) => chain.block(number)?.hash ?? []);
    },
  };
}
