import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { RowMacKey, RowOwner } from "../../ports/row-macs.ts";
import { parseBranch, withKeys } from "../../transactions/lease-keys.ts";
import { syncDirectory } from "../../units/durable-directory.ts";
import { openFailed } from "../../vault/open-failed.ts";
import { invalidCall } from "../errors.ts";
import { chainNamed } from "../parts.ts";
import type { LinkRow } from "../schema.ts";
import { isLinkOf } from "./link-rows.ts";
import type { LinkParts } from "./links.ts";

const rowsPerPage = 500;

/**
 * Writes every proved link of a chain as the remap file of a migration: `{ "format": "latchkey-remap", "version": 1, "owners": { old: new } }`.
 * The file is there whole, or as it was.
 *
 * @returns how many links are in it.
 * @throws as `Collections.writeRemap`.
 */
export async function writeRemap(parts: LinkParts, chainName: string, path: string): Promise<number> {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw invalidCall("writeRemap", "path is a file's");
  const chain = chainNamed(parts.chains, chainName, "writeRemap");
  const owners: Record<string, string> = {};
  let after = "";
  for (;;) {
    const rows = await parts.links.linked(chain.chainId, after, rowsPerPage);
    await requireProved(parts, rows);
    for (const { address, account } of rows) owners[address] = account;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsPerPage) break;
    after = last.address;
  }
  await replaceFile(
    resolve(path),
    `${JSON.stringify({ format: "latchkey-remap", version: 1, owners }, undefined, 2)}\n`,
  );
  return Object.keys(owners).length;
}

/** A row that somebody else wrote would send tickets elsewhere. */
async function requireProved({ tenant, macs }: LinkParts, rows: readonly LinkRow[]): Promise<void> {
  const branches = new Map<string, RowOwner>();
  for (const { mac_branch: name } of rows) {
    const branch = parseBranch(name ?? "", tenant);
    if (name === null || branch === undefined) throw openFailed();
    branches.set(name, { kind: "tenant", branch });
  }
  await withKeys(macs, branches, (keys, failures) => {
    for (const row of rows) if (!isLinkOf(keyOf(keys, failures, row.mac_branch ?? ""), tenant, row)) throw openFailed();
    return Promise.resolve();
  });
}

function keyOf(
  keys: ReadonlyMap<string, RowMacKey>,
  failures: ReadonlyMap<string, unknown>,
  branch: string,
): RowMacKey {
  const key = keys.get(branch);
  if (key === undefined) throw failures.get(branch);
  return key;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const file = await open(partial, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
