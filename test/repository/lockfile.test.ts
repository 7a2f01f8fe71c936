import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { completeLockfile, entriesWithHost, platformOf } from "../../scripts/complete-lockfile.mjs";
import { isForMachine, missingPackages, type LockedPackage, type Lockfile } from "../../scripts/installed-packages.mjs";
import { isRecord } from "../../scripts/guards.ts";
import { withTree } from "./fixture-tree.ts";

const lockfileOf = (packages: Readonly<Record<string, LockedPackage>>): Lockfile => ({ lockfileVersion: 3, packages });
const installed = (key: string, version: string): Record<string, string> => ({
  [`${key}/package.json`]: JSON.stringify({ version }),
});

function parseLockfile(text: string): Lockfile {
  const value: unknown = JSON.parse(text);
  if (!isLockfile(value)) throw new Error("Not a lockfile of version 3.");
  return value;
}

function isLockfile(value: unknown): value is Lockfile {
  return isRecord(value) && value["lockfileVersion"] === 3 && isRecord(value["packages"]);
}

describe("completeLockfile", () => {
  it("adds the platform packages that are missing, at their parent's exact version, in npm's order", () => {
    const lockfile = lockfileOf({
      "": { version: "1.0.0" },
      "node_modules/tool": {
        version: "2.0.0",
        dev: true,
        optionalDependencies: {
          "@tool/linux-x64-musl": "2.0.0",
          "@tool/darwin-arm64": "2.0.0",
          "@tool/win32-ia32-msvc": "^2.0.0",
        },
      },
      "node_modules/@tool/darwin-arm64": {
        version: "2.0.0",
        dev: true,
        optional: true,
        os: ["darwin"],
        cpu: ["arm64"],
      },
    });
    const { lockfile: complete, added } = completeLockfile(lockfile);
    expect(added).toEqual(["node_modules/@tool/linux-x64-musl", "node_modules/@tool/win32-ia32-msvc"]);
    expect(Object.keys(complete.packages)).toEqual([
      "",
      "node_modules/@tool/darwin-arm64",
      "node_modules/@tool/linux-x64-musl",
      "node_modules/@tool/win32-ia32-msvc",
      "node_modules/tool",
    ]);
    expect(complete.packages["node_modules/@tool/linux-x64-musl"]).toEqual({
      version: "2.0.0",
      dev: true,
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
      libc: ["musl"],
    });
    expect(completeLockfile(complete).added).toEqual([]);
  });

  it("puts a second version beside its parent", () => {
    const { added } = completeLockfile(
      lockfileOf({
        "node_modules/a": { version: "1.0.0", optionalDependencies: { "tool-linux-arm64": "1.0.0" } },
        "node_modules/b": { version: "1.0.0", optionalDependencies: { "tool-linux-arm64": "2.0.0" } },
      }),
    );
    expect(added).toEqual(["node_modules/tool-linux-arm64", "node_modules/b/node_modules/tool-linux-arm64"]);
  });

  it.each([
    ["a range", "tool-linux-x64", ">=2"],
    ["a name without a platform", "tool-native", "2.0.0"],
  ])("refuses to guess from %s", (_, name, range) => {
    const lockfile = lockfileOf({ "node_modules/tool": { version: "1.0.0", optionalDependencies: { [name]: range } } });
    expect(() => completeLockfile(lockfile)).toThrow(name);
  });

  it("reads platforms as npm names them", () => {
    expect(platformOf("@foundry-rs/anvil-darwin-amd64")).toEqual({ os: ["darwin"], cpu: ["x64"] });
    expect(platformOf("@x/binding-linux-arm-gnueabihf")).toEqual({ os: ["linux"], cpu: ["arm"], libc: ["glibc"] });
    expect(platformOf("@x/win32-x64-gnu")).toEqual({ os: ["win32"], cpu: ["x64"] });
    expect(platformOf("left-pad")).toBeUndefined();
  });
});

describe("this repository's lockfile", async () => {
  const lockfile = parseLockfile(await readFile(new URL("../../package-lock.json", import.meta.url), "utf8"));

  it("holds every platform's packages and names no registry", () => {
    expect(completeLockfile(lockfile).added).toEqual([]);
    expect(entriesWithHost(lockfile)).toEqual([]);
  });

  it("carries a hash for what installs on Linux x64", () => {
    const machine = { os: "linux", cpu: "x64", libc: "glibc" };
    const bare = Object.entries(lockfile.packages).filter(
      ([key, entry]) => key !== "" && entry.integrity === undefined && isForMachine(entry, machine),
    );
    expect(bare).toEqual([]);
  });
});

describe("missingPackages", () => {
  const foreign = process.platform === "linux" ? "darwin" : "linux";
  const lockfile = lockfileOf({
    "": { version: "1.0.0", dependencies: { a: "1" }, devDependencies: { b: "1" } },
    "node_modules/a": { version: "1.0.0", optionalDependencies: { native: "1.0.0", foreign: "1.0.0" } },
    "node_modules/b": { version: "1.0.0", dependencies: { a: "2" }, peerDependencies: { uninstalled: "1" } },
    "node_modules/b/node_modules/a": { version: "2.0.0" },
    "node_modules/native": { version: "1.0.0", optional: true, os: [process.platform], cpu: [process.arch] },
    "node_modules/foreign": { version: "1.0.0", optional: true, os: [foreign], dependencies: { "for-foreign": "1" } },
    "node_modules/for-foreign": { version: "1.0.0", optional: true },
  });
  const whole = {
    ...installed("node_modules/a", "1.0.0"),
    ...installed("node_modules/b", "1.0.0"),
    ...installed("node_modules/b/node_modules/a", "2.0.0"),
    ...installed("node_modules/native", "1.0.0"),
  };

  it("finds nothing when everything for this machine is there", async () => {
    await withTree(whole, (root) => {
      expect(missingPackages(root, lockfile)).toEqual([]);
      return Promise.resolve();
    });
  });

  it("finds what is missing and what has another version", async () => {
    const broken = { ...whole, ...installed("node_modules/b/node_modules/a", "1.0.0") };
    const rest = Object.entries(broken).filter(([path]) => !path.startsWith("node_modules/native/"));
    await withTree(Object.fromEntries(rest), (root) => {
      expect(missingPackages(root, lockfile).toSorted()).toEqual([
        "node_modules/b/node_modules/a",
        "node_modules/native",
      ]);
      return Promise.resolve();
    });
  });
});
