// Appends two lines to a file under a lock: what a second holder at the same time would interleave with.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../../scripts/process-lock.mjs";

const [, , path, log, holdMs] = process.argv;
await withLock(
  path,
  () => undefined,
  async () => {
    appendFileSync(log, `enter ${process.pid}\n`);
    console.log("held");
    await sleep(Number(holdMs));
    appendFileSync(log, `leave ${process.pid}\n`);
  },
);
