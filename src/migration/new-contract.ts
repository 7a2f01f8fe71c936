import { bytecodeOf } from "../contracts/bytecode.ts";
import { kip17MigratedAbi } from "../contracts/generated/kip17-migrated-abi.ts";
import { doorOwner, holeOwner } from "../contracts/given-tokens.ts";
import type { CommittedToken } from "../contracts/leaf.ts";
import { packCommitted } from "../contracts/pack-tokens.ts";
import type { Intent } from "../ports/intent.ts";
import type { BatchToMint } from "./plan/plan-batches.ts";
import type { RunIdentity } from "./run-folder.ts";
import type { PlanResult } from "./types.ts";

export type DeploymentPlan = Pick<
  PlanResult,
  | "name"
  | "symbol"
  | "owner"
  | "windowStart"
  | "windowSize"
  | "root"
  | "count"
  | "compareWithOld"
  | "baseURI"
  | "uriSuffix"
>;

/** Deploys the new contract with the plan's commitment. The same plan gives the same bytes. */
export async function deploymentIntent(
  { oldChainId, oldContract }: RunIdentity,
  plan: DeploymentPlan,
): Promise<Intent> {
  const { name, symbol, owner, windowStart, windowSize, root, count, compareWithOld, baseURI, uriSuffix } = plan;
  const commitment = [root, BigInt(count), BigInt(oldChainId), oldContract, compareWithOld, baseURI, uriSuffix];
  return {
    deploy: {
      bytecode: await bytecodeOf("KIP17Migrated"),
      abi: kip17MigratedAbi,
      args: [name, symbol, owner, BigInt(windowStart), BigInt(windowSize), commitment],
    },
  };
}

/** Brings a batch in. Anybody may send it. */
export function batchIntent(
  to: string,
  { kind, tokens, proof }: Pick<BatchToMint, "kind" | "tokens" | "proof">,
): Intent {
  if (kind === "packed")
    return { call: { to, abi: kip17MigratedAbi, function: "migrate", args: [packCommitted(tokens), proof] } };
  const owners = tokens.map(ownerOf);
  const ids = tokens.map(({ id }) => id);
  const uris = tokens.map(({ uri }) => uri);
  return { call: { to, abi: kip17MigratedAbi, function: "migrateWithTokenURI", args: [owners, ids, uris, proof] } };
}

/** As the contract's leaves name it. */
function ownerOf({ owner }: CommittedToken): string {
  return owner === "hole" ? holeOwner : owner === "door" ? doorOwner : owner;
}
