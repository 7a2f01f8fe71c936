#!/usr/bin/env node
// Starts the command. In an installed package that is dist/cli.js; in a clone it is the sources, under the project's
// own Node, with dependencies installed first where they are missing. No build is needed, and any Node 20 gets this far.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const oldest = [22, 13];

function isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

/** Runs the sources as a child: its input, output, signals and exit code are this process's. */
async function runClone() {
  const { bootstrap, projectNode } = await import("../scripts/bootstrap.mjs");
  await bootstrap();
  const child = spawn(projectNode, [sources, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (...end) => resolve(end));
  });
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  // Ends as the child did, so that a shell sees the same.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

if (existsSync(sources)) {
  try {
    await runClone();
  } catch (error) {
    console.error(`latchkey: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
} else if (isTooOld(process.versions.node)) {
  console.error(
    `latchkey needs Node ${oldest.join(".")} or later; this is ${process.versions.node}. Nothing was done. ` +
      "Install a newer Node from https://nodejs.org and run the command again.",
  );
  process.exitCode = 3;
} else {
  await import("../dist/cli.js");
}
