import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { RowMacs } from "../ports/row-macs.ts";
import type { Database } from "../store/database.ts";
import type { Clock } from "../units/clock.ts";
import type { ChainView } from "./chain-view.ts";
import type { TransactionEvent, TransactionEventName } from "./events.ts";
import type { TransactionHub } from "./hub.ts";
import type { LaneChange } from "./lane-change.ts";
import type { LaneStore } from "./lane-store.ts";
import type { Policy } from "./policy/policy.ts";
import type { Entry } from "./entry.ts";
import type { SenderKey, TransactionRecord, Attempt } from "./record.ts";
import type { StoredTransaction } from "./rows.ts";
import type { Sender, SignerSource } from "./senders.ts";

/** What a lane works with; the same for all lanes of a chain but for the store. */
export interface LaneParts {
  readonly tenant: string;
  readonly key: SenderKey;
  readonly chain: ChainAdapter;
  readonly view: ChainView;
  readonly store: LaneStore;
  readonly database: Database;
  readonly source: SignerSource;
  readonly macs: RowMacs;
  readonly policy: Policy;
  readonly hub: TransactionHub;
  /** Tells listeners in this process; webhooks are stored with the change. */
  readonly tell: (events: readonly TransactionEvent[]) => void;
  readonly newId: () => string;
  readonly makeEvent: (name: TransactionEventName, stored: StoredTransaction) => TransactionEvent;
  /** Has the chain looked at before its time: this lane waits for its own. */
  readonly lookSoon: () => void;
  /** Asks for gas where somebody pays for it; true if it is on its way. */
  readonly topUp: (needed: bigint) => Promise<boolean>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** A lane as its parts see it: what it holds, and the way to change it. */
export interface LaneAccess {
  readonly parts: LaneParts;
  /** In the order of their nonces. */
  readonly entries: readonly Entry[];
  /** How many may be in flight. */
  readonly window: number;
  /** Monotonic: since when nobody has sent what the first in flight waits behind. */
  gapSinceMs: number | undefined;
  /** The pool is full, or the account is one that may have one transaction in flight: fewer at a time from here on. */
  narrow(to: number): void;
  /** The node took some: more may be in flight again, up to what the profile says. */
  widen(by: number): void;
  /** Forgets what the node said of the account: it may have changed. */
  forgetAccount(): void;
  /** Bytes are to be sent again soon. */
  send(): void;
  /**
   * Decides and writes a change; in memory it is made once it is durable. Changes of one lane follow each other.
   *
   * @param decide - looks at the entries as they are in its turn; undefined: nothing to do.
   * @throws LeaseLost, Outdated; `ERR_STORE_*`. The lane is read anew then.
   */
  change(decide: () => LaneChange | undefined): Promise<void>;
  /** Adds a transaction that nobody sent: what fills a gap. */
  add(record: TransactionRecord, attempt: Attempt): Promise<void>;
  senderOf(entry: Entry): Promise<Sender | undefined>;
  eventOf(name: TransactionEventName, stored: StoredTransaction): TransactionEvent;
  /** An entry with what is to change of it, as an event shows it. */
  shown(entry: Entry, change: Partial<StoredTransaction>): StoredTransaction;
  /** What holds an entry up, where that is news. */
  note(entry: Entry, error: unknown): NonNullable<LaneChange["troubles"]>;
}
