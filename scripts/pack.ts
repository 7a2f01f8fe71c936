import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isStringRecord, isRecord } from "./guards.ts";
import type { Manifest } from "./package-checks.ts";
import { run } from "./run.ts";

export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
  /** Bytes, packed and unpacked. */
  readonly size: number;
  readonly unpackedSize: number;
}

/** Packs what was built into a directory. Nothing is built here. */
export async function pack(root: string, directory: string): Promise<Tarball> {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", directory];
  const { code, stdout, stderr } = await run("npm", args, { cwd: root });
  if (code !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const parsed: unknown = JSON.parse(stdout);
  // An array of one or, from npm 12 on, an object of one.
  const entries: readonly unknown[] = Array.isArray(parsed) ? parsed : Object.values(isRecord(parsed) ? parsed : {});
  const entry = entries[0];
  if (!isRecord(entry) || !Array.isArray(entry["files"])) throw new Error(`npm pack printed something else: ${stdout}`);
  const files = entry["files"].map((file: unknown) => (isRecord(file) ? String(file["path"]) : ""));
  return {
    path: join(directory, String(entry["filename"])),
    files,
    size: Number(entry["size"]),
    unpackedSize: Number(entry["unpackedSize"]),
  };
}

/** The parts of package.json that the checks look at. */
export async function readManifest(root: string): Promise<Manifest> {
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  if (!isRecord(manifest)) throw new Error("package.json holds no object.");
  const { exports: subPaths, dependencies, peerDependencies } = manifest;
  if (!isExports(subPaths) || !isStringRecord(dependencies) || !isStringRecord(peerDependencies)) {
    throw new Error("package.json lacks exports with types and default, dependencies or peerDependencies.");
  }
  return { exports: subPaths, dependencies, peerDependencies };
}

function isExports(value: unknown): value is Manifest["exports"] {
  return (
    isRecord(value) &&
    Object.values(value).every(
      (target) =>
        typeof target === "string" ||
        (isRecord(target) && typeof target["types"] === "string" && typeof target["default"] === "string"),
    )
  );
}
