import { expect, vi } from "vitest";
import { ManualClock } from "../../harness/manual-clock.ts";

/** No dispatcher waits longer; a post's limit is longer. */
const longestWaitMs = 1000;

/** A clock that knows how many dispatchers are waiting for it: those have looked, and found nothing to do. */
export class WatchedClock extends ManualClock {
  /** What ends each wait at once. */
  readonly #waits = new Set<() => void>();
  /** What a dispatcher waits for at most, as it last began to wait. */
  lastWaitMs = 0;

  override onTimeout(ms: number, action: () => void): () => void {
    if (ms > longestWaitMs) return super.onTimeout(ms, action);
    const end = (): void => {
      cancel();
      action();
    };
    const cancelTimer = super.onTimeout(ms, end);
    const cancel = (): void => {
      this.#waits.delete(end);
      cancelTimer();
    };
    this.#waits.add(end);
    this.lastWaitMs = ms;
    return cancel;
  }

  /** Moves time on, and lets the one dispatcher look at what that made due. */
  async jump(ms: number): Promise<void> {
    await this.asleep();
    await this.advance(ms);
    await this.asleep();
    // Its last look may have begun before the end of the jump: it looks again while time stands.
    for (const end of [...this.#waits]) end();
    await this.asleep();
  }

  /** Resolves once the one dispatcher waits. */
  async asleep(): Promise<void> {
    await vi.waitFor(
      () => {
        expect(this.#waits.size).toBe(1);
      },
      { interval: 1, timeout: 10_000 },
    );
  }
}
