// A lock between processes on one machine: a file that names its holder.
import { linkSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 200;
// A process id is used again sooner or later: after this long without a sign of life the holder is not there any more.
const staleMs = 20 * 60_000;

function readHolder(path) {
  try {
    return { pid: readFileSync(path, "utf8"), ageMs: Date.now() - statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  // Signal 0 asks only; 0 and negative numbers would ask about groups of processes.
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return error.code === "EPERM";
  }
}

/** Takes the lock if it is free. A link is made in one step, with the holder's name already in it. */
function take(path, own) {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a holder that is gone. If another process took it over in the meantime, it is put back. */
function removeStale(path, own, pid) {
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readHolder(aside)?.pid !== pid) take(path, aside);
  unlinkSync(aside);
}

/** Runs `action` while no other process does under the same path. */
export async function withLock(path, say, action) {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let told = false; !take(path, own); await sleep(pollMs)) {
      const holder = readHolder(path);
      if (holder === undefined) continue;
      if (!isAlive(holder.pid) || holder.ageMs > staleMs) removeStale(path, own, holder.pid);
      else if (!told) say(`waiting for process ${holder.pid}, which is installing`);
      told = true;
    }
  } catch (error) {
    unlinkSync(own);
    throw error;
  }
  try {
    return await action();
  } finally {
    unlinkSync(path);
    unlinkSync(own);
  }
}
