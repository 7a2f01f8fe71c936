import type { Logger } from "../ports/logger.ts";
import type { WalletId } from "../units/brands.ts";

export interface WalletEvent {
  readonly walletId: WalletId;
  readonly userId: string;
  /** Address by chain name. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** What each event carries. */
export interface Events {
  /** A login made a wallet; its commit is durable. */
  readonly "wallet.created": WalletEvent;
  /** An existing wallet was given accounts of newly configured chains. */
  readonly "wallet.extended": WalletEvent;
}

export type EventName = keyof Events;
export type Listener<Name extends EventName> = (event: Events[Name]) => void;

/**
 * Tells listeners in this process, and only the process that did the work tells. Delivery is at most once: after a crash
 * between commit and delivery nobody was told. A listener that throws harms nobody else.
 */
export class EventHub {
  readonly #listeners = new Map<EventName, Set<(event: WalletEvent) => void>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @returns what removes the listener. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error(
          { event: name, error: error instanceof Error ? error.name : typeof error },
          "a listener threw",
        );
      }
    }
  }
}
