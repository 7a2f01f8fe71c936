import { isLatchkeyError } from "../errors/latchkey-error.ts";
import type { AccountState, ChainHead } from "../ports/chain-adapter.ts";
import { metrics } from "../telemetry/metrics.ts";
import { applyOutcomes, dueEntries } from "./broadcasting.ts";
import { lookForBlocks } from "./confirming.ts";
import type { TransactionEvent, TransactionEventName } from "./events.ts";
import { firstFreeNonce } from "./first-free-nonce.ts";
import { type LaneChange, LeaseLost, Outdated } from "./lane-change.ts";
import { current, type Entry, storedOf } from "./entry.ts";
import { LaneBook } from "./lane-book.ts";
import type { LaneAccess, LaneParts } from "./lane-state.ts";
import type { Attempt, TransactionRecord } from "./record.ts";
import { noSigner } from "./no-signer.ts";
import { repeatable } from "./repeatable.ts";
import { replaceDue } from "./replacing.ts";
import type { StoredTransaction } from "./rows.ts";
import type { Sender } from "./senders.ts";
import type { Candidate } from "./candidates.ts";
import { changeFor } from "./signed-change.ts";
import { signCandidates } from "./signing.ts";
import { troubleOf } from "./status.ts";

/** Transactions that are signed, and stored, together. */
const chunk = 64;
const firstDelayMs = 250;
const longestDelayMs = 15_000;
/** What a node said of the account is good for so long, while transactions are in flight. */
const accountAgeMs = 10_000;

/**
 * One sender under lease: gives out its nonces, signs what is queued in its order, and follows what it sent until it is final. All that it
 * knows is stored before it acts on it, so that another lane can go on from the store at any moment.
 */
