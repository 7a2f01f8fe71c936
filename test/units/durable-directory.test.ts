import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeDurableDirectory, syncDirectory } from "../../src/units/durable-directory.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";

const disk = vi.hoisted((): { synced: string[]; closed: string[]; failure: Error | undefined } => ({
  synced: [],
  closed: [],
  failure: undefined,
}));

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const open: typeof original.open = async (path, ...rest) => {
    const file = await original.open(path, ...rest);
    const { sync, close } = file;
    file.sync = async () => {
      if (disk.failure !== undefined) throw disk.failure;
      await sync.call(file);
      disk.synced.push(String(path));
    };
    file.close = async () => {
      await close.call(file);
      disk.closed.push(String(path));
    };
    return file;
  };
  return { ...original, open };
});

let top: string;
beforeEach(() => {
  top = temporaryDirectory();
  Object.assign(disk, { synced: [], closed: [], failure: undefined });
});

// Budget of the file: 1 s.
describe("makeDurableDirectory", { timeout: 5_000 }, () => {
  it("syncs the directory above each that it made, and no other", async () => {
    await makeDurableDirectory(join(top, "a", "b", "c"));
    expect(disk.synced).toEqual([join(top, "a", "b"), join(top, "a"), top]);
    expect(disk.closed).toEqual(disk.synced);
    for (const made of ["a", "a/b", "a/b/c"]) expect(statSync(join(top, made)).mode & 0o777).toBe(0o700);
  });

  it("syncs nothing where the directory is there, and leaves its mode", async () => {
    mkdirSync(join(top, "a"), { mode: 0o755 });
    await makeDurableDirectory(join(top, "a"));
    expect(disk.synced).toEqual([]);
    expect(statSync(join(top, "a")).mode & 0o777).toBe(0o755);
  });

  it.each(["a/", "./a", "a/../a", "a//b", "a/b/../c"])("takes %s as other functions do", async (path) => {
    const before = process.cwd();
    process.chdir(top);
    try {
      await makeDurableDirectory(path);
    } finally {
      process.chdir(before);
    }
    expect(disk.synced.at(-1)).toBe(top);
    expect(readdirSync(top)).toEqual(["a"]);
    for (const directory of disk.synced) expect(relative(top, directory)).not.toContain("..");
  });

  it("fails where a sync fails, with nothing left open", async () => {
    disk.failure = new Error("the disk's own");
    await expect(makeDurableDirectory(join(top, "a"))).rejects.toBe(disk.failure);
    await expect(syncDirectory(top)).rejects.toBe(disk.failure);
    expect(disk.closed).toEqual([top, top]);
  });

  it("fails where a file is in the way", async () => {
    writeFileSync(join(top, "file"), "");
    await expect(makeDurableDirectory(join(top, "file", "a"))).rejects.toThrow("ENOTDIR");
    expect(disk.synced).toEqual([]);
  });
});
