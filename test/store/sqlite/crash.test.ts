import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openAt } from "../contract.ts";
import { notesOf } from "../notes.ts";

const writeOn = fileURLToPath(new URL("../children/write-on.ts", import.meta.url));
const flags = ["--disable-warning=ExperimentalWarning", writeOn, "sqlite"];

const linesOf = (text: string): string[] => text.split("\n").slice(0, -1);

describe("SQLite", { timeout: 30_000 }, () => {
  it("loses nothing that had resolved when the process is killed amid its batches", async () => {
    const place = { dialect: "sqlite", location: join(temporaryDirectory(), "test.db") } as const;
    const notes = notesOf(await openAt(place));
    await notes.create();
    for (const [round, enough] of [1, 300, 1500].entries()) {
      const child = spawn(process.execPath, [...flags, place.location, `round ${String(round)}`], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let printed = "";
      child.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (linesOf(printed).length >= enough) child.kill("SIGKILL");
      });
      await once(child, "close");
      expect(child.signalCode).toBe("SIGKILL");
      const stored = new Set(await notes.names());
      expect(linesOf(printed).filter((name) => !stored.has(name))).toEqual([]);
      await notes.insert(`after ${String(round)}`);
    }
    const check = new DatabaseSync(place.location);
    expect(check.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    check.close();
  });

  // A limit on the size of files stands for a full disk: the kernel refuses the write in the same place.
  it("says UNAVAILABLE when no more can be written, keeps what had resolved, and goes on when it can", async () => {
    const place = { dialect: "sqlite", location: join(temporaryDirectory(), "test.db") } as const;
    const notes = notesOf(await openAt(place));
    await notes.create();
    const child = spawn(
      "sh",
      ["-c", 'ulimit -f 2000; exec "$@"', "sh", process.execPath, ...flags, place.location, "row", "5000"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let printed = "";
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await once(child, "close");
    expect(said).toBe("ERR_STORE_UNAVAILABLE true");
    const stored = await notes.names();
    expect(stored.length).toBeGreaterThan(0);
    expect([...linesOf(printed)].sort()).toEqual(stored);
    await notes.insert("after");
    expect(await notes.names()).toHaveLength(stored.length + 1);
  });
});
