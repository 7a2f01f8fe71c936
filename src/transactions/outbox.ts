import { randomUUID } from "node:crypto";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Intent } from "../ports/intent.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { RowMacs } from "../ports/row-macs.ts";
import type { Database } from "../store/database.ts";
import { metrics } from "../telemetry/metrics.ts";
import type { Clock } from "../units/clock.ts";
import { cancelTransaction } from "./cancel.ts";
import { type ChainView, createChainView } from "./chain-view.ts";
import type { TransactionEvent, TransactionEventName } from "./events.ts";
import { handleOf, type HandleParts, type TransactionHandle } from "./handle.ts";
import { createHub } from "./hub.ts";
import { listTransactions, type ListOptions, type TransactionPage } from "./list.ts";
import { explainIntent, type Explanation } from "./policy/explain.ts";
import type { Policy } from "./policy/policy.ts";
import { type StoredTransaction, transactionReads } from "./rows.ts";
import { parseSendOptions, type SendOptions } from "./send-options.ts";
import type { TransactionState } from "./states.ts";
import { sharedGet } from "./shared-reads.ts";
import { SendQueue } from "./send-queue.ts";
import type { Sender, SignerSource } from "./senders.ts";
import { statusJson } from "./status.ts";
import { createTopUps, type TopUpPolicy } from "./top-ups.ts";
import { createIds } from "./uuid-v7.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";
import { Worker, type WorkerTiming } from "./worker.ts";

export interface OutboxParts {
  readonly tenant: string;
  readonly chains: readonly ChainAdapter[];
  readonly database: Database;
  readonly macs: RowMacs;
  readonly policy: Policy;
  readonly source: SignerSource;
  readonly webhooks: Webhooks | undefined;
  /** Tells listeners in this process. */
  readonly tell: (event: TransactionEvent) => void;
  readonly queueLimit: number;
  readonly timing: WorkerTiming;
  readonly topUps: Readonly<Record<string, TopUpPolicy>>;
  /** Whether a send or a wait starts this process's worker. */
  readonly startsItself: boolean;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** The one sender in the house. */
export interface Outbox {
  /** @throws as `Account.send`. */
  send(sender: Sender, intent: Intent, options?: SendOptions): Promise<TransactionHandle>;
  /** What would be signed. No node is asked. */
  explain(chain: string, intent: Intent): Promise<Explanation>;
  /** Sends gas money where somebody pays for it; true if some is on its way. */
  ensureGas(sender: Sender): Promise<boolean>;
  get(idOrHash: string): Promise<TransactionHandle | undefined>;
  list(options?: ListOptions): Promise<TransactionPage>;
  start(): void;
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** How often the states of what is waited for are read, where other processes do the work. */
const watchMs = 200;

export function createOutbox(parts: OutboxParts): Outbox {
  const { tenant, database, clock, logger, meter, policy, webhooks } = parts;
  const views = new Map<string, ChainView>(parts.chains.map((chain) => [chain.name, createChainView(chain, clock)]));
  const newId = createIds(() => clock.now());
  const hub = createHub();
  const reads = transactionReads(database, tenant);
  const queue = new SendQueue({ tenant, database, macs: parts.macs, policy, queueLimit: parts.queueLimit });
  const closing = new AbortController();
  const makeEvent = (name: TransactionEventName, stored: StoredTransaction): TransactionEvent => ({
    name,
    id: randomUUID(),
    atMs: clock.now(),
    transaction: statusJson(stored),
  });
  const tell = (events: readonly TransactionEvent[]): void => {
    for (const event of events) parts.tell(event);
  };
  const topUps = createTopUps({
    tenant,
    database,
    views,
    policies: parts.topUps,
    source: parts.source,
    clock,
    send: (sender, intent, options) => send(sender, intent, options, true),
  });
  const makeWorker = (): Worker =>
    new Worker({
      tenant,
      database,
      reads,
      policy,
      macs: parts.macs,
      source: parts.source,
      webhooks,
      hub,
      tell,
      newId,
      makeEvent,
      views,
      timing: parts.timing,
      workerId: randomUUID(),
      topUp: (key, needed) => topUps.forSender(key, needed),
      clock,
      meter,
      logger,
    });
  let worker = makeWorker();

  function start(): void {
    requireOpen();
    if (worker.isRunning) return;
    // One that was drained has ended; another takes up where it left.
    worker = makeWorker();
    worker.start();
  }

  function requireOpen(): void {
    if (closing.signal.aborted)
      throw new LatchkeyError("ERR_CLOSED", "This Latchkey instance was closed. Nothing was sent; open another one.");
  }

  let isDrained = false;
  function startItself(): void {
    if (parts.startsItself && !isDrained && !closing.signal.aborted) start();
  }

  const handleParts: HandleParts = {
    get: sharedGet(reads),
    hub,
    clock,
    closing: closing.signal,
    onWait: () => {
      watching ??= watchStates();
      startItself();
    },
    cancel: async (id) => {
      const { key, event } = await cancelTransaction(
        { tenant, database, reads, policy, macs: parts.macs, webhooks, now: () => clock.now(), makeEvent },
        id,
      );
      if (event !== undefined) tell([event]);
      hub.notify(id);
      startItself();
      worker.wake(key);
    },
  };

  async function send(
    sender: Sender,
    intent: Intent,
    options: SendOptions = {},
    isOwn = false,
  ): Promise<TransactionHandle> {
    requireOpen();
    const { stored, idempotencyKey, deadlineAt } = parseSendOptions(options, clock.now(), isOwn);
    const { chain } = viewOf(sender.key.chain);
    const { feeRatio, format, feePayer } = options;
    const encoded = await chain.encode(intent, {
      ...(feeRatio === undefined ? {} : { feeRatio }),
      ...(format === undefined ? {} : { format }),
      ...(feePayer === undefined ? {} : { feePayer: feePayer === null ? null : requirePayer(feePayer) }),
    });
    const record = await queue.store({
      id: newId(),
      sender,
      payload: { intent: encoded, options: stored },
      deadlineAt,
      idempotencyKey,
      createdAt: clock.now(),
    });
    meter.record(metrics.transactionsQueued, 1, { chain: sender.key.chain });
    startItself();
    worker.wake(sender.key);
    return handle(record.id);
  }

  function handle(id: string): TransactionHandle {
    return handleOf(handleParts, id);
  }

  function requirePayer(name: string): NonNullable<ReturnType<SignerSource["payer"]>> {
    const payer = parts.source.payer(name);
    if (payer?.signTransaction !== undefined)
      throw new LatchkeyError(
        "ERR_TRANSACTION_OPTIONS_INVALID",
        `send: the service account "${name}" has a signer of ethers, which cannot sign as a fee payer. Nothing was stored or sent; register it with kmsSigner().`,
      );
    if (payer !== undefined) return payer;
    throw new LatchkeyError(
      "ERR_TRANSACTION_OPTIONS_INVALID",
      `send: no service account "${name}" is registered to pay the fee. Nothing was stored or sent; call latchkey.service("${name}", signer) first.`,
    );
  }

  function viewOf(chain: string): ChainView {
    const view = views.get(chain);
    if (view !== undefined) return view;
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      `No chain "${chain.slice(0, 40)}" is configured. Nothing was stored or sent.`,
    );
  }

