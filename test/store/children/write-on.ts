// Writes rows, 64 at a time, until it is killed or something fails. Prints each name once its transaction resolved.
//   argv: dialect, location, prefix, bytes per row
import { writeSync } from "node:fs";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { notesOf } from "../notes.ts";
import { adapterOf, placeFromArguments } from "./adapter-of.ts";

const [, , , , prefix = "", size = "0"] = process.argv;
const database = await adapterOf(placeFromArguments()).open(silentLogger);
const notes = notesOf(database);
let count = 0;
let failure: unknown;
const worker = async (): Promise<void> => {
  while (failure === undefined) {
    const name = `${prefix} ${String((count += 1))}`;
    try {
      await notes.insert(name, new Uint8Array(Number(size)));
      writeSync(1, `${name}\n`);
    } catch (error) {
      failure ??= error;
    }
  }
};
await Promise.all(Array.from({ length: 64 }, worker));
writeSync(2, isLatchkeyError(failure) ? `${failure.code} ${String(failure.retryable)}` : String(failure));
