import { describe, expect, it } from "vitest";
import { progressLine, progressText } from "../../src/terminal/progress.ts";

describe("progress", () => {
  it("tells rate and time left, in the units that one reads", () => {
    const mint = { what: "mint", unit: "batches" };
    expect(progressText({ ...mint, done: 3, total: 12 }, 0.5)).toBe("mint: 3 of 12 batches, 0.5 a second, 18 s left");
    expect(progressText({ ...mint, done: 1_000, total: 91_000 }, 20)).toBe(
      "mint: 1,000 of 91,000 batches, 20 a second, 75 min left",
    );
    expect(progressText({ ...mint, done: 0, total: 900_000 }, 20)).toContain("12.5 h left");
    expect(progressText({ ...mint, done: 5 }, 0)).toBe("mint: 5 batches");
  });

  it("says nothing of what is soon over, then a line every two seconds; what comes next has a rate of its own", () => {
    const lines: string[] = [];
    let nowMs = 0;
    const style = { bold: String, dim: String, green: String, red: String, cyan: String };
    const terminal = { out: () => undefined, err: (line: string) => void lines.push(line), style };
    const line = progressLine(terminal, () => nowMs);
    const tell = (atMs: number, done: number): void => {
      nowMs = atMs;
      line.tell({ what: "snapshot", done, total: 100, unit: "blocks" });
    };
    for (const [atMs, done] of [
      [0, 0],
      [500, 5],
      [1_999, 19],
      [2_000, 20],
      [3_000, 30],
      [4_100, 41],
    ] as const)
      tell(atMs, done);
    expect(lines).toEqual([
      "snapshot: 20 of 100 blocks, 10 a second, 8 s left",
      "snapshot: 41 of 100 blocks, 10 a second, 6 s left",
    ]);
    line.reset();
    tell(10_000, 50);
    tell(12_000, 54);
    expect(lines.at(-1)).toBe("snapshot: 54 of 100 blocks, 2 a second, 23 s left");
  });
});