  let watching: Promise<void> | undefined;
  /** Reads what other processes may have changed, for as long as somebody waits. */
  async function watchStates(): Promise<void> {
    const known = new Map<string, TransactionState>();
    do {
      const ids = hub.watched();
      try {
        const states = await reads.states(ids);
        const changed = ids.filter((id) => known.get(id) !== states.get(id));
        known.clear();
        for (const [id, state] of states) known.set(id, state);
        for (const id of changed) hub.notify(id, states.get(id));
      } catch {
        // Whoever waits reads for himself in the end, and is told then.
      }
      await clock.sleep(watchMs, closing.signal).catch(() => undefined);
    } while (!closing.signal.aborted && hub.watched().length > 0);
    watching = undefined;
  }

  return {
    send: (sender, intent, options) => send(sender, intent, options),
    explain: async (chain, intent) => explainIntent(await viewOf(chain).chain.encode(intent)),
    ensureGas: (sender) => topUps.ensure(sender),
    get: async (idOrHash) => {
      requireOpen();
      if (typeof idOrHash !== "string") throw badId();
      const stored = /^0x[0-9a-f]{64}$/i.test(idOrHash)
        ? await reads.byHash(idOrHash.toLowerCase())
        : /^[0-9a-f-]{36}$/.test(idOrHash)
          ? await reads.get(idOrHash)
          : refuseId();
      return stored === undefined ? undefined : handle(stored.record.id);
    },
    list: (options) => {
      requireOpen();
      return listTransactions(reads, views, options);
    },
    start: () => {
      isDrained = false;
      start();
    },
    drain: async () => {
      isDrained = true;
      // Whoever starts again meanwhile gets another worker.
      const ending = worker;
      const drained = ending.drain();
      await queue.settled();
      await drained;
    },
    close: async () => {
      closing.abort();
      await queue.settled();
      await worker.drain();
      await watching;
    },
  };
}

function refuseId(): never {
  throw badId();
}

function badId(): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_OPTIONS_INVALID",
    "A transaction is looked up by its id, or by a hash: 0x and 64 hexadecimal digits. Nothing was looked up.",
  );
}
