import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Meter } from "../../ports/meter.ts";
import type { WrappingKey } from "../../ports/wrapping-key.ts";
import { metrics } from "../../telemetry/metrics.ts";
import type { Clock } from "../../units/clock.ts";

/** Counts and times what goes to the wrapping key. */
export function meteredWrappingKey(wrappingKey: WrappingKey, clock: Clock, meter: Meter): WrappingKey {
  async function measured<T>(operation: "wrap" | "unwrap", call: () => Promise<T>): Promise<T> {
    const startMs = clock.monotonicMs();
    let outcome = "ok";
    try {
      return await call();
    } catch (error) {
      outcome = isLatchkeyError(error) ? error.code : "unknown";
      throw error;
    } finally {
      meter.record(metrics.wrappingKeyCalls, 1, { operation, outcome });
      meter.record(metrics.wrappingKeySeconds, (clock.monotonicMs() - startMs) / 1000, { operation });
    }
  }
  return {
    description: wrappingKey.description,
    wrap: (plaintext, context) => measured("wrap", () => wrappingKey.wrap(plaintext, context)),
    unwrap: (wrapped, context) => measured("unwrap", () => wrappingKey.unwrap(wrapped, context)),
    close: () => wrappingKey.close(),
  };
}
