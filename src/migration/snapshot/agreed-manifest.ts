import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RemapFile } from "../remap.ts";
import type { RunFolder } from "../run-folder.ts";
import type { BlockName, SnapshotResult } from "../types.ts";
import { unsuitable } from "../unsuitable.ts";
import { countApprovals } from "./count-approvals.ts";
import { createPatternSearch, type PatternSearch } from "./find-pattern.ts";
import type { SnapshotOptions } from "./options.ts";
import { lookAtOwners, type OwnerWithCode } from "./owners-with-code.ts";
import { confirmPinned } from "./pin.ts";
import { type History, readHistory, type Reading } from "./read-history.ts";
import type { CollectionFacts, PinnedOld } from "./require-collection.ts";
import { type Disagreement, writeManifest, type Written } from "./write-manifest.ts";

interface Subject {
  readonly run: RunFolder;
  readonly old: PinnedOld;
  readonly block: BlockName;
  readonly facts: CollectionFacts;
  readonly options: SnapshotOptions;
}

export interface Agreed extends Written {
  readonly approvals: SnapshotResult["approvals"];
  readonly withCode: readonly OwnerWithCode[];
  /** After its first pass. */
  readonly pattern: PatternSearch;
}

/** Times that all logs are read and all tokens asked for, where the two disagree. */
const mostRounds = 3;

/**
 * Writes the manifest, once logs and contract agree. Where they do not, all is read again, for either may have been answered by a node
 * that lags behind or leaves out a part; where that gives the same, it is the contract.
 *
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE` with the reason `no tokens`, `supply differs`, `balances differ`, `owners disagree`, and as
 * `writeManifest`; `ERR_CONFIG_INVALID` the remap file names who owns nothing.
 */
export async function agreedManifest(subject: Subject): Promise<Agreed> {
  let before: Reading | undefined;
  for (let round = 1; ; round += 1) {
    const history = await readHistory(subject.old, subject.facts.supply, historyOptions(subject), before);
    const outcome = await attempt(subject, history);
    if (!("wrong" in outcome)) return outcome;
    if (history.reading.digest === before?.digest || round === mostRounds) throw outcome.wrong;
    before = history.reading;
  }
}

function historyOptions({ old, options: { logsFrom: from = 0n, onProgress } }: Subject) {
  const total = Number(old.block - from + 1n);
  return {
    from,
    onRead: (through: bigint): void =>
      onProgress?.({ step: "snapshot", done: Number(through - from + 1n), total, unit: "blocks" }),
  };
}

async function attempt(
  { run, old, block, facts, options: { remap, door, onProgress } }: Subject,
  history: History,
): Promise<Agreed | { readonly wrong: LatchkeyError }> {
  const { ledger } = history;
  if (ledger.size === 0) return { wrong: unsuitable("no tokens", "has never had a token, by its Transfer logs") };
  const { supply } = facts;
  const [counted, existing] = [String(supply), String(ledger.alive)];
  if (supply !== undefined && counted !== existing)
    return {
      wrong: unsuitable("supply differs", `says that ${counted} tokens exist; by its Transfer logs it is ${existing}`),
    };
  const { withCode, wrongBalances } = await lookAtOwners(old, ledger.owners());
  if (wrongBalances > 0) {
    const what = `gives ${String(wrongBalances)} owners another balance than its Transfer logs do`;
    return { wrong: unsuitable("balances differ", what, { owners: wrongBalances }) };
  }
  requireOwners(remap, ledger.owners());
  const approvals = await countApprovals(old, history);
  const atDoor = door === "owners-with-code" ? withCode.filter(({ kind }) => kind === "contract") : [];
  const pattern = createPatternSearch();
  const written = await writeManifest({
    run,
    old,
    block,
    ledger,
    placement: {
      remap: remap?.owners ?? new Map<string, string>(),
      atDoor: new Set(atDoor.map(({ address }) => address)),
      hasMetadata: facts.hasMetadata,
    },
    onToken: ({ id, owner, uri }) => {
      if (owner !== "hole") pattern.offer(id, uri);
    },
    onWritten: (done) => onProgress?.({ step: "snapshot", done, total: ledger.size, unit: "tokens" }),
    confirm: () => confirmPinned(old.transport, block, old.patience),
  });
  return "root" in written ? { ...written, approvals, withCode, pattern } : { wrong: disagreeing(written) };
}

function disagreeing({ count, first, byLogs, byContract }: Disagreement): LatchkeyError {
  return unsuitable(
    "owners disagree",
    `names other owners than its Transfer logs do for ${String(count)} ids; of token ${String(first)} it says ${byContract}, and its logs ${byLogs}`,
    { id: first, count, byLogs, byContract },
  );
}

/** @throws `ERR_CONFIG_INVALID` the file moves tokens of somebody who has none: a mistake, or another block than was thought of. */
function requireOwners(remap: RemapFile | undefined, owners: Iterable<{ readonly address: string }>): void {
  if (remap === undefined) return;
  const missing = new Set(remap.owners.keys());
  for (const { address } of owners) missing.delete(address);
  const [first] = missing;
  if (first === undefined) return;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `The remap file names ${String(missing.size)} addresses that own no token in this block, such as ${first}. Nothing was written.`,
    { context: { owner: first, count: missing.size } },
  );
}
