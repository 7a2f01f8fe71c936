import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";

// What was done stays done, whatever goes wrong where it is counted or written down: nothing that a caller's meter or logger
// throws comes out of these, nor do promises of theirs reject with nobody to handle it.

/** The same methods, of which a caller's own may well return a promise. */
type MayPromise<Part> = {
  readonly [N in keyof Part]: Part[N] extends (...given: infer Given) => void ? (...given: Given) => unknown : never;
};

export function guardedMeter(meter: MayPromise<Meter>): Meter {
  return {
    record: (metric, value, labels) => {
      quietly(() => meter.record(metric, value, labels));
    },
  };
}

export function guardedLogger(logger: MayPromise<Logger>): Logger {
  const guard =
    (level: keyof Logger): Logger["info"] =>
    (fields, message) => {
      // Called as a method: pino's are no use without their `this`.
      quietly(() => logger[level](fields, message));
    };
  return { debug: guard("debug"), info: guard("info"), warn: guard("warn"), error: guard("error") };
}

function quietly(call: () => unknown): void {
  try {
    const returned = call();
    if (typeof returned === "object" && returned !== null && "then" in returned) void settled(returned);
  } catch {
    // Where would it be told? The caller's own reporting is what failed.
  }
}

async function settled(promised: unknown): Promise<void> {
  try {
    await promised;
  } catch {
    // As above.
  }
}
