import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseAddress } from "../chains/ethereum/scheme.ts";
import { doorOwner, holeOwner } from "../contracts/given-tokens.ts";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import { isRecord } from "../units/is-record.ts";

/** Who gets the tokens of whom: `{ "format": "latchkey-remap", "version": 1, "owners": { "0xold": "0xnew" } }`. */
export interface RemapFile {
  /** Both in lower case. */
  readonly owners: ReadonlyMap<string, string>;
  /** Of the file's bytes. */
  readonly sha256: string;
}

/** @throws `ERR_CONFIG_INVALID` it is not there, or as `parseRemap`. */
export async function readRemapFile(path: string): Promise<RemapFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    throw invalid(`${basename(path)} cannot be read`);
  }
  return parseRemap(bytes);
}

/**
 * Reads a remap file. Each owner's tokens go to one other address; nothing is handed on from there.
 *
 * @throws `ERR_CONFIG_INVALID` another format or version, an address that is none or fails its checksum, one that is there twice, the
 * zero address, the door's, or one that gives to itself.
 */
export function parseRemap(bytes: Uint8Array): RemapFile {
  const text = Buffer.from(bytes).toString("utf8");
  const file = parse(text);
  if (!isRecord(file) || file["format"] !== "latchkey-remap" || file["version"] !== 1)
    throw invalid('it is not of the format "latchkey-remap", version 1');
  const given = file["owners"];
  if (!isRecord(given)) throw invalid("it has no owners");
  // A member that is there twice is one to JSON.parse, and the last of them.
  const written = text.match(/"0[xX][0-9a-fA-F]{40}"\s*:/g) ?? [];
  const owners = new Map<string, string>();
  for (const [from, to] of Object.entries(given)) {
    const [old, next] = [addressIn(from), addressIn(to)];
    if (owners.has(old)) throw invalid(`${old} is there twice`);
    if (old === next) throw invalid(`${old} gives to itself`);
    owners.set(old, next);
  }
  if (written.length !== owners.size) throw invalid("an owner is there twice");
  return { owners, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function addressIn(value: unknown): string {
  try {
    const address = typeof value === "string" ? parseAddress(value).toLowerCase() : undefined;
    if (address !== undefined && address !== holeOwner && address !== doorOwner) return address;
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    throw invalid(`${shown(value)} is no address, or fails its checksum`);
  }
  throw invalid(`${shown(value)} can neither give nor get tokens`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 50)) : "a value that is no text";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `The remap file cannot be used: ${what}. Nothing was written.`);
}
