import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { TransactionReceipt, WaitOptions } from "../ports/chain-adapter.ts";
import type { Hex } from "../units/brands.ts";
import type { Clock } from "../units/clock.ts";
import type { TransactionHub } from "./hub.ts";
import type { StoredTransaction } from "./rows.ts";
import { endStates, hasReached } from "./states.ts";
import { errorOf, statusOf, type TransactionStatus } from "./status.ts";

/** What a node has taken: other attempts may follow, and any of them may be the one that is mined. */
export interface BroadcastTransaction {
  readonly hash: Hex;
  readonly nonce: number;
}

/** A stored transaction, in whatever process it was sent. */
export interface TransactionHandle {
  readonly id: string;
  /** @throws `ERR_TRANSACTION_NOT_FOUND` its row is gone; `ERR_STORE_*`. */
  status(): Promise<TransactionStatus>;
  /**
   * Waits for a stage. A receipt with status `reverted` is an outcome, not an error.
   *
   * @param stage - `broadcast`: a node has its bytes; `mined`: in a block, which a reorganisation of the chain can still undo; `final`:
   *   in a block that stays.
   * @param options - `timeoutMs`, default 120,000.
   * @throws what it failed with, if it did; `ERR_TRANSACTION_CANCELLED`; `ERR_TRANSACTION_WAIT_TIMEOUT` it goes on; `ERR_STORE_*`;
   *   `ERR_CONFIG_INVALID`; the reason of an aborted signal, as it is.
   */
  wait(stage: "broadcast", options?: WaitOptions): Promise<BroadcastTransaction>;
  wait(stage: "mined" | "final", options?: WaitOptions): Promise<TransactionReceipt>;
  /**
   * Stops it, if that can still be done: at once where nothing is signed; else by a transaction that takes its nonce and does nothing,
   * which races it to a block. `wait("final")` tells who won: it returns a receipt, or throws `ERR_TRANSACTION_CANCELLED`.
   *
   * @throws `ERR_TRANSACTION_NOT_CANCELLABLE` it is in a block, or has ended otherwise; `ERR_TRANSACTION_NOT_FOUND`; `ERR_STORE_*`.
   */
  cancel(): Promise<void>;
}

export interface HandleParts {
  readonly get: (id: string) => Promise<StoredTransaction | undefined>;
  readonly hub: TransactionHub;
  readonly clock: Clock;
  /** Somebody begins to wait. */
  readonly onWait: () => void;
  readonly cancel: (id: string) => Promise<void>;
  /** Rejects what waits when the instance closes. */
  readonly closing: AbortSignal;
}

const defaultTimeoutMs = 120_000;

export function handleOf(parts: HandleParts, id: string): TransactionHandle {
  const read = async (): Promise<StoredTransaction> => {
    const stored = await parts.get(id);
    if (stored === undefined) throw notFound(id);
    return stored;
  };

  /** As `read`, but where the store was closed meanwhile it says what that means for who waits. */
  const readOpen = async (): Promise<StoredTransaction> => {
    try {
      return await read();
    } catch (error) {
      throw parts.closing.aborted ? closedWhileWaiting(id) : error;
    }
  };

  function wait(stage: "broadcast", options?: WaitOptions): Promise<BroadcastTransaction>;
  function wait(stage: "mined" | "final", options?: WaitOptions): Promise<TransactionReceipt>;
  async function wait(
    stage: "broadcast" | "mined" | "final",
    options: WaitOptions = {},
  ): Promise<BroadcastTransaction | TransactionReceipt> {
    const { timeoutMs = defaultTimeoutMs, signal } = options;
    requireStage(stage);
    if (typeof timeoutMs !== "number" || !(timeoutMs >= 0)) throw badTimeout();
    parts.onWait();
    const giveUpAtMs = parts.clock.monotonicMs() + timeoutMs;
    const news = newsOf(parts, id, stage, signal);
    try {
      let told: StoredTransaction | undefined;
      for (;;) {
        signal?.throwIfAborted();
        // The store closes next: what it would say to a question then is no answer.
        if (parts.closing.aborted) throw closedWhileWaiting(id);
        const reached = reachedBy(told ?? (await readOpen()), stage);
        if (reached !== undefined) return reached;
        if (parts.clock.monotonicMs() >= giveUpAtMs) throw timedOut(id, stage, timeoutMs);
        told = await news.next(giveUpAtMs);
      }
    } finally {
      news.end();
    }
  }

  return {
    id,
    status: async () => statusOf(await read()),
    wait,
    cancel: () => parts.cancel(id),
  };
}

