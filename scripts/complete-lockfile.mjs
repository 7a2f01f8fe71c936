// Adds to package-lock.json the optional platform packages that npm left out.
//
// npm writes entries only for the platform packages it could see: with a node_modules folder there, or against a
// registry mirror that carries one platform alone, the rest is missing, and `npm ci` then refuses the lockfile.
// A completed entry carries version, os, cpu and libc, all of which the parent's exact pin and the package's name
// state. It carries no hash: npm records one when it first installs the package on that platform.
//
//   node scripts/complete-lockfile.mjs           completes the file
//   node scripts/complete-lockfile.mjs --check   changes nothing; exit code 1 if something is missing
import { readFileSync, writeFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { resolveKey } from "./installed-packages.mjs";

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
// Longest first, so that arm64 is not taken for arm.
const processors = {
  loong64: "loong64",
  mips64el: "mips64el",
  riscv64: "riscv64",
  amd64: "x64",
  arm64: "arm64",
  ppc64: "ppc64",
  s390x: "s390x",
  ia32: "ia32",
  wasm32: "wasm32",
  x64: "x64",
  arm: "arm",
};
const libraries = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

/** What a platform package's name says about where it installs, or undefined if it names no platform. */
export function platformOf(name) {
  const words = name.slice(name.lastIndexOf("/") + 1).split(/[-.]/);
  const os = systems.find((system) => words.includes(system));
  const processor = Object.keys(processors).find((key) => words.includes(key));
  if (os === undefined || processor === undefined) return undefined;
  const library = Object.keys(libraries).find((key) => words.includes(key));
  // `libc` has meaning on Linux alone.
  const libc = os === "linux" && library !== undefined ? { libc: [libraries[library]] } : {};
  return { os: [os], cpu: [processors[processor]], ...libc };
}

/** Returns the lockfile with every optional platform package in place, and the keys that were added. */
export function completeLockfile(lockfile) {
  const packages = { ...lockfile.packages };
  const added = [];
  for (const [parentKey, parent] of Object.entries(lockfile.packages)) {
    for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
      const version = range.replace(/^[\^~]/, "");
      const found = resolveKey(packages, parentKey, name);
      if (found !== undefined && (!added.includes(found) || packages[found].version === version)) continue;
      const platform = platformOf(name);
      if (platform === undefined || !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) {
        throw new Error(`Cannot complete ${name}@${range} of ${parentKey}: its name or range does not say enough.`);
      }
      const key = found === undefined ? `node_modules/${name}` : `${parentKey}/node_modules/${name}`;
      packages[key] = { version, ...(parent.dev ? { dev: true } : {}), optional: true, ...platform };
      added.push(key);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { lockfile: { ...lockfile, packages: Object.fromEntries(sorted) }, added };
}

/** The keys of entries that name the host they were downloaded from. */
export function entriesWithHost(lockfile) {
  return Object.entries(lockfile.packages)
    .filter(([, entry]) => typeof entry.resolved === "string" && /^https?:/.test(entry.resolved))
    .map(([key]) => key);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL("../package-lock.json", import.meta.url);
  const { lockfile, added } = completeLockfile(JSON.parse(readFileSync(file, "utf8")));
  const hosts = entriesWithHost(lockfile);
  for (const key of hosts) console.error(`${key} names the registry it came from; .npmrc omits that.`);
  if (argv.includes("--check")) {
    for (const key of added) console.error(`${key} is missing. Run: npm run lockfile`);
    exit(added.length + hosts.length === 0 ? 0 : 1);
  }
  for (const key of hosts) delete lockfile.packages[key].resolved;
  writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(`${added.length} entries added, ${hosts.length} registry addresses removed.`);
}
