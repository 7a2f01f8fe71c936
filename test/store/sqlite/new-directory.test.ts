import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openAt } from "../contract.ts";

const disk = vi.hoisted((): { synced: string[] } => ({ synced: [] }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const open: typeof original.open = async (path, ...rest) => {
    const file = await original.open(path, ...rest);
    const { sync } = file;
    file.sync = async () => {
      await sync.call(file);
      disk.synced.push(String(path));
    };
    return file;
  };
  return { ...original, open };
});

// Budget of the file: 1 s.
it(
  "SQLite syncs the directories above those it makes for its file, and none where they are there",
  { timeout: 5_000 },
  async () => {
    const top = temporaryDirectory();
    const location = join(top, "new", "deep", "wallets.db");
    await openAt({ dialect: "sqlite", location });
    expect(disk.synced).toEqual([join(top, "new"), top]);
    await openAt({ dialect: "sqlite", location });
    expect(disk.synced).toHaveLength(2);
  },
);
