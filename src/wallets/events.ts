import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Logger } from "../ports/logger.ts";
import type { TransactionEvent } from "../transactions/events.ts";
import type { WalletId } from "../units/brands.ts";

export interface WalletEvent {
  readonly walletId: WalletId;
  readonly userId: string;
  /** Address by chain name. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** A token of a known collection came to a wallet. */
export interface TokenReceived {
  readonly walletId: WalletId;
  readonly userId: string;
  /** The chain's configured name. */
  readonly chain: string;
  /** The collection's alias and its contract. */
  readonly collection: string;
  readonly contract: string;
  readonly id: bigint;
  /** Null for a mint. */
  readonly from: string | null;
  readonly to: string;
  readonly transaction: string;
  readonly block: bigint;
}

/** The chain's coin came to a wallet by a transaction of its own; what a contract pays within another one is not seen. */
export interface PaymentReceived {
  readonly walletId: WalletId;
  readonly userId: string;
  readonly chain: string;
  /** In base units. */
  readonly value: bigint;
  readonly from: string;
  readonly to: string;
  readonly transaction: string;
  readonly block: bigint;
}

/** What each event carries. */
export interface Events {
  /** A login made a wallet; its commit is durable. */
  readonly "wallet.created": WalletEvent;
  /** An existing wallet was given accounts of newly configured chains. */
  readonly "wallet.extended": WalletEvent;
  /** A transaction is in a block; a reorganisation can undo it. */
  readonly "transaction.mined": TransactionEvent;
  /** It is in a block that stays; its receipt says whether it was reverted. */
  readonly "transaction.final": TransactionEvent;
  /** It has ended and is on no chain: it failed, or was cancelled. */
  readonly "transaction.failed": TransactionEvent;
  /** A token came in, in a block that a reorganisation can still take away; it is told again then, if it comes again. */
  readonly "token.received": TokenReceived;
  /** A payment came in, in a block that stays. Where `collections: { watch: true }` is configured. */
  readonly "payment.received": PaymentReceived;
}

export type EventName = keyof Events;

const eventNames: readonly string[] = [
  "wallet.created",
  "wallet.extended",
  "transaction.mined",
  "transaction.final",
  "transaction.failed",
  "token.received",
  "payment.received",
] satisfies readonly EventName[];

type Listeners = { readonly [Name in EventName]: Set<Listener<Name>> };

/** What it returns is not used, nor waited for; it may be a promise. */
export type Listener<Name extends EventName> = (event: Events[Name]) => unknown;

/**
 * Tells listeners in this process, and only the process that did the work tells. Delivery is at most once: after a crash
 * between commit and delivery nobody was told. A listener that throws, or whose promise rejects, harms nobody else.
 */
export class EventHub {
  readonly #listeners: Listeners = {
    "wallet.created": new Set(),
    "wallet.extended": new Set(),
    "transaction.mined": new Set(),
    "transaction.final": new Set(),
    "transaction.failed": new Set(),
    "token.received": new Set(),
    "payment.received": new Set(),
  };
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
    const listeners: Set<Listener<Name>> = this.#listeners[name];
    const registration: Listener<Name> = (event) => listener(event);
    listeners.add(registration);
    return () => {
      listeners.delete(registration);
    };
  }

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    const listeners: Set<Listener<Name>> = this.#listeners[name];
    // Of those that were there when it happened: one that is added meanwhile is told of the next event.
    for (const listener of [...listeners]) if (listeners.has(listener)) void this.#tell(name, listener, event);
  }

  /** Calls the listener before this returns; what it promises is awaited only for its failure. */
  async #tell<Name extends EventName>(name: Name, listener: Listener<Name>, event: Events[Name]): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.#logger.error({ event: name, error: kindOf(error) }, "a listener threw");
    }
  }
}

function requireListener(name: unknown, listener: unknown): void {
  if (typeof name !== "string" || !eventNames.includes(name)) {
    const shown = typeof name === "string" ? `"${name.slice(0, 40)}"` : typeof name;
    throw invalid(`${shown} is no event; there are ${eventNames.join(", ")}`);
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
