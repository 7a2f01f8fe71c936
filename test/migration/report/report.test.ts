import { describe, expect, it } from "vitest";
import { documentOf } from "../../../src/migration/report/document.ts";
import { reportOf, type StoredResults } from "../../../src/migration/report/report-of.ts";
import { tallyOwners } from "../../../src/migration/report/tally-owners.ts";
import type { ManifestToken, PlannedBatch, Step } from "../../../src/migration/types.ts";
import { readHtml, textOf, within } from "./read-html.ts";
import { finished, hashOf, identity, run } from "./results.ts";

// The report as data and as a page, from results alone. Budget: 2 s.

const [alice, bob, carol] = ["a1", "b0", "ca"].map((byte) => `0x${byte.repeat(20)}`);

async function tally(
  counts: readonly (readonly [string | undefined, number])[] = [
    [alice, 20],
    [bob, 5],
    [carol, 2],
    ["hole", 2],
    ["door", 1],
  ],
) {
  let id = 0n;
  async function* manifest(): AsyncGenerator<ManifestToken> {
    for (const [owner = "", count] of counts)
      for (let place = 0; place < count; place += 1) {
        id += 1n;
        yield await Promise.resolve({ id, owner, uri: "" });
      }
  }
  return await tallyOwners(manifest());
}

async function written(results: StoredResults) {
  const report = reportOf(results, results.snapshot === undefined ? undefined : await tally());
  const html = documentOf(report, results);
  return { report, html, page: readHtml(html) };
}

