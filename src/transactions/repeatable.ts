/** Work that runs one at a time: whoever asks while it runs has it run once more. */
export interface Repeatable {
  run(): void;
  /** Resolves when it does not run. */
  settled(): Promise<void>;
}

/** @param work - throws nothing. */
export function repeatable(work: () => Promise<void>): Repeatable {
  let running: Promise<void> | undefined;
  let isWanted = false;
  const loop = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await work();
    }
    running = undefined;
  };
  return {
    run: () => {
      isWanted = true;
      running ??= loop();
    },
    settled: async () => {
      while (running !== undefined) await running;
    },
  };
}
