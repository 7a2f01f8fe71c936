import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { localRootKey } from "../../../src/vault/local/local-root-key.ts";
import { rejectedBy } from "../../chains/refused.ts";

const context = { purpose: "branch-key", tenant: "default", branch: "b-1" };
const secret = randomBytes(32);
let directory = "";
let path = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-root-"));
  path = join(directory, "root.key");
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

// Budget of the file: 5 s.
describe("an unsafe root key file", () => {
  const refused = async (): Promise<LatchkeyError> => {
    const opening = localRootKey(path).unwrap([{ keyId: "local:x", ciphertext: secret }], context);
    const opened = await rejectedBy(opening, "ERR_ROOT_KEY_UNSAFE");
    const wrapped = await rejectedBy(localRootKey(path).wrap(secret, context), "ERR_ROOT_KEY_UNSAFE");
    expect(wrapped.message).toBe(opened.message);
    return wrapped;
  };

  it.each([0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o660, 0o644, 0o666, 0o777])("refuses mode %o", async (mode) => {
    await localRootKey(path).wrap(secret, context);
    await chmod(path, mode);
    expect((await refused()).message).toContain(mode.toString(8));
  });

  it.each([0o600, 0o400, 0o700])("accepts mode %o", async (mode) => {
    await writeFile(path, randomBytes(32), { mode: 0o600 });
    await chmod(path, mode);
    await expect(localRootKey(path).wrap(secret, context)).resolves.toHaveLength(1);
  });

  it.each([0, 31, 33, 64])("refuses %i bytes, and keeps the file", async (length) => {
    const content = randomBytes(length);
    await writeFile(path, content, { mode: 0o600 });
    expect((await refused()).message).toContain(`${String(length)} bytes`);
    await expect(readFile(path)).resolves.toEqual(content);
  });

  it("refuses zeros", async () => {
    await writeFile(path, Buffer.alloc(32), { mode: 0o600 });
    expect((await refused()).message).toContain("does not hold a key");
  });

  it("refuses a symbolic link, also one that leads nowhere", async () => {
    const target = join(directory, "target");
    await symlink(target, path);
    expect((await refused()).message).toContain("symbolic link");
    await writeFile(target, randomBytes(32), { mode: 0o600 });
    expect((await refused()).message).toContain("symbolic link");
  });

  it("refuses a directory", async () => {
    await mkdir(path, { mode: 0o700 });
    expect((await refused()).message).toContain("not a regular file");
  });

  it("refuses a pipe without waiting for its writer", async () => {
    await once(spawn("mkfifo", ["-m", "600", path], { stdio: "inherit" }), "exit");
    expect((await refused()).message).toContain("not a regular file");
  });

  it("refuses another user's file", async () => {
    if (process.geteuid?.() === 0) {
      await writeFile(path, randomBytes(32), { mode: 0o600 });
      await chown(path, 4242, 4242);
    } else {
      path = "/etc/passwd";
    }
    expect((await refused()).message).toContain("another user");
  });

  it("says why a file cannot be made", async () => {
    await writeFile(join(directory, "file"), "");
    const wrapping = localRootKey(join(directory, "file", "root.key")).wrap(secret, context);
    expect((await rejectedBy(wrapping, "ERR_ROOT_KEY_UNSAFE")).context["reason"]).toBe("ENOTDIR");
  });
});