describe("the report of a finished run", () => {
  it("has what a machine looks for", async () => {
    const { report } = await written(finished);
    expect(report).toMatchObject({
      tokens: 28,
      owners: 3,
      root: hashOf(2),
      snapshotRoot: hashOf(1),
      block: { number: "100", hash: hashOf(100) },
      verifiedAt: { number: "120" },
      // The pause, the deployment, two batches and the seal; somebody else brought the third batch in.
      transactions: 5,
      gasUsed: "6870000",
      fees: "70000000000000000",
      verified: true,
      differences: [],
      differenceCount: 0,
      missingSteps: [],
      whatStaysOpen: ["Minters can still mint."],
      leftBehind: ["Approvals do not move."],
      ownersWithCode: [{ kind: "safe", tokens: 4 }],
    });
    expect(report.sent.map(({ what, batch }) => [what, batch])).toEqual([
      ["freeze", null],
      ["deploy", null],
      ["mint", 0],
      ["mint", 1],
      ["seal", null],
    ]);
    expect(report.batches.map(({ gas, gasUsed }) => [gas, gasUsed])).toEqual([
      ["1000000", "990000"],
      ["1000001", "980000"],
      ["1000002", "0"],
    ]);
    expect(report.holdersMust.join(" ")).toMatch(
      /1 token at the door.*safeTransferFrom.*1 owner with code.*2 tokens.*1 operator/,
    );
  });

  it("is a page that asks nobody for anything", async () => {
    const { html, page } = await written(finished);
    const all = within(page);
    const names = new Set(all.map(({ name }) => name));
    for (const name of ["script", "link", "img", "iframe", "object", "embed", "a", "form", "base", "use", "image"])
      expect(names).not.toContain(name);
    const attributes = all.flatMap(({ attributes: own }) => Object.entries(own));
    for (const [name] of attributes) expect(name).not.toMatch(/^(?:on.*|href|src|srcset|style|xlink.*|action)$/);
    expect(html).not.toMatch(/https?:|\/\/\w|url\(|@import|@font-face/);
    const policy = attributes.find(([name, value]) => name === "content" && value.includes("default-src"));
    expect(policy?.[1]).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(html).toContain("@media (prefers-color-scheme: dark)");
  });

  it("shows its charts, with what they say in words", async () => {
    const { page } = await written(finished);
    const charts = within(page).filter(({ name }) => name === "svg");
    expect(charts.map(({ attributes }) => attributes["aria-label"])).toEqual([
      "Tokens of the largest holders",
      "Owners by number of tokens held",
      "Gas by batch",
      "Ids settled, by block",
      "Cost, planned and paid",
    ]);
    const numbers = charts.flatMap(within).flatMap(({ attributes }) => Object.values(attributes));
    expect(numbers.join(" ")).not.toMatch(/NaN|Infinity|undefined/);
    const text = textOf(page);
    for (const part of [
      "✓ Verified",
      "0xa1a1…a1a1",
      "20",
      "6,870,000",
      "0.07",
      "KAIA",
      "What holders must do",
      "supply",
    ])
      expect(text).toContain(part);
    const widths = charts[0]?.children.flatMap(({ children }) => children.filter(({ name }) => name === "rect"));
    const lengths = widths?.map(({ attributes }) => Number(attributes["width"])) ?? [];
    expect((lengths[0] ?? 0) / (lengths[1] ?? 1)).toBeCloseTo(4, 1);
  });
});

describe("what comes from a contract", () => {
  const evil = `<script>alert(1)</script>"><img src=x onerror='alert(2)'>&amp;\`\u202Etxt\u0000</title></style>`;

  it("is text, wherever it stands", async () => {
    const { verification, snapshot, plan, freeze } = finished;
    const difference = { kind: "uri" as const, id: "7", expected: evil, found: evil };
    const { page, html } = await written({
      ...finished,
      snapshot: { ...snapshot, name: evil, symbol: evil },
      plan: { ...plan, name: evil, symbol: evil, leftBehind: [evil] },
      freeze: { ...freeze, staysOpen: [evil] },
      verification: {
        ...verification,
        verified: false,
        differences: [difference],
        differenceCount: 1,
        checks: [{ name: evil, checked: 1, differences: 1 }],
      },
    });
    const names = within(page).map(({ name }) => name);
    expect(names).not.toContain("script");
    expect(names).not.toContain("img");
    expect(html).not.toMatch(/<script|<img|\u202E|\u0000/);
    // As a reader sees it, all of it, with what would be unseen spelled out.
    const seen = `<script>alert(1)</script>"><img src=x onerror='alert(2)'>&amp;\`[U+202E]txt[U+0000]</title></style>`;
    expect(textOf(page).split(seen).length - 1).toBeGreaterThanOrEqual(8);
    expect(within(page).find(({ name }) => name === "title")?.text).toContain(seen);
    expect(textOf(page)).toContain("✗ 1 difference");
  });
});

describe("the report of a run that is under way", () => {
  const order: readonly Exclude<Step, "report">[] = [
    "audit",
    "snapshot",
    "plan",
    "rehearsal",
    "freeze",
    "deployment",
    "mint",
    "verification",
    "seal",
  ];

  it.each(order.map((step, done) => [done, step] as const))(
    "after %i steps says what is missing: from %s on",
    async (done) => {
      const results: StoredResults = {
        run,
        identity,
        ...Object.fromEntries(order.slice(0, done).map((step) => [step, finished[step]])),
      };
      const { report, page } = await written(results);
      expect(report.missingSteps).toEqual(order.slice(done));
      expect(report.verified).toBe(done > order.indexOf("verification"));
      const text = textOf(page);
      expect(text).toContain(`${order.slice(done).join(", ")}. What they would tell is missing`);
      if (done <= order.indexOf("verification")) expect(text).toContain("Not verified yet");
      const attributes = within(page).flatMap(({ attributes: own }) => Object.values(own));
      expect(attributes.join(" ")).not.toMatch(/NaN|Infinity|undefined|null/);
    },
  );
});

describe("large runs", () => {
  it("draw means of neighbouring batches", async () => {
    const [batch] = finished.plan.batches;
    const batches = Array.from({ length: 1000 }, (_, index): PlannedBatch => ({
      ...(batch ?? { kind: "packed", first: 0, count: 1, gas: "1", computation: null, bytes: 1 }),
      index,
    }));
    const { page } = await written({ ...finished, plan: { ...finished.plan, batches } });
    const chart = within(page).find(({ attributes }) => attributes["aria-label"] === "Gas by batch");
    const columns = chart === undefined ? [] : within(chart).filter(({ name }) => name === "rect");
    expect(columns).toHaveLength(112);
    expect(textOf(page)).toContain("each column is the mean of 9 batches");
  });

  it("count every owner once, and show the largest fifteen", async () => {
    const owners = Array.from(
      { length: 40 },
      (_, place) => [`0x${place.toString(16).padStart(40, "0")}`, place + 1] as const,
    );
    const { topOwners, distribution } = await tally([...owners, ["hole", 3]]);
    expect(topOwners.map(({ tokens }) => tokens)).toEqual(Array.from({ length: 15 }, (_, place) => 40 - place));
    expect(distribution.map(({ least, most, owners: count }) => [least, most, count])).toEqual([
      [1, 1, 1],
      [2, 2, 1],
      [3, 5, 3],
      [6, 10, 5],
      [11, 50, 30],
      [51, 100, 0],
      [101, 1000, 0],
      [1001, null, 0],
    ]);
  });
});
