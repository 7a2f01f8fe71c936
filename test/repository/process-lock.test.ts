import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../../scripts/run.ts";
import { withTree } from "./fixture-tree.ts";

const child = fileURLToPath(new URL("children/hold-lock.mjs", import.meta.url));

describe("the lock between processes", { timeout: 60_000 }, () => {
  it("lets one of many in at a time, and leaves nothing behind", async () => {
    await withTree({ log: "" }, async (root) => {
      const args = [child, join(root, "lock"), join(root, "log"), "5"];
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => run(process.execPath, args)));
      expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(6).fill({ code: 0, stderr: "" }));

      const lines = (await readFile(join(root, "log"), "utf8")).trim().split("\n");
      const holders = lines.filter((line) => line.startsWith("enter")).map((line) => line.slice("enter ".length));
      expect(new Set(holders).size).toBe(6);
      expect(lines).toEqual(holders.flatMap((pid) => [`enter ${pid}`, `leave ${pid}`]));
      expect(await readdir(root)).toEqual(["log"]);
    });
  });

  it("passes on when its holder was killed", async () => {
    await withTree({ log: "" }, async (root) => {
      const holder = spawn(process.execPath, [child, join(root, "lock"), join(root, "log"), "600000"]);
      await once(holder.stdout, "data");
      holder.kill("SIGKILL");
      await once(holder, "exit");
      expect(existsSync(join(root, "lock"))).toBe(true);

      const { code } = await run(process.execPath, [child, join(root, "lock"), join(root, "log"), "0"]);
      expect(code).toBe(0);
      expect(existsSync(join(root, "lock"))).toBe(false);
    });
  });

  it("passes on when what holds it is no lock of ours", async () => {
    await withTree({ log: "" }, async (root) => {
      await writeFile(join(root, "lock"), "not a number");
      const { code } = await run(process.execPath, [child, join(root, "lock"), join(root, "log"), "0"]);
      expect(code).toBe(0);
    });
  });
});
