import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createDecipheriv, createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isLatchkeyError, type LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { WrappedKey } from "../../../src/ports/wrapping-key.ts";
import { localRootKey } from "../../../src/vault/local/local-root-key.ts";

const context = { purpose: "branch-key", tenant: "default", ключ: "값", branch: "b-1" };
const secret = randomBytes(32);
let directory = "";
let path = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-root-"));
  path = join(directory, "root.key");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

async function failure(promise: Promise<unknown>): Promise<LatchkeyError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isLatchkeyError(error)) throw new Error(`expected a LatchkeyError, got ${inspect(error)}`);
  return error;
}

function only(wrapped: readonly WrappedKey[]): WrappedKey {
  const [first, second] = wrapped;
  if (first === undefined || second !== undefined) throw new Error(`expected one wrapped key, got ${inspect(wrapped)}`);
  return first;
}

describe("localRootKey", () => {
  it("makes the file at the first wrap, mode 0600, and opens what it wrapped after a restart", async () => {
    const key = localRootKey(path);
    await expect(readdir(directory)).resolves.toEqual([]);
    const wrapped = await key.wrap(secret, context);
    const stats = await stat(path);
    expect([stats.mode & 0o7777, stats.size, stats.nlink]).toEqual([0o600, 32, 1]);
    await expect(readdir(directory)).resolves.toEqual(["root.key"]);
    await key.close();
    await expect(localRootKey(path).unwrap(wrapped, context)).resolves.toEqual(secret);
  });

  it("gives mode 0600 under any umask, and makes missing directories private", async () => {
    const before = process.umask(0o777);
    try {
      await localRootKey(path).wrap(secret, context);
    } finally {
      process.umask(before);
    }
    expect((await stat(path)).mode & 0o7777).toBe(0o600);
    const nested = join(directory, "a", "root.key");
    await localRootKey(nested).wrap(secret, context);
    expect((await stat(join(directory, "a"))).mode & 0o777).toBe(0o700);
  });

  it("never gives the same bytes twice, and leaves the caller's plaintext alone", async () => {
    const key = localRootKey(path);
    const plaintext = Buffer.from(secret);
    const first = only(await key.wrap(plaintext, context));
    const second = only(await key.wrap(plaintext, context));
    expect(Buffer.compare(first.ciphertext, second.ciphertext)).not.toBe(0);
    expect(first.keyId).toBe(second.keyId);
    expect(plaintext).toEqual(secret);
  });

  it("does not depend on the order of the context's pairs", async () => {
    const key = localRootKey(path);
    const wrapped = await key.wrap(secret, context);
    const reversed = Object.fromEntries(Object.entries(context).reverse());
    await expect(key.unwrap(wrapped, reversed)).resolves.toEqual(secret);
  });

  it("makes a file that opens by its documented format with node:crypto alone", async () => {
    const wrapped = only(await localRootKey(path).wrap(secret, context));
    const rootKey = await readFile(path);
    const name = createHash("sha256").update("latchkey local root key fingerprint v1\n").update(rootKey).digest("hex");
    expect(wrapped.keyId).toBe(`local:${name.slice(0, 32)}`);

    const number = (value: number) => Buffer.from(value.toString(16).padStart(8, "0"), "hex");
    const text = (value: string) => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);
    // The order of UTF-8 bytes, written out.
    const pairs = ["branch", "b-1", "purpose", "branch-key", "tenant", "default", "ключ", "값"];
    const blob = Buffer.from(wrapped.ciphertext);
    expect([blob.length, blob[0]]).toEqual([61, 1]);
    const decipher = createDecipheriv("aes-256-gcm", rootKey, blob.subarray(1, 13));
    decipher.setAAD(Buffer.concat([Buffer.from("latchkey local root key v1\n"), number(4), ...pairs.map(text)]));
    decipher.setAuthTag(blob.subarray(45));
    expect(Buffer.concat([decipher.update(blob.subarray(13, 45)), decipher.final()])).toEqual(secret);
  });

  it("answers every altered bit, missing or added byte, and other context with one and the same error", async () => {
    const key = localRootKey(path);
    const { keyId, ciphertext } = only(await key.wrap(secret, context));
    const bits = Array.from({ length: ciphertext.length * 8 }, (_, bit) =>
      ciphertext.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
    );
    const lengths = Array.from({ length: ciphertext.length }, (_, length) => ciphertext.subarray(0, length));
    const appended = Buffer.concat([ciphertext, Uint8Array.of(0)]);
    const without = Object.fromEntries(Object.entries(context).filter(([name]) => name !== "tenant"));
    const failures = await Promise.all([
      ...[...bits, ...lengths, appended].map((altered) =>
        failure(key.unwrap([{ keyId, ciphertext: altered }], context)),
      ),
      ...[without, {}, { ...context, more: "" }, { ...context, tenant: "other" }, { ...context, tenant: "\ud800" }].map(
        (other) => failure(key.unwrap([{ keyId, ciphertext }], other)),
      ),
      failure(key.unwrap([{ keyId: `local:${"0".repeat(32)}`, ciphertext }], context)),
      failure(key.unwrap([{ keyId: "arn:aws:kms:ap-northeast-2:111122223333:key/x", ciphertext }], context)),
      failure(key.unwrap([], context)),
    ]);
    expect(failures).toHaveLength(488 + 61 + 1 + 5 + 3);
    expect(new Set(failures.map((error) => JSON.stringify([error, Object.hasOwn(error, "cause")]))).size).toBe(1);
    expect(failures.map(({ code }) => code)).toContain("ERR_VAULT_OPEN_FAILED");
  });

  it("opens by its own entry among several", async () => {
    const key = localRootKey(path);
    const other = localRootKey(join(directory, "other.key"));
    const wrapped = [...(await other.wrap(secret, context)), ...(await key.wrap(secret, context))];
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(secret);
    await expect(other.unwrap(wrapped, context)).resolves.toEqual(secret);
  });

  it("does not make a new key to open an old wallet", async () => {
    const wrapped = await localRootKey(path).wrap(secret, context);
    await rename(path, `${path}.backup`);
    const error = await failure(localRootKey(path).unwrap(wrapped, context));
    expect([error.code, error.retryable]).toEqual(["ERR_ROOT_KEY_MISSING", false]);
    expect(error.message).toMatch(/do not make a new one/);
    await expect(readdir(directory)).resolves.toEqual(["root.key.backup"]);
    await rename(`${path}.backup`, path);
    await expect(localRootKey(path).unwrap(wrapped, context)).resolves.toEqual(secret);
  });

  it("does not make or take a new key once it wrapped with one", async () => {
    const key = localRootKey(path);
    await key.wrap(secret, context);
    await rm(path);
    expect((await failure(key.wrap(secret, context))).code).toBe("ERR_ROOT_KEY_MISSING");
    await writeFile(path, randomBytes(32), { mode: 0o600 });
    const replaced = await failure(key.wrap(secret, context));
    expect([replaced.code, replaced.message]).toEqual(["ERR_ROOT_KEY_UNSAFE", expect.stringContaining("replaced")]);
  });

  it("lets one key win when processes start together", { timeout: 60_000 }, async () => {
    const script = join(import.meta.dirname, "wrap-on-signal.ts");
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [script, path, secret.toString("hex")], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    const lines = children.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    for (const line of lines) expect((await line.next()).value).toBe("ready");
    for (const child of children) child.stdin.end();
    const wrapped = await Promise.all(lines.map(async (line) => parseWrapped(await line.next())));
    for (const child of children) if (child.exitCode === null) await once(child, "exit");
    expect(new Set(wrapped.map(({ keyId }) => keyId)).size).toBe(1);
    await expect(readdir(directory)).resolves.toEqual(["root.key"]);
    for (const one of wrapped) {
      await expect(localRootKey(path).unwrap([one], { purpose: "race" })).resolves.toEqual(secret);
    }
  });

  it("lets one key win within a process", async () => {
    const keys = Array.from({ length: 16 }, () => localRootKey(path));
    const wrapped = await Promise.all(keys.map((key) => key.wrap(secret, context)));
    expect(new Set(wrapped.map((one) => only(one).keyId)).size).toBe(1);
  });
});

