import { readManifest } from "./manifest.ts";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { impossible } from "./plan/refusals.ts";
import { openJournal } from "./journal.ts";
import { isPaused, oldHead, pauseAbi, refusesPause, refusesTransfer } from "./old-pause.ts";
import type { RunFolder } from "./run-folder.ts";
import { finalReceipt, sendOnce } from "./send-once.ts";
import { staysOpen } from "./stays-open.ts";
import type { FreezeResult, ManifestToken, MigrationSender, OldCollectionAt, StepOptions } from "./types.ts";

export interface FreezeOptions extends StepOptions {
  /** A pauser of the old contract, on its chain. Without one the old contract stays as it is. */
  readonly sender?: MigrationSender;
  /** The old contract stays as it is, and the result says what can still be done on it. */
  readonly keepOpen?: boolean;
}

/**
 * Pauses the old contract as far as it allows, and says what can be done on it all the same: `freeze.json`. Tried by a call first; once
 * it is paused, a transfer is tried.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE` tokens wait at the door, and a pause would keep them from it;
 * `ERR_MIGRATION_SOURCE_UNSUITABLE` with `context.reason`: `pauser` the sender may not pause, `pause` it did not stop transfers;
 * `ERR_MIGRATION_STEP_MISSING`, `ERR_MIGRATION_FILE_*`; `ERR_CHAIN_REVERTED`, `ERR_RPC_*`; what the sender throws.
 */
export async function freezeOld(run: RunFolder, old: OldCollectionAt, options: FreezeOptions): Promise<FreezeResult> {
  const { sender, keepOpen = false, onProgress, signal } = options;
  const pauser = keepOpen ? undefined : sender;
  const before = await isPaused(old);
  const existing = await run.read("freeze");
  const isDone = existing?.state === "paused" ? before === true : existing !== undefined && pauser === undefined;
  if (existing !== undefined && isDone) return existing;

  const audit = await run.read("audit");
  const snapshot = await run.read("snapshot");
  const token = snapshot === undefined ? undefined : await someToken(run);
  let transaction: FreezeResult["transaction"] = null;
  if (pauser !== undefined && before === false) {
    if ((snapshot?.door ?? 0) > 0) await requireOpenDoor(run);
    const couldTransfer = token !== undefined && !(await refusesTransfer(old, token));
    const refused = await refusesPause(old, pauser.address);
    if (refused !== undefined)
      throw unsuitable("pauser", `${pauser.address} may not pause the old contract (${refused}).`);
    signal?.throwIfAborted();
    onProgress?.({ step: "freeze", done: 0, total: 1, unit: "transactions" });
    const sent = await sendOnce({
      journal: await openJournal(run),
      key: `kip17:${run.run}:pause${existing === undefined ? "" : `:${existing.block.number}`}`,
      intent: { call: { to: old.address, abi: pauseAbi, function: "pause" } },
      senders: [pauser],
      choose: () => Promise.resolve({ sender: pauser }),
      signal,
    });
    transaction = (await finalReceipt(sent, "The pause", signal)).hash;
    onProgress?.({ step: "freeze", done: 1, total: 1, unit: "transactions" });
    if ((await isPaused(old)) !== true) throw unsuitable("pause", "The old contract does not say that it is paused.");
    if (token !== undefined && couldTransfer && !(await refusesTransfer(old, token)))
      throw unsuitable("pause", "The old contract is paused, and still transfers.");
  }
  const state = (await isPaused(old)) === true ? "paused" : "open";
  const result: FreezeResult = {
    step: "freeze",
    run: run.run,
    state,
    transaction,
    block: await oldHead(old),
    staysOpen: staysOpen({ state, canPause: before !== undefined, report: audit?.report }),
  };
  await run.write("freeze", result);
  return result;
}

/** One to try a transfer with. */
async function someToken(run: RunFolder): Promise<ManifestToken | undefined> {
  for await (const token of readManifest(run)) if (token.owner !== "hole" && token.owner !== "door") return token;
  return undefined;
}

/** @throws unless the audit saw that a pause lets transfers through. */
async function requireOpenDoor(run: RunFolder): Promise<void> {
  const report = (await run.read("audit"))?.report;
  const stops = report?.answers.find(({ id }) => id === "pause.stops.transferFrom")?.answer;
  if (stops === "no") return;
  throw impossible(
    "Tokens wait at the door, and nobody could bring them there while the old contract is paused: give them owners by a remap file, or leave it open.",
  );
}

function unsuitable(reason: "pauser" | "pause", what: string): LatchkeyError {
  const next =
    reason === "pauser"
      ? "Nothing was sent; freeze with a pauser's account, or leave it open knowingly."
      : "Look at the contract before you go on.";
  return new LatchkeyError("ERR_MIGRATION_SOURCE_UNSUITABLE", `${what} ${next}`, { context: { reason } });
}
