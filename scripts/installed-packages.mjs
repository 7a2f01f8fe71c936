// Compares what is in node_modules with the lockfile (lockfileVersion 3).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { report } from "node:process";

/** "glibc" or "musl" on Linux, undefined elsewhere. */
function libc() {
  if (process.platform !== "linux") return undefined;
  // The report is large when it looks up host names; only its header is needed.
  report.excludeNetwork = true;
  return report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/** Whether npm's `os`, `cpu` or `libc` list allows a value. A list of names allows those; "!name" forbids one. */
function allows(list, value) {
  if (list === undefined || value === undefined) return true;
  const names = [list].flat();
  if (names.includes(`!${value}`)) return false;
  const allowed = names.filter((name) => !name.startsWith("!"));
  return allowed.length === 0 || allowed.includes(value) || allowed.includes("any");
}

/** Whether a lockfile entry is for the machine described. */
export function isForMachine(entry, machine) {
  return allows(entry.os, machine.os) && allows(entry.cpu, machine.cpu) && allows(entry.libc, machine.libc);
}

/** The lockfile key that serves the package at `from` when it imports `name`, or undefined. */
export function resolveKey(packages, from, name) {
  for (let folder = from; ;) {
    const key = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (key in packages) return key;
    if (folder === "") return undefined;
    const end = folder.lastIndexOf("node_modules/");
    folder = end <= 0 ? "" : folder.slice(0, end - 1);
  }
}

/** The keys that the root needs on a machine: a platform package of another one brings nothing in. */
function neededKeys(packages, machine) {
  const needed = new Set();
  const open = [""];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = packages[key];
    const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies });
    for (const name of names) {
      // An optional peer that nobody asked for has no entry.
      const found = resolveKey(packages, key, name);
      if (found === undefined || needed.has(found) || !isForMachine(packages[found], machine)) continue;
      needed.add(found);
      open.push(found);
    }
  }
  return [...needed];
}

/** A package.json is read instead of npm being asked: that takes milliseconds and starts no process. */
function installedVersion(root, key) {
  try {
    return JSON.parse(readFileSync(join(root, key, "package.json"), "utf8")).version;
  } catch {
    return undefined;
  }
}

/** The keys of lockfile entries for this machine that are missing or of another version. */
export function missingPackages(root, { packages }) {
  const machine = { os: process.platform, cpu: process.arch, libc: libc() };
  return neededKeys(packages, machine).filter((key) => installedVersion(root, key) !== packages[key].version);
}
