import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { Database } from "../../src/store/database.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import { thrownBy } from "../harness/errors.ts";
import { runChild } from "../harness/run-child.ts";
import { lookAlikes } from "../fixtures/user-ids.ts";
import { adapterOf, type StorePlace } from "./children/adapter-of.ts";
import { insertNote, type Notes, notesOf, raceKeys } from "./notes.ts";

const insertRace = new URL("./children/insert-race.ts", import.meta.url);

export async function openAt(place: StorePlace): Promise<Database> {
  const database = await adapterOf(place).open(silentLogger);
  onTestFinished(() => database.close());
  return database;
}

/** What every adapter holds to. `newPlace` gives a database without tables. */
export function describeStore(newPlace: () => Promise<StorePlace>): void {
  const open = async (): Promise<{ place: StorePlace; database: Database; notes: Notes }> => {
    const place = await newPlace();
    const database = await openAt(place);
    const notes = notesOf(database);
    await notes.create();
    return { place, database, notes };
  };

  describe("a transaction", { timeout: 20_000 }, () => {
    it("returns what its work returns, and its rows are there for every connection once it resolved", async () => {
      const { place, database, notes } = await open();
      const other = notesOf(await openAt(place));
      const value = await database.transaction(async (tx) => {
        await insertNote(tx, "one");
        expect(await other.get("one")).toBeUndefined();
        expect(await notes.get("one")).toBeUndefined();
        return 41;
      });
      expect(value).toBe(41);
      expect(await other.get("one")).toMatchObject({ name: "one" });
      expect(await notes.get("one")).toMatchObject({ name: "one" });
    });

    it("sees its own rows", async () => {
      const { database } = await open();
      const names = await database.transaction(async (tx) => {
        await insertNote(tx, "one");
        return await notesOf({ ...database, reader: tx }).names();
      });
      expect(names).toEqual(["one"]);
    });

    it("that throws leaves nothing and throws what the work threw", async () => {
      const { database, notes } = await open();
      const fault = new RangeError("the work's own");
      const thrown = await thrownBy(() =>
        database.transaction(async (tx) => {
          await insertNote(tx, "one");
          throw fault;
        }),
      );
      expect([thrown, isLatchkeyError(thrown) ? thrown.cause : undefined]).toContain(fault);
      expect(await notes.names()).toEqual([]);
    });

    it("that fails is undone alone among others at the same time", async () => {
      const { database, notes } = await open();
      const outcomes = await Promise.allSettled(
        raceKeys.map((key, index) =>
          database.transaction(async (tx) => {
            await insertNote(tx, key);
            if (index % 3 === 1) await insertNote(tx, key);
            if (index % 3 === 2) throw new Error("changed its mind");
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(
        raceKeys.map((_, index) => (index % 3 === 0 ? "fulfilled" : "rejected")),
      );
      expect(await notes.names()).toEqual(raceKeys.filter((_, index) => index % 3 === 0).sort());
    });

    it("whose statement failed cannot commit the rest by passing the error over", async () => {
      const { database, notes } = await open();
      await notes.insert("taken");
      const outcome = await Promise.allSettled([
        database.transaction(async (tx) => {
          await insertNote(tx, "before");
          await insertNote(tx, "taken").catch(() => undefined);
        }),
      ]);
      // SQLite undoes the statement alone and goes on; PostgreSQL undoes all. Never is a success reported with a row missing.
      const expected = outcome[0].status === "fulfilled" ? ["before", "taken"] : ["taken"];
      expect(await notes.names()).toEqual(expected);
    });
  });

  describe("insertIfAbsent", { timeout: 30_000 }, () => {
    it("is won by exactly one of many in a process", async () => {
      const { notes } = await open();
      const won = await Promise.all(Array.from({ length: 50 }, (_, index) => notes.add("one", String(index))));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await notes.get("one"))?.body).toBe(String(won.indexOf(true)));
    });

    it("is won once per key by one of two processes", async () => {
      const { place, notes } = await open();
      const outcomes = await Promise.all(
        ["first", "second"].map((name) => runChild(insertRace, [place.dialect, place.location, name])),
      );
      expect(outcomes.map(({ stderr, code }) => ({ stderr, code }))).toEqual([
        { stderr: "", code: 0 },
        { stderr: "", code: 0 },
      ]);
      expect(outcomes.reduce((sum, { stdout }) => sum + Number(stdout), 0)).toBe(raceKeys.length);
      expect(await notes.names()).toEqual([...raceKeys].sort());
    });

    it("keeps the row that was there and leaves the transaction usable", async () => {
      const { database, notes } = await open();
      await notes.add("one", "first");
      expect(await notes.add("one", "second")).toBe(false);
      expect((await notes.get("one"))?.body).toBe("first");
      expect(await database.transaction(() => Promise.resolve("goes on"))).toBe("goes on");
    });
  });

  describe("values", { timeout: 20_000 }, () => {
    it("that look alike stay different keys", async () => {
      const { notes } = await open();
      for (const text of lookAlikes) expect(await notes.add(text, text)).toBe(true);
      for (const text of lookAlikes) expect((await notes.get(text))?.body).toBe(text);
      expect(await notes.names()).toHaveLength(lookAlikes.length);
    });

    it.each([0, 1, 1024 * 1024])("of %d bytes come back as they were", async (size) => {
      const { notes } = await open();
      const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
      await notes.insert("blob", bytes);
      const stored = (await notes.get("blob"))?.bytes ?? expect.fail("no bytes");
      expect(Buffer.compare(stored, bytes)).toBe(0);
    });
  });

  describe("a refused statement", { timeout: 20_000 }, () => {
    const canary = "canary-3f9c";

    function expectRefused(error: unknown): void {
      if (!isLatchkeyError(error, "ERR_STORE_FAILED")) expect.fail(inspect(error));
      expect(error.retryable).toBe(false);
      for (const text of [error.message, JSON.stringify(error), inspect(error)]) {
        expect(text).not.toContain(canary);
        expect(text).not.toMatch(/insert into|select |values/i);
      }
    }

    it("is typed and shows neither SQL nor values when a key is taken", async () => {
      const { notes } = await open();
      await notes.insert(canary);
      expectRefused(await thrownBy(() => notes.insert(canary)));
    });

    it("is typed and shows neither SQL nor values when a table is missing", async () => {
      const database = await openAt(await newPlace());
      const notes = notesOf(database);
      expectRefused(await thrownBy(() => notes.insert(canary)));
      expectRefused(await thrownBy(() => notes.get(canary)));
    });
  });

  describe("close", { timeout: 20_000 }, () => {
    it("waits for what is under way and refuses what comes later", async () => {
      const { place, database, notes } = await open();
      const writes = raceKeys.map((key) => notes.add(key, "written"));
      const reads = raceKeys.map((key) => notes.get(key));
      const closing = database.close();
      expect(isLatchkeyError(await thrownBy(() => notes.insert("late")), "ERR_CLOSED")).toBe(true);
      expect(await Promise.all(writes)).toEqual(raceKeys.map(() => true));
      await Promise.all(reads);
      await closing;
      expect(isLatchkeyError(await thrownBy(() => notes.get("late")), "ERR_CLOSED")).toBe(true);
      expect(await notesOf(await openAt(place)).names()).toEqual([...raceKeys].sort());
    });

    it("may be called again, and before anything was asked", async () => {
      const database = await openAt(await newPlace());
      await Promise.all([database.close(), database.close()]);
      await database.close();
    });
  });
}
