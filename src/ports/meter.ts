/** What a metric is; every one is declared once in `telemetry/metrics.ts`. */
export interface MetricDeclaration {
  /** Prometheus name: `latchkey_..._total`, `_seconds`, ... */
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Label names; their values come from small closed sets, never an address, user or hash. */
  readonly labels: readonly string[];
  /** Histogram bucket bounds in the metric's unit. */
  readonly buckets?: readonly number[];
}

export type MetricLabels = Readonly<Record<string, string>>;

/** Where measurements go. Implementations must not throw and must not block. */
export interface Meter {
  /** Counter: adds `value`. Gauge: sets it. Histogram: observes it. */
  record(metric: MetricDeclaration, value: number, labels: MetricLabels): void;
}
