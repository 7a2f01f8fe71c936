import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import { expect, it, vi } from "vitest";
import { localRootKey } from "../../../src/vault/local/local-root-key.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

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
it("a root key's directories, bytes and name are on the disk before it wraps", { timeout: 5_000 }, async () => {
  const top = temporaryDirectory();
  const path = join(top, "new", "deep", "root.key");
  await localRootKey(path).wrap(randomBytes(32), { purpose: "test" });
  const drafted = disk.synced.map((synced) => (basename(synced).startsWith(".root.key.") ? "the draft" : synced));
  expect(drafted).toEqual([join(top, "new"), top, "the draft", join(top, "new", "deep")]);
});
