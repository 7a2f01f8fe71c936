import type { ChainAdapter } from "../../src/ports/chain-adapter.ts";
import type { Signer } from "../../src/ports/signer.ts";
import type { Database } from "../../src/store/database.ts";
import type { Clock } from "../../src/units/clock.ts";

/** So many calls without time passing are a loop that never ends. */
const mostCallsAtOnce = 5_000;

/**
 * A process that can die or stand still at any of its doors: before and after each call to the database, the chain and the keys, and where
 * it waits for time. What it called for may have happened; it does not get to know.
 */
export class SimulatedProcess {
  readonly name: string;
  /** Set where it called for ever without waiting. */
  hasLooped = false;
  /** Its answers took time, once. */
  wasSlow = false;
  readonly #clock: Clock;
  #latencyMs = 0;
  #isDead = false;
  #isStalled = false;
  #waiting: (() => void)[] = [];
  #doorsLeft: number | undefined;
  #doorsToStall: number | undefined;
  #callsAtMs = 0;
  #calls = 0;
  #wokenMs: number | undefined;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** When it last stood still; undefined: never. */
  get wokenMs(): number | undefined {
    return this.#isStalled ? this.#clock.monotonicMs() : this.#wokenMs;
  }

  /** How long each answer takes. */
  get latencyMs(): number {
    return this.#latencyMs;
  }

  set latencyMs(ms: number) {
    this.#latencyMs = ms;
    this.wasSlow ||= ms > 0;
  }

  kill(): void {
    this.#isDead = true;
    this.#waiting = [];
  }

  /** Dies at one of its next doors. */
  killAfter(doors: number): void {
    this.#doorsLeft = doors;
  }

  spare(): void {
    this.#doorsLeft = undefined;
  }

  /** Stands still at one of its next doors. */
  stallAfter(doors: number): void {
    this.#doorsToStall = doors;
  }

  stall(): void {
    this.#isStalled = true;
  }

  wake(): void {
    if (!this.#isStalled) return;
    this.#isStalled = false;
    this.#wokenMs = this.#clock.monotonicMs();
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves where it may go on: at once, when it is woken, or never. */
  async door(): Promise<void> {
    this.#count();
    if (this.#doorsLeft !== undefined && this.#doorsLeft-- <= 0) this.kill();
    if (this.#doorsToStall !== undefined && this.#doorsToStall-- <= 0) {
      this.#doorsToStall = undefined;
      this.stall();
    }
    // Nothing holds on to what a dead one waits for.
    if (this.#isDead) await new Promise<void>(() => undefined);
    while (this.#isStalled) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async through<T>(call: () => Promise<T>): Promise<T> {
    await this.door();
    const [settled] = await Promise.allSettled([call()]);
    if (this.latencyMs > 0) await this.#clock.sleep(this.latencyMs);
    await this.door();
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  }

  #count(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#calls = nowMs === this.#callsAtMs ? this.#calls + 1 : 0;
    this.#callsAtMs = nowMs;
    if (this.#calls < mostCallsAtOnce) return;
    this.hasLooped = true;
    this.kill();
  }
}

export function processClock(clock: Clock, life: SimulatedProcess): Clock {
  const onTimeout = (ms: number, action: () => void): (() => void) => {
    let isOff = false;
    const cancel = clock.onTimeout(ms, () => {
      void life.door().then(() => {
        if (!isOff) action();
      });
    });
    return () => {
      isOff = true;
      cancel();
    };
  };
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    onTimeout,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          cancel();
          reject(new Error("aborted", { cause: signal?.reason }));
        };
        const cancel = onTimeout(ms, () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        });
        if (signal?.aborted === true) abort();
        else signal?.addEventListener("abort", abort, { once: true });
      }),
  };
}

/** Reads outside a transaction go past the doors: what is read decides nothing before the next door. */
export function processDatabase(database: Database, life: SimulatedProcess): Database {
  return {
    dialect: database.dialect,
    reader: database.reader,
    transaction: (work) => life.through(() => database.transaction(work)),
    insertIfAbsent: (query) => database.insertIfAbsent(query),
    close: () => Promise.resolve(),
  };
}

export function processSigner(signer: Signer, life: SimulatedProcess): Signer {
  return {
    address: signer.address,
    signDigest: (digest, request) => life.through(() => signer.signDigest(digest, request)),
  };
}

export function processChain(chain: ChainAdapter, life: SimulatedProcess): ChainAdapter {
  return {
    name: chain.name,
    chainId: chain.chainId,
    scheme: chain.scheme,
    profile: chain.profile,
    transport: chain.transport,
    replacementFee: (previous, current) => chain.replacementFee(previous, current),
    encode: (intent, options) => chain.encode(intent, options),
    getBalance: (address) => life.through(() => chain.getBalance(address)),
    read: (call) => life.through(() => chain.read(call)),
    prepare: (intent, from, options) => life.through(() => chain.prepare(intent, from, options)),
    suggestFee: (options) => life.through(() => chain.suggestFee(options)),
    accountState: (address) => life.through(() => chain.accountState(address)),
    nonces: (addresses, block) => life.through(() => chain.nonces(addresses, block)),
    head: () => life.through(() => chain.head()),
    blockHash: (number) => life.through(() => chain.blockHash(number)),
    sentIn: (number, address) => life.through(() => chain.sentIn(number, address)),
    receipts: (hashes) => life.through(() => chain.receipts(hashes)),
    revertReason: (intent, from, receipt) => life.through(() => chain.revertReason(intent, from, receipt)),
    broadcast: (transaction) => life.through(() => chain.broadcast(transaction)),
    broadcastAll: (transactions) => life.through(() => chain.broadcastAll(transactions)),
    waitForReceipt: (hash, options) => life.through(() => chain.waitForReceipt(hash, options)),
    close: () => Promise.resolve(),
  };
}
