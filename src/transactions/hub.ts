import type { StoredTransaction } from "./rows.ts";
import type { TransactionState } from "./states.ts";

/** The transaction as it is now; or its state alone, where it changed elsewhere; undefined where only the store knows. */
export type TransactionNews = StoredTransaction | TransactionState | undefined;

export type TransactionListener = (news: TransactionNews) => void;

/** Tells those who wait in this process for a transaction that something of it changed. */
export interface TransactionHub {
  /** @returns what ends it. */
  watch(id: string, listener: TransactionListener): () => void;
  notify(id: string, news?: TransactionNews): void;
  /** Ids that somebody waits for. */
  watched(): readonly string[];
}

export function createHub(): TransactionHub {
  const listeners = new Map<string, Set<TransactionListener>>();
  return {
    watch: (id, listener) => {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
    notify: (id, news) => {
      for (const listener of [...(listeners.get(id) ?? [])]) listener(news);
    },
    watched: () => [...listeners.keys()],
  };
}
