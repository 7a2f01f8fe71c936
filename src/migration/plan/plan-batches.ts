import { commitBatches } from "../../contracts/commitment.ts";
import type { CommittedToken } from "../../contracts/leaf.ts";
import type { Hex } from "../../units/brands.ts";
import { fileInvalid } from "../files.ts";
import { readManifest } from "../manifest.ts";
import { orderTokens, type OrderedTokens } from "../order.ts";
import type { RunFolder } from "../run-folder.ts";
import type { ManifestToken, PlannedBatch, PlanResult } from "../types.ts";

/** A batch of the plan with what its transaction carries. */
export interface BatchToMint extends PlannedBatch {
  readonly tokens: readonly CommittedToken[];
  /** From the root of the batch's own leaves to the plan's. */
  readonly proof: readonly Hex[];
}

export interface BatchesToMint {
  readonly plan: PlanResult;
  readonly batches: readonly BatchToMint[];
  /** What the manifest says of each token, by id. */
  readonly manifest: ReadonlyMap<bigint, ManifestToken>;
  /** From an id's leaf to the plan's root: what its holder needs at the door. @throws `ERR_CONFIG_INVALID` it is not committed. */
  proofOf(id: bigint): readonly Hex[];
}

/**
 * The plan's batches, made anew from the manifest, and found to have the plan's root. Nobody is asked.
 *
 * @param plan - that of the run's folder unless told.
 * @throws `ERR_MIGRATION_STEP_MISSING`; `ERR_MIGRATION_FILE_INVALID` manifest and plan do not belong together, or one was altered.
 */
export async function planBatches(run: RunFolder, plan?: PlanResult): Promise<BatchesToMint> {
  const planned = plan ?? (await run.needed("plan"));
  const tokens = await tokensOf(run);
  const ordered = orderTokens(tokens, { base: planned.baseURI, suffix: planned.uriSuffix });
  const { root, batches, proofOf } = commitBatches({
    oldChainId: Number(run.identity.oldChainId),
    oldContract: run.identity.oldContract,
    batches: cutAsPlanned(planned, ordered),
  });
  if (root !== planned.root) throw fileInvalid("plan.json", "has another root than the manifest gives");
  return {
    plan: planned,
    batches: planned.batches.flatMap((batch, index) => {
      const committed = batches[index];
      return committed === undefined ? [] : [{ ...batch, ...committed }];
    }),
    manifest: new Map(tokens.map((token) => [token.id, token])),
    proofOf,
  };
}

/** @throws as `readManifest`. */
export async function tokensOf(run: RunFolder): Promise<readonly ManifestToken[]> {
  const tokens: ManifestToken[] = [];
  for await (const token of readManifest(run)) tokens.push(token);
  return tokens;
}

/** The tokens of each batch, where the plan's batches are all of them, one after the other. */
export function cutAsPlanned(
  { batches, count }: Pick<PlanResult, "batches" | "count">,
  { packed, withUri }: OrderedTokens,
): readonly (readonly CommittedToken[])[] {
  const all = [...packed, ...withUri];
  let position = 0;
  const cut = batches.map((batch, index) => {
    const end = position + batch.count;
    const fits =
      batch.index === index &&
      batch.first === position &&
      batch.count > 0 &&
      (batch.kind === "packed" ? end <= packed.length : position >= packed.length);
    if (!fits) throw notOfManifest();
    position = end;
    return all.slice(batch.first, end);
  });
  if (position !== all.length || count !== all.length) throw notOfManifest();
  return cut;
}

function notOfManifest(): Error {
  return fileInvalid("plan.json", "has batches that are not those of the manifest");
}
