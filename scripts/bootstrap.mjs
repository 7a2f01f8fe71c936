// Makes a clone ready to run: installs what the lockfile names, under the Node that the project runs on.
//
// Runs before every npm script, on the Node the reader has (20 or later), so it uses nothing newer. An install under
// an old Node leaves out native packages whose `engines` ask for a newer one; this finds them missing and adds them.
// With everything in place it reads two files and ends. It writes to stderr alone: stdout belongs to the script.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, execPath, exit, platform, stderr, version } from "node:process";
import { fileURLToPath } from "node:url";
import { missingPackages } from "./installed-packages.mjs";
import { withLock } from "./process-lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const stampFile = join(modules, ".latchkey-stamp");
const progressMs = 15_000;

/** The Node 24 that the lockfile installs. */
export const projectNode = join(modules, ".bin", "node");

/** Changes when the lockfile does, when npm has touched node_modules, and from one kind of machine to another. */
function stampNow() {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  hash.update(`${process.platform} ${process.arch} ${statSync(join(modules, ".package-lock.json")).mtimeMs}`);
  return hash.digest("hex");
}

function isStamped() {
  try {
    return readFileSync(stampFile, "utf8") === stampNow() && existsSync(projectNode);
  } catch {
    return false;
  }
}

/** What is missing or of another version, as lockfile keys. */
function missing() {
  const lockfile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const keys = missingPackages(root, lockfile);
  return existsSync(projectNode) || keys.length > 0 ? keys : ["node_modules/.bin/node"];
}

function say(text) {
  stderr.write(`latchkey: ${text}\n`);
}

/** Runs npm under Node 24 or later, its output on stderr. Resolves to whether it succeeded. */
function npm(...args) {
  const newEnough = Number(version.slice(1).split(".")[0]) >= 24 && execPath !== projectNode;
  const [command, ...rest] = newEnough
    ? ["npm", ...args]
    : ["npx", "--yes", "--package", "node@24", "--package", "npm@11", "npm", ...args];
  return new Promise((resolve) => {
    // stdin is not handed on: a question would wait for ever in a pipeline.
    const child = spawn(command, rest, { cwd: root, stdio: ["ignore", 2, 2], shell: platform === "win32" });
    const started = Date.now();
    const timer = setInterval(
      () => say(`still installing (${Math.round((Date.now() - started) / 1000)} s)`),
      progressMs,
    );
    const settle = (succeeded) => {
      clearInterval(timer);
      resolve(succeeded);
    };
    child.on("error", (error) => {
      say(`cannot start ${command}: ${error.message}`);
      settle(false);
    });
    child.on("exit", (code) => settle(code === 0));
  });
}

const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];

async function install() {
  const before = missing();
  if (before.length === 0) return;
  if (existsSync(join(modules, ".package-lock.json"))) {
    // Adding the few that are missing is quicker than starting over. The lockfile is read and not written.
    say(`adding ${before.length} missing package(s), ${before[0].replace(/^.*node_modules\//, "")} among them`);
    if ((await npm("install", "--no-save", ...quiet)) && missing().length === 0) return;
  }
  say("installing dependencies with Node 24 (once, about a minute)");
  if ((await npm("ci", ...quiet)) && missing().length === 0) return;
  say("npm ci failed; trying npm install");
  await npm("install", "--no-save", ...quiet);
  const after = missing();
  if (after.length > 0) throw new Error(`These packages could not be installed: ${after.slice(0, 10).join(", ")}`);
}

/** Installs what is missing. Of several processes at once one installs and the others wait for it. */
export async function bootstrap() {
  if (isStamped()) return;
  await withLock(join(root, ".latchkey", "bootstrap.lock"), say, async () => {
    if (isStamped()) return;
    await install();
    writeFileSync(stampFile, stampNow());
  });
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await bootstrap();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    exit(1);
  }
}
