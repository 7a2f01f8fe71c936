import { describe, expect, it } from "vitest";
import type { MetricDeclaration } from "../../src/ports/meter.ts";
import { metrics } from "../../src/telemetry/metrics.ts";
import { sourceCode } from "../errors/source-code.ts";

const declared: readonly (readonly [key: string, metric: MetricDeclaration])[] = Object.entries(metrics);

/** The only labels there are. Each has few values: one of its own list, an error code, or a name from the configuration. */
const labels = ["outcome", "operation", "reason", "scheme", "chain"];

// Budget of the file: 2 s.
describe("metrics", () => {
  it.each(declared)("%s has a name with its unit, as Prometheus wants it", (_key, { name, kind, help }) => {
    expect(name).toMatch(/^latchkey(?:_[a-z]+)+$/);
    if (kind === "counter") expect(name).toMatch(/_total$/);
    if (kind === "histogram") expect(name).toMatch(/_seconds$/);
    if (kind === "gauge") expect(name).not.toMatch(/_total$/);
    expect(help).toMatch(/^[A-Z].+\.$/);
  });

  it("have a name each", () => {
    expect(new Set(declared.map(([, { name }]) => name)).size).toBe(declared.length);
  });

  it.each(declared)("%s has labels of few values alone", (_key, metric) => {
    expect(metric.labels.filter((label) => !labels.includes(label))).toEqual([]);
    expect(new Set(metric.labels).size).toBe(metric.labels.length);
  });

  it.each(declared)("%s has buckets that rise, if it is a histogram", (_key, { kind, buckets }) => {
    expect(buckets !== undefined).toBe(kind === "histogram");
    expect(buckets ?? []).toEqual([...new Set(buckets)].sort((a, b) => a - b));
  });

  it.each(declared)("%s is recorded, and with its labels", (key, metric) => {
    const recorded = sourceCode().flatMap(({ code }) => [
      ...code.matchAll(new RegExp(`\\.record\\(\\s*metrics\\.${key},[^{}]*\\{([^{}]*)\\}`, "g")),
    ]);
    expect(recorded.length).toBeGreaterThan(0);
    for (const [, given = ""] of recorded) {
      const names = given.split(",").map((part) => part.trim().split(":")[0] ?? "");
      expect(names.filter((name) => name !== "").sort()).toEqual([...metric.labels].sort());
    }
  });
});
