import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openAt } from "../contract.ts";
import { notesOf } from "../notes.ts";

const holdLock = fileURLToPath(new URL("../children/hold-lock.ts", import.meta.url));

async function lockedBy(location: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", holdLock, "sqlite", location], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return child;
}

describe("while another process holds the write lock", { timeout: 20_000 }, () => {
  it("this one's event loop turns, readers read, and writers get through afterwards", async () => {
    const place = { dialect: "sqlite", location: join(temporaryDirectory(), "test.db") } as const;
    const notes = notesOf(await openAt(place));
    await notes.create();
    await notes.insert("before");
    const holder = await lockedBy(place.location);
    let written = 0;
    const writes = Array.from({ length: 20 }, async (_, index) => {
      await notes.insert(`during ${String(index)}`);
      written += 1;
    });
    // Nothing below could happen if the writers waited inside SQLite: the lock is given up by what comes after it.
    for (let turn = 0; turn < 200; turn += 1) {
      await delay(1);
      expect(await notes.names()).toEqual(["before"]);
    }
    expect(written).toBe(0);
    holder.stdin?.end();
    await Promise.all(writes);
    expect(await notes.names()).toHaveLength(21);
  });

  it("a process that is opened waits for its turn as well", async () => {
    const place = { dialect: "sqlite", location: join(temporaryDirectory(), "test.db") } as const;
    await (await openAt(place)).close();
    const holder = await lockedBy(place.location);
    const opening = openAt(place).then((database) => notesOf(database).create());
    await delay(50);
    holder.stdin?.end();
    await opening;
  });

  it("and dies, writers go on", async () => {
    const place = { dialect: "sqlite", location: join(temporaryDirectory(), "test.db") } as const;
    const notes = notesOf(await openAt(place));
    await notes.create();
    const holder = await lockedBy(place.location);
    const write = notes.insert("one");
    holder.kill("SIGKILL");
    await write;
    expect(await notes.names()).toEqual(["one"]);
  });

  it("nothing is written through the reader", async () => {
    const place = { dialect: "sqlite", location: join(temporaryDirectory(), "test.db") } as const;
    const database = await openAt(place);
    await notesOf(database).create();
    const error = await thrownBy(() =>
      database.reader.schema.createTable("other").addColumn("id", "integer").execute(),
    );
    expect(isLatchkeyError(error)).toBe(true);
  });
});
