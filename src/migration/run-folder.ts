import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { makeDurableDirectory } from "../units/durable-directory.ts";
import { isRecord } from "../units/is-record.ts";
import { failed, fileInvalid, readWhole, startFile, writeWhole } from "./files.ts";
import { isResult } from "./result-shapes.ts";
import type { Results } from "./types.ts";

/** What a run moves: it never becomes another one. */
export interface RunIdentity {
  /** EIP-155, decimal. */
  readonly oldChainId: string;
  /** In lower case. */
  readonly oldContract: string;
}

/** A migration's folder, with a result of each step that was done. */
export interface RunFolder {
  readonly directory: string;
  /** A random UUID. */
  readonly run: string;
  readonly identity: RunIdentity;
  /** Undefined where the step has not been done. @throws `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`. */
  read<S extends keyof Results>(step: S): Promise<Results[S] | undefined>;
  /** All at once; a failure leaves what was there. @throws `ERR_MIGRATION_FILE_FAILED`; `ERR_MIGRATION_FILE_INVALID` for what is no result of this run's. */
  write<S extends keyof Results>(step: S, result: Results[S]): Promise<void>;
  /** @throws `ERR_MIGRATION_STEP_MISSING`, naming the step that has to come first; and as `read`. */
  needed<S extends keyof Results>(step: S): Promise<Results[S]>;
}

const head = { format: "latchkey-migration-run", version: 1 } as const;
const runPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Opens a run's folder, and makes it where it is not there. Several processes may open one at once.
 *
 * @throws `ERR_MIGRATION_RUN_MISMATCH` it holds the run of another collection or chain; `ERR_MIGRATION_FILE_INVALID`;
 * `ERR_MIGRATION_FILE_FAILED`; `ERR_CONFIG_INVALID` for an identity that is none.
 */
export async function openRun(directory: string, identity: RunIdentity): Promise<RunFolder> {
  const { oldChainId, oldContract } = identity;
  if (!/^[1-9]\d{0,15}$/.test(oldChainId) || !/^0x[0-9a-f]{40}$/.test(oldContract)) {
    const what =
      "A run is of a chain id in decimal digits and a contract's address in lower case. Nothing was written.";
    throw new LatchkeyError("ERR_CONFIG_INVALID", what);
  }
  const path = join(directory, "run.json");
  const stored = (await storedRun(path)) ?? (await createRun(directory, path, { oldChainId, oldContract }));
  if (stored.oldChainId !== oldChainId || stored.oldContract !== oldContract) throw mismatch(stored, identity);
  return folderOf(directory, stored.run, { oldChainId, oldContract });
}

function folderOf(directory: string, run: string, identity: RunIdentity): RunFolder {
  const read: RunFolder["read"] = async (step) => {
    const file = `${step}.json`;
    const text = await readWhole(join(directory, file));
    if (text === undefined) return undefined;
    const value = parse(file, text);
    if (!isResult(step, value)) throw fileInvalid(file, "is not what the step writes");
    if (value.run !== run) throw fileInvalid(file, "belongs to another run");
    return value;
  };
  return {
    directory,
    run,
    identity,
    read,
    write: async (step, result) => {
      const file = `${step}.json`;
      if (!isResult(step, result) || result.run !== run) throw fileInvalid(file, "would not be a result of this run");
      await writeWhole(join(directory, file), `${JSON.stringify(result, undefined, 2)}\n`);
    },
    needed: async (step) => {
      const result = await read(step);
      if (result === undefined) throw missing(step);
      return result;
    },
  };
}

type StoredRun = RunIdentity & { readonly run: string };

async function createRun(directory: string, path: string, identity: RunIdentity): Promise<StoredRun> {
  try {
    await makeDurableDirectory(directory);
  } catch (error) {
    throw failed(directory, "written", error);
  }
  const created = { ...identity, run: randomUUID() };
  const file = await startFile(path);
  try {
    await file.append(Buffer.from(`${JSON.stringify({ ...head, ...created }, undefined, 2)}\n`, "utf8"));
    // Another process may have come first: its run is then the folder's.
    return (await file.create()) ? created : ((await storedRun(path)) ?? created);
  } finally {
    await file.discard();
  }
}

async function storedRun(path: string): Promise<StoredRun | undefined> {
  const text = await readWhole(path);
  if (text === undefined) return undefined;
  const value = parse("run.json", text);
  const { format, version, run, oldChainId, oldContract } = isRecord(value) ? value : {};
  if (format !== head.format || version !== head.version)
    throw fileInvalid("run.json", "is not of a run, or of another version");
  if (
    typeof run !== "string" ||
    !runPattern.test(run) ||
    typeof oldChainId !== "string" ||
    typeof oldContract !== "string"
  )
    throw fileInvalid("run.json", "lacks a member, or has one that is malformed");
  return { run, oldChainId, oldContract };
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fileInvalid(file, "is no JSON");
  }
}

function mismatch(stored: RunIdentity, given: RunIdentity): LatchkeyError {
  const nameOf = ({ oldContract, oldChainId }: RunIdentity): string => `${oldContract} on chain ${oldChainId}`;
  return new LatchkeyError(
    "ERR_MIGRATION_RUN_MISMATCH",
    `The folder holds the run of ${nameOf(stored)}, not of ${nameOf(given)}. Nothing was done; take another folder.`,
    { context: { oldContract: stored.oldContract, oldChainId: stored.oldChainId } },
  );
}

function missing(step: keyof Results): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_STEP_MISSING",
    `The ${step} has to come first: its result is not in the run's folder. Nothing was done.`,
    { context: { step } },
  );
}
