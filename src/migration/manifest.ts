import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../units/is-record.ts";
import { codeOf, failed, fileInvalid } from "./files.ts";
import type { RunFolder } from "./run-folder.ts";
import type { BlockName, ManifestToken, SnapshotResult } from "./types.ts";

export const manifestFile = "manifest.jsonl";
/** A URI of 8,192 bytes has six times as many where each is a control character. */
const longestLine = 64 * 1024;
const newline = 0x0a;
const largestId = 2n ** 256n - 1n;

/** The first line of a manifest, with its end. */
export function headLine({ run, identity }: RunFolder, { number, hash }: BlockName): string {
  const { oldChainId, oldContract } = identity;
  const head = { format: "latchkey-migration", version: 1, run, oldChainId, oldContract, block: { number, hash } };
  return `${JSON.stringify(head)}\n`;
}

/** A token's line, with its end. The same token has the same bytes. */
export function tokenLine({ id, owner, uri, remappedFrom }: ManifestToken): string {
  const moved = remappedFrom === undefined ? {} : { remappedFrom };
  return `${JSON.stringify({ id: String(id), owner, uri, ...moved })}\n`;
}

/**
 * The manifest's tokens, ascending by id, read as a stream. Whether the file is the one that the snapshot wrote shows at its end:
 * `checkManifest` before anything that cannot be taken back.
 *
 * @throws `ERR_MIGRATION_FILE_INVALID` it was altered, or belongs to another run; `ERR_MIGRATION_STEP_MISSING` there is no snapshot;
 * `ERR_MIGRATION_FILE_FAILED`.
 */
export async function* readManifest(run: RunFolder): AsyncGenerator<ManifestToken> {
  yield* tokensOf(run, await run.needed("snapshot"));
}

/** Reads the whole manifest, and compares it with the snapshot's result. @throws as `readManifest`. */
export async function checkManifest(run: RunFolder): Promise<SnapshotResult> {
  const snapshot = await run.needed("snapshot");
  const found = { tokens: 0, holes: 0, door: 0, remapped: 0 };
  for await (const { owner, remappedFrom } of tokensOf(run, snapshot)) {
    found[owner === "hole" ? "holes" : "tokens"] += 1;
    if (owner === "door") found.door += 1;
    if (remappedFrom !== undefined) found.remapped += 1;
  }
  const { tokens, holes, door, remapped } = snapshot;
  const isSame = found.tokens === tokens && found.holes === holes && found.door === door && found.remapped === remapped;
  if (!isSame) throw fileInvalid("snapshot.json", "counts other tokens than the manifest has");
  return snapshot;
}

/** As `readManifest`, of the snapshot that is being written. */
export async function* tokensOf(
  run: RunFolder,
  snapshot: Pick<SnapshotResult, "oldChainId" | "oldContract" | "block" | "manifest">,
): AsyncGenerator<ManifestToken> {
  const { oldChainId, oldContract, block, manifest } = snapshot;
  if (oldChainId !== run.identity.oldChainId || oldContract !== run.identity.oldContract)
    throw fileInvalid("snapshot.json", "is of another collection");
  let last = -1n;
  let isHead = true;
  for await (const line of linesOf(run, manifest)) {
    if (isHead) {
      if (`${line}\n` !== headLine(run, block)) throw fileInvalid(manifestFile, "does not begin as this run's does");
      isHead = false;
      continue;
    }
    const token = tokenIn(line);
    if (token.id <= last) throw fileInvalid(manifestFile, `is out of order at id ${String(token.id)}`);
    last = token.id;
    yield token;
  }
  if (isHead) throw fileInvalid(manifestFile, "is empty");
}

async function* linesOf(run: RunFolder, { sha256, bytes }: SnapshotResult["manifest"]): AsyncGenerator<string> {
  const hash = createHash("sha256");
  let size = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunksOf(join(run.directory, manifestFile))) {
    hash.update(chunk);
    size += chunk.length;
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = all.indexOf(newline); end !== -1; end = all.indexOf(newline, start)) {
      yield all.toString("utf8", start, end);
      start = end + 1;
    }
    rest = all.subarray(start);
    if (rest.length > longestLine) throw fileInvalid(manifestFile, "has a line that is too long");
  }
  if (rest.length > 0) throw fileInvalid(manifestFile, "ends within a line");
  if (size !== bytes || hash.digest("hex") !== sha256)
    throw fileInvalid(manifestFile, "is not the one that the snapshot wrote: its SHA-256 is another");
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    for await (const chunk of stream) if (chunk instanceof Buffer) yield chunk;
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw fileInvalid(manifestFile, "is not there, though the snapshot is");
    if (codeOf(error) !== undefined) throw failed(path, "read", error);
    throw error;
  } finally {
    stream.destroy();
  }
}

/** What was written is exactly what is read: a line that says the same in other bytes was not written here. */
function tokenIn(line: string): ManifestToken {
  const value = parse(line);
  const { id, owner, uri, remappedFrom } = isRecord(value) ? value : {};
  if (
    typeof id === "string" &&
    /^(?:0|[1-9]\d{0,77})$/.test(id) &&
    typeof owner === "string" &&
    typeof uri === "string"
  ) {
    const moved = isAddress(remappedFrom) ? { remappedFrom } : {};
    const token = { id: BigInt(id), owner, uri, ...moved };
    const isOwner = owner === "hole" ? uri === "" : owner === "door" || isAddress(owner);
    if (isOwner && token.id <= largestId && tokenLine(token) === `${line}\n`) return token;
  }
  throw fileInvalid(manifestFile, "has a line that is no token");
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && /^0x[0-9a-f]{40}$/.test(value);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
