import { isLatchkeyError } from "../errors/latchkey-error.ts";
import { metrics } from "../telemetry/metrics.ts";
import { settleAll } from "../units/settle-all.ts";
import { type ChainView } from "./chain-view.ts";
import { Lane } from "./lane.ts";
import type { LaneParts } from "./lane-state.ts";
import { type Leases, leasesOf, type OpenSender } from "./leases.ts";
import { LaneStore, type LaneStoreParts } from "./lane-store.ts";
import type { SenderKey } from "./record.ts";
import { type Repeatable, repeatable } from "./repeatable.ts";
import { keyText } from "./senders.ts";
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

/** A sender that this worker has the lease of. */
interface Held {
  readonly lane: Lane;
  /** What was last asked of it. */
  signal: number;
  /** Monotonic; undefined while it has something to do. */
  idleSinceMs: number | undefined;
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
  /** By sender. */
  readonly #held = new Map<string, Held>();
  /** Senders of which it is said that nobody here can sign for them. */
  readonly #noted = new Set<string>();
  /** Senders whose next transaction is another worker's to sign: monotonic, when this one may try again. */
  readonly #strandedUntil = new Map<string, number>();
  readonly #leases: Leases;
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
    this.#leases = leasesOf(parts.database, parts.tenant, parts.workerId);
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
    const lane = this.#held.get(keyText(key))?.lane;
    if (lane !== undefined && !lane.isOver) lane.poke();
    else this.#scanning.run();
  }

  /** Leases nothing more, signs nothing more, finishes what is under way, and gives every sender back. */
  async drain(): Promise<void> {
    if (this.#loops === undefined) return;
    this.#stop.abort();
    await this.#scanning.settled();
    await Promise.allSettled([...this.#looks.values()].map((look) => look.settled()));
    await Promise.allSettled([...this.#held.values()].map(({ lane }) => lane.stop()));
    await Promise.allSettled([this.#loops]);
    this.#held.clear();
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
    const { workerId, views } = this.#parts;
    const senders = await this.#leases.open([...views.keys()]);
    const free: OpenSender[] = [];
    let alive: ReadonlySet<string> | undefined;
    for (const sender of senders) {
      const held = this.#held.get(keyText(sender.key));
      if (sender.worker === workerId && held !== undefined && !held.lane.isOver) {
        this.#tellNews(held, sender);
        continue;
      }
      if (sender.worker !== null && sender.worker !== workerId) {
        alive ??= await this.#lives.observe();
        if (alive.has(sender.worker)) continue;
      }
      if (this.#canSign(sender)) free.push(sender);
      else await this.#noteNobody(sender);
    }
    await Promise.all(free.map((sender) => this.#take(sender)));
    await this.#giveBack(new Set(senders.map(({ key }) => keyText(key))));
  }

  #tellNews(held: Held, { open, signal }: OpenSender): void {
    const isAsked = held.signal !== signal;
    held.signal = signal;
    if (open > held.lane.entries.length) held.lane.poke();
    if (isAsked) held.lane.cancel();
  }

  /** Once for each sender. */
  async #noteNobody(sender: OpenSender): Promise<void> {
    const name = keyText(sender.key);
    if (this.#noted.has(name) || this.#strandedUntil.has(name)) return;
    this.#noted.add(name);
    await this.#leases.noteNobody(sender);
  }

  #canSign({ key, subject }: OpenSender): boolean {
    const { clock, source } = this.#parts;
    const notBeforeMs = this.#strandedUntil.get(keyText(key)) ?? 0;
    return clock.monotonicMs() >= notBeforeMs && source.canSign(subject, key);
  }

  async #take(sender: OpenSender): Promise<void> {
    const { key, signal } = sender;
    const view = this.#parts.views.get(key.chain);
    if (view === undefined || this.#held.size >= mostLanes || this.#stop.signal.aborted) return;
    const epoch = await this.#leases.take(sender);
    if (epoch === undefined) return;
    const lane = new Lane({
      ...this.#parts,
      key,
      chain: view.chain,
      view,
      store: new LaneStore({ ...this.#parts, now: () => this.#parts.clock.now() }, key, epoch),
      lookSoon: () => {
        this.#lookSoon(view);
      },
      topUp: (needed) => this.#parts.topUp(key, needed),
    });
    this.#held.set(keyText(key), { lane, signal, idleSinceMs: undefined });
    lane.poke();
    // Somebody may have asked before the lease.
    lane.cancel();
  }

  /** Gives idle senders back, so that any worker may have the next turn, and those whose next transaction another has to sign. */
  async #giveBack(open: ReadonlySet<string>): Promise<void> {
    const { clock, timing } = this.#parts;
    for (const [name, held] of this.#held) {
      const { lane } = held;
      if (lane.isOver) {
        this.#held.delete(name);
        continue;
      }
      const nowMs = clock.monotonicMs();
      const isStranded = lane.isStranded && lane.entries.length === 0;
      if (isStranded) this.#strandedUntil.set(name, nowMs + timing.idleMs);
      else if (open.has(name) || lane.entries.length > 0) {
        held.idleSinceMs = undefined;
        continue;
      }
      held.idleSinceMs ??= nowMs;
      if (!isStranded && nowMs - held.idleSinceMs < timing.idleMs) continue;
      this.#held.delete(name);
      await lane.stop();
      await this.#leases.giveBack(lane.parts.key);
    }
  }

  /** One look at a chain for all its senders here. */
  async #look(view: ChainView): Promise<void> {
    const lanes = [...this.#held.values()]
      .map(({ lane }) => lane)
      .filter((lane) => lane.parts.view === view && lane.entries.length > 0 && !lane.isOver);
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
