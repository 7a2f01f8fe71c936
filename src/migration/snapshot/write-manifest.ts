import { createHash } from "node:crypto";
import { join } from "node:path";
import { createLeafHasher } from "../../contracts/leaf.ts";
import type { Hex } from "../../units/brands.ts";
import { startFile } from "../files.ts";
import { headLine, manifestFile, tokenLine } from "../manifest.ts";
import { askTokens, type TokenAnswer } from "../read/ask-tokens.ts";
import type { RunFolder } from "../run-folder.ts";
import type { BlockName, ManifestToken, SnapshotResult } from "../types.ts";
import { sideBySide } from "../verify/side-by-side.ts";
import { type Placement, placeToken } from "./place-token.ts";
import type { PinnedOld } from "./require-collection.ts";
import { createStreamedRoot } from "./streamed-root.ts";
import type { LedgerToken, TokenLedger } from "./token-ledger.ts";

export interface Written extends Pick<
  SnapshotResult,
  "tokens" | "owners" | "holes" | "door" | "remapped" | "manifest"
> {
  readonly root: Hex;
}

/** Owners by logs and by `ownerOf` that are not the same. */
export interface Disagreement {
  readonly count: number;
  readonly first: bigint;
  /** In the first of them; `nobody` for none. */
  readonly byLogs: string;
  readonly byContract: string;
}

export interface ManifestOptions {
  readonly run: RunFolder;
  readonly old: PinnedOld;
  readonly block: BlockName;
  readonly ledger: TokenLedger;
  readonly placement: Placement;
  readonly onToken: (token: ManifestToken) => void;
  readonly onWritten: (tokens: number) => void;
  /** Before the manifest is put in place. @throws where it is worthless. */
  readonly confirm: () => Promise<void>;
}

/** Ids whose answers are under way at a time: so many, times four. */
const stretch = 250;
const atOnce = 4;

/**
 * Asks the contract of every id, and writes the manifest as the answers come in. Nothing is put in place where logs and contract
 * disagree.
 *
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE`, `ERR_MIGRATION_FILE_FAILED`, `ERR_RPC_*`.
 */
export async function writeManifest(options: ManifestOptions): Promise<Written | Disagreement> {
  const { run, block, ledger, confirm } = options;
  const file = await startFile(join(run.directory, manifestFile));
  try {
    const manifest = createTally(options);
    let disagreement: Disagreement | undefined;
    await file.append(manifest.hashed(headLine(run, block)));
    for await (const asked of sideBySide(ledger.tokens(), stretch, atOnce, (tokens) => ask(options.old, tokens))) {
      const lines: string[] = [];
      for (const { token, answer } of asked) {
        const placed = placeToken(token, answer, options.placement);
        if (placed === undefined) disagreement = oneMore(disagreement, token, answer);
        else lines.push(manifest.take(placed));
      }
      await file.append(manifest.hashed(lines.join("")));
      options.onWritten(manifest.count());
    }
    if (disagreement !== undefined) return disagreement;
    await confirm();
    await file.replace();
    return manifest.finish();
  } finally {
    await file.discard();
  }
}

async function ask(
  { transport, address, tag, patience }: PinnedOld,
  tokens: readonly LedgerToken[],
): Promise<readonly { readonly token: LedgerToken; readonly answer: TokenAnswer | undefined }[]> {
  const ids = tokens.map(({ id }) => id);
  const answers = await askTokens(transport, address, ids, tag, patience);
  return tokens.map((token, index) => ({ token, answer: answers[index] }));
}

function oneMore(before: Disagreement | undefined, token: LedgerToken, answer: TokenAnswer | undefined): Disagreement {
  if (before !== undefined) return { ...before, count: before.count + 1 };
  return {
    count: 1,
    first: token.id,
    byLogs: token.owner ?? "nobody",
    byContract: answer?.owner ?? "nobody",
  };
}

/** Counts and hashes what goes into the manifest. */
function createTally({ run, onToken }: ManifestOptions) {
  const { oldChainId, oldContract } = run.identity;
  const leafOf = createLeafHasher({ oldChainId: Number(oldChainId), oldContract });
  const tree = createStreamedRoot();
  const hash = createHash("sha256");
  const owners = new Set<string>();
  const counts = { tokens: 0, holes: 0, door: 0, remapped: 0 };
  let [lines, bytes] = [0, 0];
  return {
    take: (token: ManifestToken): string => {
      const { owner, remappedFrom } = token;
      tree.add(leafOf(token));
      lines += 1;
      counts[owner === "hole" ? "holes" : "tokens"] += 1;
      if (owner === "door") counts.door += 1;
      else if (owner !== "hole") owners.add(owner);
      if (remappedFrom !== undefined) counts.remapped += 1;
      onToken(token);
      return tokenLine(token);
    },
    hashed: (text: string): Buffer => {
      const encoded = Buffer.from(text, "utf8");
      hash.update(encoded);
      bytes += encoded.length;
      return encoded;
    },
    count: () => lines,
    finish: (): Written => ({
      ...counts,
      owners: owners.size,
      root: tree.root(),
      manifest: { file: manifestFile, sha256: hash.digest("hex"), bytes },
    }),
  };
}
