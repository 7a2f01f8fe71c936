import type { LogFields, Logger } from "../../src/ports/logger.ts";
import type { Meter, MetricLabels } from "../../src/ports/meter.ts";

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly labels: MetricLabels;
}

export interface LogLine {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

/** A meter and a logger that keep what they are given. */
export interface Recorder {
  readonly meter: Meter;
  readonly logger: Logger;
  readonly measurements: readonly Measurement[];
  readonly lines: readonly LogLine[];
  /** The sum of a counter over measurements with these labels. */
  total(name: string, labels?: MetricLabels): number;
}

export function createRecorder(): Recorder {
  const measurements: Measurement[] = [];
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return {
    measurements,
    lines,
    meter: {
      record: ({ name }, value, labels) => {
        measurements.push({ name, value, labels });
      },
    },
    logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    total: (name, labels = {}) =>
      measurements
        .filter(
          (entry) => entry.name === name && Object.entries(labels).every(([key, value]) => entry.labels[key] === value),
        )
        .reduce((sum, entry) => sum + entry.value, 0),
  };
}
