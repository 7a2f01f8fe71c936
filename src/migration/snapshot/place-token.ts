import { doorOwner } from "../../contracts/given-tokens.ts";
import type { TokenAnswer } from "../read/ask-tokens.ts";
import type { ManifestToken } from "../types.ts";
import { unsuitable } from "../unsuitable.ts";
import type { LedgerToken } from "./token-ledger.ts";

/** Where tokens go that do not go to their owners. */
export interface Placement {
  readonly remap: ReadonlyMap<string, string>;
  /** Owners whose tokens wait at the door, unless they are remapped. */
  readonly atDoor: ReadonlySet<string>;
  readonly hasMetadata: boolean;
}

/**
 * A token as the manifest has it, once logs and contract agree.
 *
 * @returns undefined where they do not.
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE` the contract gives something that cannot be carried.
 */
export function placeToken(
  { id, owner }: LedgerToken,
  answer: TokenAnswer | undefined,
  { remap, atDoor, hasMetadata }: Placement,
): ManifestToken | undefined {
  if (answer?.fault !== undefined) throw unsuitableToken("answer", id, answer.fault);
  if (answer?.owner !== owner) return undefined;
  if (owner === undefined) return { id, owner: "hole", uri: "" };
  if (owner === doorOwner) throw unsuitableToken("owner", id, "is owned by the address that stands for the door");
  if (answer?.uri === undefined && hasMetadata) throw unsuitableToken("answer", id, "has no URI: tokenURI throws");
  const uri = answer?.uri ?? "";
  const next = remap.get(owner);
  if (next !== undefined) return { id, owner: next, uri, remappedFrom: owner };
  return { id, owner: atDoor.has(owner) ? "door" : owner, uri };
}

function unsuitableToken(reason: string, id: bigint, what: string): Error {
  return unsuitable(reason, `cannot be moved: token ${String(id)}: ${what}`, { id });
}
