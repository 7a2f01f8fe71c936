import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPeer } from "../../src/units/peer.ts";
import { thrownBy } from "../harness/errors.ts";
import { runChild } from "../harness/run-child.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";

const child = new URL("children/load-peer.ts", import.meta.url);

/** Loads a package from a project with these files, in a process whose module loader is Node's own. */
async function loadIn(files: Readonly<Record<string, string>>, name: string): Promise<Record<string, unknown>> {
  const directory = temporaryDirectory();
  const program = join(directory, "program.mjs");
  const all = { "program.mjs": `export const load = () => import(${JSON.stringify(name)});`, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const { stdout, stderr } = await runChild(child, [program, name]);
  expect(stderr).toBe("");
  const outcome: unknown = JSON.parse(stdout);
  return typeof outcome === "object" ? { ...outcome } : {};
}

const esm = JSON.stringify({ type: "module", exports: "./index.js" });
const commonJs = JSON.stringify({ main: "index.js" });

// Budget of the file: 10 s.
describe("loadPeer", () => {
  it.each(["peer", "@scope/peer"])("says how %s is installed, where it is missing", async (name) => {
    const { code, message, cause } = await loadIn({}, name);
    expect(code).toBe("ERR_PEER_MISSING");
    expect(message).toBe(`The package "${name}" is not installed. Install it: npm install ${name}`);
    expect(cause).toContain(`Cannot find package '${name}'`);
  });

  it("loads it where it is there", async () => {
    const files = { "node_modules/peer/package.json": esm, "node_modules/peer/index.js": "export default 1;" };
    expect(await loadIn(files, "peer")).toEqual({ loaded: "object" });
  });

  it.each([
    ["ESM", esm, 'import "peer-core"; export default 1;'],
    ["CommonJS", commonJs, 'require("peer-core");'],
  ])("does not say that a package in %s is missing whose own dependency is", async (_what, manifest, text) => {
    const files = { "node_modules/peer/package.json": manifest, "node_modules/peer/index.js": text };
    const { code, message } = await loadIn(files, "peer");
    expect(code).toBe("");
    expect(message).toContain("'peer-core'");
  });

  it("does not say that a package is missing which is broken", async () => {
    const noEntry = { "node_modules/peer/package.json": esm };
    expect(await loadIn(noEntry, "peer")).toMatchObject({ code: "" });
    const throwing = { ...noEntry, "node_modules/peer/index.js": 'throw new Error("own");' };
    expect(await loadIn(throwing, "peer")).toMatchObject({ code: "", message: "own" });
  });

  it("passes on every other failure as it is", async () => {
    for (const thrown of [
      new Error("no package 'peer'"),
      Object.assign(new Error("of 'peer'"), { code: "ERR_REQUIRE_ESM" }),
      Object.assign(new Error("of 'peers'"), { code: "ERR_MODULE_NOT_FOUND" }),
    ]) {
      expect(await thrownBy(() => loadPeer("peer", () => Promise.reject(thrown)))).toBe(thrown);
    }
  });
});
