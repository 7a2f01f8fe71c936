import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../units/is-record.ts";
import { syncDirectory } from "../units/durable-directory.ts";
import { failed, fileInvalid, readWhole } from "./files.ts";
import type { RunFolder } from "./run-folder.ts";

/** What is about to be handed to a sender. With the same key, sender and gas limit it is the same transaction, whoever repeats it. */
export interface JournalEntry {
  /** What is to be done once, such as `kip17:<run>:deploy:<root>`. */
  readonly key: string;
  /** From 1; another one where the one before came to nothing. */
  readonly attempt: number;
  readonly sender: string;
  /** Decimal; null where the sender asks its node. */
  readonly gasLimit: string | null;
}

/** The run's sends, in `sends.jsonl`: each line is on the disk before the sender hears of it. */
export interface Journal {
  /** The newest attempt. */
  last(key: string): JournalEntry | undefined;
  /** @throws `ERR_MIGRATION_FILE_FAILED`: then nothing may be sent. */
  append(entry: JournalEntry): Promise<void>;
}

const file = "sends.jsonl";

/** @throws `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`. */
export async function openJournal(run: RunFolder): Promise<Journal> {
  const path = join(run.directory, file);
  const text = (await readWhole(path)) ?? "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  // A process that ended in the middle of a line had sent nothing by it.
  if (whole.length < text.length) await attempt(path, () => truncate(path, Buffer.byteLength(whole)));
  const last = new Map<string, JournalEntry>();
  for (const line of whole.split("\n").slice(0, -1)) {
    const entry = entryIn(line, run);
    last.set(entry.key, entry);
  }
  return {
    last: (key) => last.get(key),
    append: async (entry) => {
      await attempt(path, async () => {
        const handle = await open(path, "a", 0o600);
        try {
          await handle.appendFile(`${JSON.stringify(entry)}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await syncDirectory(run.directory);
      });
      last.set(entry.key, entry);
    },
  };
}

function entryIn(line: string, { run }: RunFolder): JournalEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw fileInvalid(file, "has a line that is no JSON");
  }
  const { key, attempt: number, sender, gasLimit } = isRecord(value) ? value : {};
  const isEntry =
    typeof key === "string" &&
    typeof number === "number" &&
    Number.isSafeInteger(number) &&
    typeof sender === "string" &&
    (gasLimit === null || (typeof gasLimit === "string" && /^\d{1,20}$/.test(gasLimit)));
  if (!isEntry) throw fileInvalid(file, "has a line that no step writes");
  if (!key.startsWith(`kip17:${run}:`)) throw fileInvalid(file, "belongs to another run");
  return { key, attempt: number, sender, gasLimit };
}

async function attempt(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw failed(path, "written", error);
  }
}