describe("localRootKey's limits", () => {
  it("refuses production at construction unless allowed, and makes nothing", async () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(() => localRootKey(path)).toThrow(expect.objectContaining({ code: "ERR_ROOT_KEY_PRODUCTION" }));
    expect(() => localRootKey(path, { allowInProduction: false })).toThrow(/allowInProduction: true/);
    await expect(readdir(directory)).resolves.toEqual([]);
    await expect(localRootKey(path, { allowInProduction: true }).wrap(secret, context)).resolves.toHaveLength(1);
  });

  it.each(["", "a\0b"])("refuses the path %j", (bad) => {
    expect(() => localRootKey(bad)).toThrow(expect.objectContaining({ code: "ERR_CONFIG_INVALID" }));
  });

  it.each([0, 16, 31, 33])("refuses to wrap %i bytes", async (length) => {
    const error = await failure(localRootKey(path).wrap(Buffer.alloc(length), context));
    expect(error.code).toBe("ERR_VAULT_SECRET_INVALID");
    await expect(readdir(directory)).resolves.toEqual([]);
  });

  it("refuses an ill-formed context", async () => {
    const error = await failure(localRootKey(path).wrap(secret, { tenant: "\udfff" }));
    expect(error.code).toBe("ERR_CONFIG_INVALID");
    await expect(readdir(directory)).resolves.toEqual([]);
  });

  it("does nothing once closed", async () => {
    const key = localRootKey(path);
    const wrapped = await key.wrap(secret, context);
    await key.close();
    expect((await failure(key.wrap(secret, context))).code).toBe("ERR_CLOSED");
    expect((await failure(key.unwrap(wrapped, context))).code).toBe("ERR_CLOSED");
  });

  it("shows the path and no key", async () => {
    const key = localRootKey(path);
    const wrapped = await key.wrap(secret, context);
    const rootKey = await readFile(path);
    const errors = [await failure(key.unwrap(wrapped, {})), await failure(key.wrap(Buffer.alloc(1), context))];
    const shown = [
      JSON.stringify(key),
      inspect(key, { showHidden: true, depth: 9 }),
      inspect(errors),
      JSON.stringify(wrapped),
    ];
    expect(shown[0]).toContain("root.key");
    for (const text of [...shown, ...errors.map((error) => error.stack ?? "")]) {
      for (const hidden of [rootKey, secret]) {
        expect(text).not.toContain(hidden.toString("hex"));
        expect(text).not.toContain(hidden.toString("base64"));
        expect(text).not.toContain([...hidden].join(","));
      }
    }
  });
});

function parseWrapped(line: IteratorResult<string>): WrappedKey {
  const value: unknown = JSON.parse(String(line.value));
  if (typeof value !== "object" || value === null || !("keyId" in value) || !("ciphertext" in value)) {
    throw new Error(`not a wrapped key: ${inspect(value)}`);
  }
  return { keyId: String(value.keyId), ciphertext: Buffer.from(String(value.ciphertext), "hex") };
}
