import { LatchkeyError } from "../errors/latchkey-error.ts";

/** Lets work in until it is closed, and then waits for what is inside. */
export class Gate {
  readonly #inside = new Set<Promise<unknown>>();
  #closed = false;

  /** @throws `ERR_CLOSED` once `close` was called. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new LatchkeyError("ERR_CLOSED", "This Latchkey instance was closed. Nothing was done; open another one.");
    }
    const running = work();
    this.#inside.add(running);
    try {
      return await running;
    } finally {
      this.#inside.delete(running);
    }
  }

  /** Refuses what comes later; resolves when what is inside has settled. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#inside.size > 0) await Promise.allSettled(this.#inside);
  }
}
