import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { openRun } from "../../../src/migration/run-folder.ts";

// A process that may write files of 1 KiB alone, as on a full disk: the system refuses the rest of a longer one.
const [directory = "", isLimited] = process.argv.slice(2);
const identity = { oldChainId: "8217", oldContract: `0x${"0a".repeat(20)}` };
const hash = `0x${"ab".repeat(32)}` as const;

if (isLimited === undefined) {
  const script = 'trap "" XFSZ; ulimit -f 1; exec "$0" --disable-warning=ExperimentalWarning "$@"';
  const args = ["-c", script, process.execPath, fileURLToPath(import.meta.url), directory, "limited"];
  process.stdout.write(spawnSync("bash", args).stdout);
} else {
  const folder = await openRun(directory, identity);
  try {
    await folder.write("freeze", {
      step: "freeze",
      run: folder.run,
      state: "open",
      transaction: null,
      block: { number: "1", hash },
      staysOpen: Array.from({ length: 100 }, () => "Anybody can mint on the old contract."),
    });
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    process.stdout.write(JSON.stringify(error));
  }
}
