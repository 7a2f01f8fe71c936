import { LatchkeyError } from "../errors/latchkey-error.ts";
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

const eventNames: Readonly<Record<EventName, true>> = { "wallet.created": true, "wallet.extended": true };

/** What it returns is not used, nor waited for; it may be a promise. */
export type Listener<Name extends EventName> = (event: Events[Name]) => unknown;

/**
 * Tells listeners in this process, and only the process that did the work tells. Delivery is at most once: after a crash
 * between commit and delivery nobody was told. A listener that throws, or whose promise rejects, harms nobody else.
 */
export class EventHub {
  readonly #listeners = new Map<EventName, Set<(event: WalletEvent) => unknown>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * A function that is given twice is told twice.
   *
   * @returns what removes the listener: it is not told again, not even of an event that is being told.
   * @throws `ERR_CONFIG_INVALID` no such event, or the listener is no function.
   */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    requireListener(name, listener);
    const listeners = this.#listeners.get(name) ?? new Set();
    const registration: Listener<Name> = (event) => listener(event);
    this.#listeners.set(name, listeners.add(registration));
    return () => {
      listeners.delete(registration);
    };
  }

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    // Of those that were there when it happened: one that is added meanwhile is told of the next event.
    for (const listener of [...listeners]) if (listeners.has(listener)) void this.#tell(name, listener, event);
  }

  /** Calls the listener before this returns; what it promises is awaited only for its failure. */
  async #tell(name: EventName, listener: (event: WalletEvent) => unknown, event: WalletEvent): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.#logger.error({ event: name, error: kindOf(error) }, "a listener threw");
    }
  }
}

function requireListener(name: unknown, listener: unknown): void {
  if (typeof name !== "string" || !Object.hasOwn(eventNames, name)) {
    const shown = typeof name === "string" ? `"${name.slice(0, 40)}"` : typeof name;
    throw invalid(`${shown} is no event; there are ${Object.keys(eventNames).join(" and ")}`);
  }
  if (typeof listener !== "function") throw invalid("the listener is a function");
}

/** The name of what was thrown, which may be anything: an error whose name throws, too. */
function kindOf(thrown: unknown): string {
  try {
    const name: unknown = thrown instanceof Error ? thrown.name : typeof thrown;
    return typeof name === "string" ? name : "Error";
  } catch {
    return typeof thrown;
  }
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `on: ${what}. Nothing is listened to.`);
}
