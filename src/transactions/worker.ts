import { isLatchkeyError } from "../errors/latchkey-error.ts";
import { metrics } from "../telemetry/metrics.ts";
import { settleAll } from "../units/settle-all.ts";
import { type ChainView } from "./chain-view.ts";
import { Lane } from "./lane.ts";
import type { LaneParts } from "./lane-state.ts";
import { LaneStore, type LaneStoreParts } from "./lane-store.ts";
import type { SenderKey } from "./record.ts";
import { type Repeatable, repeatable } from "./repeatable.ts";
import type { SenderRow, TransactionTables } from "./schema.ts";
import { noSigner } from "./no-signer.ts";
import { troubleColumns } from "./rows.ts";
import { keyText } from "./senders.ts";
import { troubleOf } from "./status.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";
import { workerLives, type WorkerLives } from "./workers.ts";

/** How often a worker looks, in milliseconds. */
export interface WorkerTiming {
  /** For senders whose turn it could take. */
  readonly scanMs: number;
  readonly beatMs: number;
  /** A worker that shows no life for this long is dead: others take its senders. */
  readonly deadAfterMs: number;
  /** So long an idle sender stays leased. */
  readonly idleMs: number;
}

export const defaultTiming: WorkerTiming = { scanMs: 250, beatMs: 1_000, deadAfterMs: 10_000, idleMs: 2_000 };

export interface WorkerParts
  extends Omit<LaneParts, "key" | "chain" | "view" | "store" | "topUp" | "lookSoon">, Omit<LaneStoreParts, "now"> {
  readonly views: ReadonlyMap<string, ChainView>;
  readonly timing: WorkerTiming;
  readonly topUp: (key: SenderKey, needed: bigint) => Promise<boolean>;
  readonly webhooks: Webhooks | undefined;
}

/** Observing takes two looks, so far apart: the second sees who stood still. */
const beatsPerSweep = 30;
/** A sender with a full window has the chain looked at so many times earlier. */
const soonerBy = 5;
/** Senders that one process leases at a time. */
const mostLanes = 1_024;