export class Lane implements LaneAccess {
  /** Monotonic: since when nobody has sent what the first in flight waits behind. */
  gapSinceMs: number | undefined;
  readonly #parts: LaneParts;
  readonly #book: LaneBook;
  #account: AccountState | undefined;
  #accountAtMs = 0;
  #window: number;
  #isLost = false;
  #isStopping = false;
  #isStranded = false;
  #delayMs = firstDelayMs;
  #notBeforeMs = 0;
  /** The queue was seen empty, and nobody has said that it is not any more. */
  #isQueueEmpty = false;
  #senders = new Map<string, Sender>();
  readonly #signing = repeatable(() => this.#guarded(() => this.#signQueued()));
  readonly #sending = repeatable(() => this.#guarded(() => this.#sendDue()));
  readonly #cancelling = repeatable(() => this.#guarded(() => this.#cancelWhatIsAsked()));

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#book = new LaneBook(parts);
    this.#window = parts.chain.profile.inFlight;
  }

  /** The lease was lost, or given back: this lane does nothing any more. */
  get isOver(): boolean {
    return this.#isLost;
  }

  /** Who is next in the queue has no signer in this process. */
  get isStranded(): boolean {
    return this.#isStranded;
  }

  get entries(): readonly Entry[] {
    return this.#book.entries;
  }

  get parts(): LaneParts {
    return this.#parts;
  }

  /** Something was queued, or asked for. */
  poke(): void {
    if (this.#isLost) return;
    this.#isQueueEmpty = false;
    this.#signing.run();
    this.#sending.run();
  }

  /** Signs nothing any more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([this.#signing.settled(), this.#sending.settled(), this.#cancelling.settled()]);
    await this.#book.close();
    this.#isLost = true;
  }

  /** A look at the chain: what is in blocks, what left them, what has to be offered more for. */
  async confirm(head: ChainHead, minedNonce: number): Promise<void> {
    await this.#guarded(async () => {
      await this.#load();
      await lookForBlocks(this, head, minedNonce);
      await replaceDue(this);
      this.poke();
    });
  }

  /** Somebody called `cancel()`. Not waited for: it asks the node. */
  cancel(): void {
    this.#cancelling.run();
  }

  async #cancelWhatIsAsked(): Promise<void> {
    if (this.#isStopping) return;
    await this.#load();
    await this.#book.learnCancels();
    await replaceDue(this);
    this.#sending.run();
  }

  async #load(): Promise<void> {
    if (await this.#book.load()) this.#account = undefined;
  }

  /** The pool is full, or the account is one that may have one transaction in flight: fewer at a time from here on. */
  narrow(to: number): void {
    this.#window = Math.max(1, Math.min(this.#window, to));
  }

  /** The node took some: more may be in flight again, up to what the profile says. */
  widen(by: number): void {
    if (this.#account?.isDelegated === true) return;
    this.#window = Math.min(this.#parts.chain.profile.inFlight, this.#window + by);
  }

  get window(): number {
    return this.#window;
  }

  change(decide: () => LaneChange | undefined): Promise<void> {
    return this.#book.change(decide);
  }

  add(record: TransactionRecord, attempt: Attempt): Promise<void> {
    return this.#book.add(record, attempt);
  }

  /** What goes wrong here ends no process: it is tried again, from what the store says. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    const { clock, logger, key, meter } = this.#parts;
    if (this.#isLost) return;
    try {
      await work();
    } catch (error) {
      if (error instanceof LeaseLost) {
        this.#isLost = true;
        return;
      }
      this.#book.doubt();
      if (error instanceof Outdated) return;
      const code = isLatchkeyError(error) ? error.code : "unknown";
      this.#notBeforeMs = clock.monotonicMs() + this.#delayMs;
      this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
      meter.record(metrics.transactionTroubles, 1, { chain: key.chain, reason: code });
      logger.warn({ chain: key.chain, sender: key.address, code }, "a sender's transactions are held up");
    }
  }

  /** The account as the node sees it, no older than a moment. */
  async #lookAtAccount(maxAgeMs: number): Promise<AccountState> {
    const { chain, clock, key } = this.#parts;
    if (this.#account === undefined || clock.monotonicMs() - this.#accountAtMs > maxAgeMs) {
      this.#account = await chain.accountState(key.address);
      this.#accountAtMs = clock.monotonicMs();
      if (this.#account.isDelegated) this.narrow(1);
    }
    return this.#account;
  }

  /** Forgets what the node said of the account: it may have changed. */
  forgetAccount(): void {
    this.#account = undefined;
  }

  /** Asked anew each time: others may end the lane while something is awaited. */
  #maySign(): boolean {
    return !this.#isStopping && !this.#isLost;
  }

  async #signQueued(): Promise<void> {
    const { clock } = this.#parts;
    if (!this.#maySign() || this.#isQueueEmpty || clock.monotonicMs() < this.#notBeforeMs) return;
    await this.#load();
    for (;;) {
      const free = this.#window - this.#book.inFlight;
      if (!this.#maySign()) return;
      if (free <= 0) {
        this.#parts.lookSoon();
        return;
      }
      const stored = await this.#parts.store.queued(Math.min(free, chunk));
      if (stored.length === 0) {
        this.#isQueueEmpty = true;
        return;
      }
      if (!(await this.#signSome(stored))) return;
      this.#delayMs = firstDelayMs;
      this.#sending.run();
    }
  }

  /** @returns whether the rest of the queue may be looked at now. */
  async #signSome(stored: readonly StoredTransaction[]): Promise<boolean> {
    const { key, meter } = this.#parts;
    const candidates: Candidate[] = [];
    for (const { record, attempts, mined, isWhole = true } of stored) {
      const sender = await this.#senderOf(record.subject);
      if (sender !== undefined)
        candidates.push({ record, sender, previous: attempts, isMined: mined !== null, isWhole });
    }
    for (const { record } of stored)
      if (!candidates.some((candidate) => candidate.record.id === record.id))
        await this.#noteQueued(record, noSigner(record.subject));
    // Others are registered elsewhere: whoever has them takes this lane when it is given back.
    const [next] = candidates;
    this.#isStranded = next === undefined;
    if (next === undefined) {
      this.#hold(1_000);
      return false;
    }
    let account: AccountState;
    let first: number;
    try {
      if (this.#parts.view.lastHead === undefined) await this.#parts.view.lookUp();
      // With nothing in flight it is the last word on whether the money is there.
      account = await this.#lookAtAccount(this.entries.length === 0 ? 0 : accountAgeMs);
      first = firstFreeNonce(this.#book.nextNonce, account);
    } catch (error) {
      this.#account = undefined;
      await this.#noteQueued(next.record, error);
      throw error;
    }
    // An account with delegated code has fewer in flight than was thought before the look.
    const free = this.#window - this.#book.inFlight;
    candidates.splice(Math.max(0, free));
    if (candidates.length === 0) return false;
    const funds = { balance: account.balance, committed: this.#book.committed };
    const signed = await signCandidates(this.#parts, candidates, first, funds);
    const { refused, held } = signed;
    await this.change(() => changeFor(this, signed, first));
    for (const { trouble } of refused)
      meter.record(metrics.transactionsEnded, 1, { chain: key.chain, outcome: trouble.code });
    if (held === undefined) return candidates.length === stored.length;
    await this.#wait(held);
    return false;
  }

  /** The first in the queue has to wait: for money, the node, or the keys. */
  async #wait({
    candidate,
    trouble,
    needed,
  }: NonNullable<Awaited<ReturnType<typeof signCandidates>>["held"]>): Promise<void> {
    const { logger, key, meter } = this.#parts;
    this.#account = undefined;
    this.#hold(this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
    meter.record(metrics.transactionTroubles, 1, { chain: key.chain, reason: trouble.code });
    logger.warn({ chain: key.chain, sender: key.address, code: trouble.code }, "a sender's queue is held up");
    if (needed === null || this.#book.inFlight > 0) return;
    if (await this.#parts.topUp(needed)) return;
    // Nothing is in flight that could leave more, and nobody pays: it cannot be done.
    const [first] = await this.#parts.store.queued(1);
    if (first?.record.id !== candidate.record.id) return;
    const events = [
      this.eventOf("transaction.failed", { ...first, record: { ...first.record, state: "failed", trouble } }),
    ];
    await this.change(() => ({ moves: [{ record: first.record, step: "refuse", trouble }], events }));
    this.#hold(0);
  }

  /** Says with the row what holds it up, where that is news. */
  async #noteQueued(record: TransactionRecord, error: unknown): Promise<void> {
    const trouble = troubleOf(error);
    if (record.trouble?.code === trouble.code) return;
    await this.change(() => ({ troubles: [{ id: record.id, trouble }] }));
  }

  #hold(ms: number): void {
    const { clock } = this.#parts;
    this.#notBeforeMs = clock.monotonicMs() + ms;
    clock.onTimeout(ms, () => {
      this.poke();
    });
  }

  async senderOf(entry: Entry): Promise<Sender | undefined> {
    return await this.#senderOf(entry.record.subject);
  }

  async #senderOf(subject: string): Promise<Sender | undefined> {
    const known = this.#senders.get(subject) ?? (await this.#parts.source.find(subject, this.#parts.key));
    if (known !== undefined) this.#senders.set(subject, known);
    return known;
  }

  async #sendDue(): Promise<void> {
    for (;;) {
      await this.#load();
      const due = dueEntries(this);
      if (due.length === 0 || this.#isLost) return;
      for (const entry of due) entry.isSending = true;
      try {
        const attempts = due.flatMap((entry) => current(entry) ?? []);
        const outcomes = await this.#parts.chain.broadcastAll(
          attempts.map(({ raw, hash, nonce }) => ({ raw, hash, nonce, from: this.#parts.key.address })),
        );
        await applyOutcomes(this, due, attempts, outcomes);
      } finally {
        for (const entry of due) entry.isSending = false;
      }
    }
  }

  eventOf(name: TransactionEventName, stored: StoredTransaction): TransactionEvent {
    return this.#parts.makeEvent(name, stored);
  }

  /** Bytes are to be sent again soon. */
  send(): void {
    this.#sending.run();
  }

  /** An entry with what is to change of it, as an event shows it. */
  shown(entry: Entry, change: Partial<StoredTransaction>): StoredTransaction {
    return { ...storedOf(entry), ...change };
  }

  note(entry: Entry, error: unknown): NonNullable<LaneChange["troubles"]> {
    const trouble = troubleOf(error);
    // Why it was given up stays with it.
    return entry.troubleCode === trouble.code || entry.record.isGivenUp ? [] : [{ id: entry.record.id, trouble }];
  }
}
