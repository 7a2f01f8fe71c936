import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findPoints } from "./find-points.ts";
import { planKills, randomOf, unreached } from "./plan.ts";
import { rewrite } from "./rewrite.ts";
import { one } from "./scenarios/one.ts";
import { type PlantedFault, sourcesWithPoints } from "./sources.ts";
import { openWorld } from "./world.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const fixture = `// await in a comment
const text = "await in a text";
async function all(list: AsyncIterable<number>, open: () => Promise<AsyncDisposable>): Promise<number> {
  await using file = await open();
  let sum = await (await Promise.resolve(Promise.resolve(1)));
  for await (const each of list) sum += each;
  const later = async () => await Promise.resolve(\`\${String(await later2())}\`);
  async function later2() { return (await Promise.all([1, await 2]))[0]; }
  return sum + Number(await later());
}
export { all, text };
`;

/** The bytes go out before they are stored. */
const sentBeforeStored: PlantedFault = {
  file: "src/transactions/lane.ts",
  find: "    await this.change(() => changeFor(this, signed, first));",
  put: `    await this.#parts.chain.broadcastAll(
      signed.attempts.map(({ attempt: { raw, hash, nonce } }) => ({ raw, hash, nonce, from: this.#parts.key.address })));
    /* stored too late */ await this.change(() => changeFor(this, signed, first));`,
};

// Budget of the file: 30 s.
describe("the crash test's machinery", { timeout: 60_000 }, () => {
  it("finds every wait of a text, and nothing else", () => {
    expect(findPoints(fixture, "f.ts").map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "f.ts:4:3 await-using",
      "f.ts:4:22 await",
      "f.ts:5:13 await",
      "f.ts:5:20 await",
      "f.ts:6:3 for-await",
      "f.ts:7:29 await",
      "f.ts:7:61 await",
      "f.ts:8:37 await",
      "f.ts:8:59 await",
      "f.ts:9:23 await",
    ]);
  });

  it("puts a moment on both sides of each, and leaves the lines where they are", () => {
    const rewritten = rewrite(fixture, "f.ts", "file:///points.ts");
    expect(rewritten.split("\n")).toHaveLength(fixture.split("\n").length);
    for (const { name, kind } of findPoints(fixture, "f.ts")) {
      const names = rewritten.split(JSON.stringify(name)).length - 1;
      expect(names, name).toBe(kind === "await" ? 2 : 1);
    }
    expect(findPoints(rewritten, "f.ts").length).toBeGreaterThan(10);
  });

  it("tells of points that nobody comes to, and plans a kill on both sides of the others", () => {
    const points = findPoints(fixture, "f.ts").slice(0, 2);
    const passed = { "f.ts:4:3 before": 1, "f.ts:4:3 after": 9 };
    expect(unreached(points, [new Set(Object.keys(passed))]).map(({ name }) => name)).toEqual(["f.ts:4:22"]);
    const plan = (seed: number) => planKills(points, [{ scenario: "s", passed }], 1, randomOf(seed));
    expect(plan(5).map(({ target }) => target.moment)).toEqual(["f.ts:4:3 before", "f.ts:4:3 after"]);
    expect(plan(5)).toEqual(plan(5));
    expect(plan(5).every(({ target }) => target.occurrence <= 5)).toBe(true);
  });

  it("finds a payment made twice where bytes are sent before they are stored, and none where they are not", async () => {
    const { points, texts } = sourcesWithPoints(root, [sentBeforeStored]);
    const lines =
      Object.values(texts)
        .find((text) => text.includes("stored too late"))
        ?.split("\n") ?? [];
    const line = 1 + lines.findIndex((text) => text.includes("stored too late"));
    const point = points.find(({ name }) => name.startsWith(`${sentBeforeStored.file}:${String(line)}:`));
    const world = await openWorld("SQLite", texts);
    try {
      const target = { moment: `${point?.name ?? ""} before`, occurrence: 1 };
      const { run, recovery } = await world.play(one, [target, null]);
      expect(run.places.map(({ state }) => state)).toEqual(["killed", "through"]);
      expect(recovery.places[0]?.problems.join("\n")).toContain("doubled: only is success, and on chain 2 times");
      expect(recovery.places[1]?.problems).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