/** What the stage's wait resolves with; undefined before. */
function reachedBy(
  { record, attempts, mined }: StoredTransaction,
  stage: "broadcast" | "mined" | "final",
): BroadcastTransaction | TransactionReceipt | undefined {
  const { state, trouble, id } = record;
  if (state === "failed") throw errorOf(trouble ?? { code: "unknown", message: "It failed.", context: {} });
  if (state === "cancelled") throw cancelled(id);
  if (!hasReached(state, stage)) return undefined;
  if (stage !== "broadcast") {
    // What is in the block may be the attempt that cancels; that is no outcome of the intent before it is final.
    const attempt = attempts.find(({ number }) => number === mined?.attempt);
    if (!endStates.has(state) && attempt?.purpose === "cancel" && record.payload.intent.kind !== "cancel")
      return undefined;
    return mined?.receipt;
  }
  const attempt = attempts.findLast(({ isDead, acceptedAt }) => !isDead && acceptedAt !== null) ?? attempts.at(-1);
  return attempt === undefined ? undefined : { hash: mined?.receipt.hash ?? attempt.hash, nonce: attempt.nonce };
}

/** What is told of a transaction, one after another. */
interface News {
  /** The newest, if there was one since; undefined where it has to be read, or the time is over. */
  next(untilMs: number): Promise<StoredTransaction | undefined>;
  end(): void;
}

function newsOf(
  { hub, clock, closing }: HandleParts,
  id: string,
  stage: "broadcast" | "mined" | "final",
  signal: AbortSignal | undefined,
): News {
  let isNew = false;
  let newest: StoredTransaction | undefined;
  let wake: () => void = () => undefined;
  const unwatch = hub.watch(id, (told) => {
    // A state that the stage has no use for is not worth a look into the store.
    const state = typeof told === "string" ? told : told?.record.state;
    if (state !== undefined && !hasReached(state, stage) && !endStates.has(state)) return;
    isNew = true;
    newest = typeof told === "string" ? undefined : told;
    wake();
  });
  const stop = (): void => {
    isNew = true;
    wake();
  };
  closing.addEventListener("abort", stop);
  signal?.addEventListener("abort", stop);
  return {
    next: async (untilMs) => {
      if (!isNew) {
        let cancel = (): void => undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          cancel = clock.onTimeout(Math.max(0, untilMs - clock.monotonicMs()), resolve);
        });
        cancel();
      }
      isNew = false;
      const stored = newest;
      newest = undefined;
      return stored;
    },
    end: () => {
      unwatch();
      closing.removeEventListener("abort", stop);
      signal?.removeEventListener("abort", stop);
    },
  };
}

/** Whoever calls from JavaScript may ask for a stage that there is not, and must not be told of another. */
function requireStage(stage: unknown): void {
  if (stage === "broadcast" || stage === "mined" || stage === "final") return;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    'A transaction is waited for until "broadcast", "mined" or "final". Nothing was waited for.',
  );
}

function badTimeout(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "timeoutMs is a number of milliseconds from 0. Nothing was waited for; the transaction is not touched by this.",
  );
}

export function notFound(id: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_NOT_FOUND",
    "This store has no such transaction of this tenant. Nothing was done; check the id, the store and the tenant.",
    { context: { id: id.slice(0, 66) } },
  );
}

export function cancelled(id: string): LatchkeyError {
  return new LatchkeyError("ERR_TRANSACTION_CANCELLED", "The transaction was cancelled, and is on no chain.", {
    context: { id },
  });
}

function timedOut(id: string, stage: string, timeoutMs: number): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_WAIT_TIMEOUT",
    `The transaction was not ${stage} within ${String(timeoutMs)} ms. It goes on: wait again, by the same handle or by its id, and do not send it anew.`,
    { context: { id, stage } },
  );
}

function closedWhileWaiting(id: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CLOSED",
    "Latchkey was closed while a transaction was waited for. It goes on in other processes, and after the next start: take it up again by its id.",
    { context: { id } },
  );
}