/** Works on the senders of a tenant, beside any number of others like it: each sender has one worker at a time. */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #signals = new Map<string, number>();
  readonly #idleSince = new Map<string, number>();
  /** Senders of which it is said that nobody here can sign for them. */
  readonly #noted = new Set<string>();
  /** Senders whose next transaction is another worker's to sign: monotonic, when this one may try again. */
  readonly #strandedUntil = new Map<string, number>();
  readonly #lives: WorkerLives;
  readonly #stop = new AbortController();
  readonly #scanning = repeatable(() => this.#quietly("scan", () => this.#scan()));
  #loops: Promise<void> | undefined;
  #hasBeaten = false;
  #beats = 0;
  readonly #looks: ReadonlyMap<ChainView, Repeatable>;
  /** Chains that are looked at before their time. */
  readonly #soon = new Set<ChainView>();

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#lives = workerLives(parts.database, {
      tenant: parts.tenant,
      workerId: parts.workerId,
      clock: parts.clock,
      deadAfterMs: parts.timing.deadAfterMs,
    });
    this.#looks = new Map(
      [...parts.views.values()].map((view) => [view, repeatable(() => this.#quietly("look", () => this.#look(view)))]),
    );
  }

  get isRunning(): boolean {
    return this.#loops !== undefined && !this.#stop.signal.aborted;
  }

  start(): void {
    if (this.#loops !== undefined) return;
    const { timing, webhooks } = this.#parts;
    this.#loops = settleAll([
      this.#every(timing.beatMs, "beat", () => this.#beat()),
      this.#every(timing.scanMs, "scan", () => {
        this.#scanning.run();
        return Promise.resolve();
      }),
      ...[...this.#looks].map(([{ chain }, look]) =>
        this.#every(chain.profile.pollMs, "look", () => {
          look.run();
          return Promise.resolve();
        }),
      ),
      ...(webhooks === undefined ? [] : [webhooks.run(this.#stop.signal)]),
    ]);
  }

  /** Something was queued for a sender, or asked of it, by this process. */
  wake(key: SenderKey): void {
    if (!this.isRunning) return;
    const lane = this.#lanes.get(keyText(key));
    if (lane !== undefined && !lane.isOver) lane.poke();
    else this.#scanning.run();
  }

  /** Leases nothing more, signs nothing more, finishes what is under way, and gives every sender back. */
  async drain(): Promise<void> {
    if (this.#loops === undefined) return;
    this.#stop.abort();
    await this.#scanning.settled();
    await Promise.allSettled([...this.#looks.values()].map((look) => look.settled()));
    await Promise.allSettled([...this.#lanes.values()].map((lane) => lane.stop()));
    await Promise.allSettled([this.#loops]);
    this.#lanes.clear();
    await this.#quietly("leave", () => this.#lives.leave());
  }

  async #beat(): Promise<void> {
    await this.#lives.beat();
    this.#hasBeaten = true;
    // So that the rows of those that died idle go, too.
    this.#beats += 1;
    if (this.#beats % beatsPerSweep === 0) await this.#lives.observe();
  }

  /** Finds senders that nobody works on, and news for those that this one does. */
  async #scan(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    // A lease of somebody without a row counts as a dead one's.
    if (!this.#hasBeaten) await this.#beat();
    const { tenant, database, workerId, views } = this.#parts;
    const rows = await database.reader
      .$extendTables<TransactionTables>()
      .selectFrom("latchkey_senders")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("open", ">", 0)
      .where("chain", "in", [...views.keys()])
      .execute();
    const open = new Set<string>();
    const free: SenderRow[] = [];
    let alive: ReadonlySet<string> | undefined;
    for (const row of rows) {
      const name = keyText(keyOf(row));
      open.add(name);
      const lane = this.#lanes.get(name);
      if (row.lease_worker === workerId && lane !== undefined && !lane.isOver) {
        await this.#news(lane, name, row);
        continue;
      }
      if (row.lease_worker !== null && row.lease_worker !== workerId) {
        alive ??= await this.#lives.observe();
        if (alive.has(row.lease_worker)) continue;
      }
      if (this.#canSign(row)) free.push(row);
      else await this.#noteNobody(row);
    }
    await Promise.all(free.map((row) => this.#take(row)));
    await this.#giveBack(open);
  }

  async #news(lane: Lane, name: string, row: SenderRow): Promise<void> {
    const before = this.#signals.get(name);
    this.#signals.set(name, row.signal);
    if (row.open > lane.entries.length) lane.poke();
    if (before !== undefined && before !== row.signal) await lane.cancelled();
  }

  /** Says with what is queued that nobody who works can sign it: once, for whoever asks what it waits for. */
  async #noteNobody({ subject, chain_id: chainId, address }: SenderRow): Promise<void> {
    const name = keyText({ chain: "", chainId: Number(chainId), address });
    if (this.#noted.has(name) || this.#strandedUntil.has(name)) return;
    this.#noted.add(name);
    await this.#parts.database.transaction((tx) =>
      tx
        .$extendTables<TransactionTables>()
        .updateTable("latchkey_transactions")
        .set(troubleColumns(troubleOf(noSigner(subject))))
        .where("tenant", "=", this.#parts.tenant)
        .where("chain_id", "=", chainId)
        .where("sender", "=", address)
        .where("state", "=", "queued")
        .where("error_code", "is", null)
        .execute(),
    );
  }

  #canSign(row: SenderRow): boolean {
    const { clock, source } = this.#parts;
    const key = keyOf(row);
    const notBeforeMs = this.#strandedUntil.get(keyText(key)) ?? 0;
    return clock.monotonicMs() >= notBeforeMs && source.canSign(row.subject, key);
  }

  async #take(row: SenderRow): Promise<void> {
    if (this.#lanes.size >= mostLanes || this.#stop.signal.aborted) return;
    const { database, tenant, workerId } = this.#parts;
    const key = keyOf(row);
    const epoch = row.epoch + 1;
    const isTaken = await database.transaction(async (tx) => {
      const { numUpdatedRows } = await tx
        .$extendTables<TransactionTables>()
        .updateTable("latchkey_senders")
        .set({ lease_worker: workerId, epoch })
        .where("tenant", "=", tenant)
        .where("chain_id", "=", key.chainId)
        .where("address", "=", key.address)
        .where("epoch", "=", row.epoch)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    });
    const view = this.#parts.views.get(key.chain);
    if (!isTaken || view === undefined) return;
    const store = new LaneStore({ ...this.#parts, now: () => this.#parts.clock.now() }, key, epoch);
    const lane = new Lane({
      ...this.#parts,
      key,
      chain: view.chain,
      view,
      store,
      lookSoon: () => {
        this.#lookSoon(view);
      },
      topUp: (needed) => this.#parts.topUp(key, needed),
    });
    const name = keyText(key);
    this.#lanes.set(name, lane);
    this.#signals.set(name, row.signal);
    lane.poke();
    // Somebody may have asked before the lease.
    await lane.cancelled();
  }

  /** Gives idle senders back, so that any worker may have the next turn. */
  async #giveBack(open: ReadonlySet<string>): Promise<void> {
    const { clock, timing, database, tenant, workerId } = this.#parts;
    for (const [name, lane] of this.#lanes) {
      if (lane.isOver) {
        this.#lanes.delete(name);
        continue;
      }
      const isStranded = lane.isStranded && lane.entries.length === 0;
      if (isStranded) this.#strandedUntil.set(name, clock.monotonicMs() + timing.idleMs);
      if (!isStranded && (open.has(name) || lane.entries.length > 0)) {
        this.#idleSince.delete(name);
        continue;
      }
      const sinceMs = this.#idleSince.get(name) ?? clock.monotonicMs();
      this.#idleSince.set(name, sinceMs);
      if (!isStranded && clock.monotonicMs() - sinceMs < timing.idleMs) continue;
      this.#lanes.delete(name);
      this.#idleSince.delete(name);
      await lane.stop();
      const { chainId, address } = lane.parts.key;
      await database.transaction((tx) =>
        tx
          .$extendTables<TransactionTables>()
          .updateTable("latchkey_senders")
          .set({ lease_worker: null })
          .where("tenant", "=", tenant)
          .where("chain_id", "=", chainId)
          .where("address", "=", address)
          .where("lease_worker", "=", workerId)
          .execute(),
      );
    }
  }

  /** One look at a chain for all its senders here. */
  async #look(view: ChainView): Promise<void> {
    const lanes = [...this.#lanes.values()].filter(
      (lane) => lane.parts.view === view && lane.entries.length > 0 && !lane.isOver,
    );
    if (lanes.length === 0) return;
    const head = await view.lookUp();
    const nonces = await view.chain.nonces(lanes.map((lane) => lane.parts.key.address));
    await Promise.all(lanes.map((lane, index) => lane.confirm(head, nonces[index] ?? 0)));
  }

  #lookSoon(view: ChainView): void {
    // One for all that ask: each look has them ask again.
    if (this.#soon.has(view)) return;
    this.#soon.add(view);
    // Not at once: what was sent this moment is in no block yet.
    this.#parts.clock.onTimeout(view.chain.profile.pollMs / soonerBy, () => {
      this.#soon.delete(view);
      if (this.isRunning) this.#looks.get(view)?.run();
    });
  }

  async #every(ms: number, what: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#quietly(what, work);
      try {
        await this.#parts.clock.sleep(ms, signal);
      } catch {
        return;
      }
    }
  }

  /** A worker goes on, whatever happens: the next look may go well. */
  async #quietly(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const code = isLatchkeyError(error) ? error.code : "unknown";
      this.#parts.meter.record(metrics.workerTroubles, 1, { operation: what, reason: code });
      this.#parts.logger.warn({ what, code }, "the outbox's worker met trouble; it goes on");
    }
  }
}

function keyOf(row: SenderRow): SenderKey {
  return { chain: row.chain, chainId: Number(row.chain_id), address: row.address };
}
