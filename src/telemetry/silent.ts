import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";

/** Drops every measurement. */
export const silentMeter: Meter = { record: () => undefined };

/** Drops every line. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
