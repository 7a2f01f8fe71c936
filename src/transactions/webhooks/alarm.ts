import type { Clock } from "../../units/clock.ts";

/** Wakes one waiter; rung while nobody waits, it keeps the next one from waiting. */
export interface Alarm {
  readonly ring: () => void;
  /** Resolves when it rings, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createAlarm(clock: Clock): Alarm {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      isRung = true;
      wake?.();
    },
    wait: async (ms) => {
      if (!isRung) {
        let cancel: (() => void) | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          cancel = clock.onTimeout(ms, resolve);
        });
        cancel?.();
        wake = undefined;
      }
      isRung = false;
    },
  };
}
