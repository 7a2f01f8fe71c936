import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transport } from "../../../src/ports/transport.ts";
import { openRun, type RunFolder } from "../../../src/migration/run-folder.ts";
import type { SnapshotOptions } from "../../../src/migration/snapshot/options.ts";
import { takeSnapshot } from "../../../src/migration/snapshot/take-snapshot.ts";
import type { Clock } from "../../../src/units/clock.ts";
import type { ManifestToken, SnapshotResult } from "../../../src/migration/types.ts";
import { readManifest } from "../../../src/migration/manifest.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

export interface Taken {
  readonly run: RunFolder;
  readonly result: SnapshotResult;
  readonly tokens: readonly ManifestToken[];
  /** The manifest without its first line, which names the run. */
  readonly lines: string;
}

/** Time that passes at once: a test of pauses does not make them. */
export const hasty: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (_ms, signal) => {
    signal?.throwIfAborted();
    return Promise.resolve();
  },
  onTimeout: () => () => undefined,
};

/** Takes a snapshot into a folder of its own. */
export async function snapshotOf(
  old: { readonly transport: Transport; readonly address: string },
  options: SnapshotOptions = {},
  directory = temporaryDirectory(),
): Promise<Taken> {
  const run = await openRun(directory, { oldChainId: "31337", oldContract: old.address });
  const { transport, address } = old;
  const result = await takeSnapshot(run, { transport, address }, { clock: hasty, ...options });
  const text = await readFile(join(directory, "manifest.jsonl"), "utf8");
  const tokens: ManifestToken[] = [];
  for await (const token of readManifest(run)) tokens.push(token);
  return { run, result, tokens, lines: text.slice(text.indexOf("\n") + 1) };
}
