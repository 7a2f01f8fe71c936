import type { DeploymentResult, SnapshotResult } from "../types.ts";
import { plural } from "./format.ts";

/** What holders have to do themselves, in sentences to hand on to them. */
export function holdersMust(
  snapshot: SnapshotResult | undefined,
  deployment: DeploymentResult | undefined,
): readonly string[] {
  const address = deployment?.address ?? "the new contract";
  const sentences = [
    `Add the collection at ${address} to the wallets and sites that show the old one. No token has to be claimed, and nobody has to sign for it.`,
    "Give approvals anew, to the marketplaces and contracts that may move tokens: none has moved.",
    "Cancel listings and offers for the old tokens, and list the new ones.",
  ];
  if (snapshot === undefined) return sentences;
  const { door, ownersWithCode, approvals, remapped } = snapshot;
  if (door > 0)
    sentences.push(
      `${plural(door, "token")} at the door: whoever holds the old token sends it to ${address} with safeTransferFrom, with its leaf's owner, URI and proof as data. The old token stays there for ever, and the sender gets the new one in the same transaction.`,
    );
  if (ownersWithCode.length > 0)
    sentences.push(
      `${plural(ownersWithCode.length, "owner")} with code: make sure that each contract can move tokens of the new collection. One that cannot keeps them for ever.`,
    );
  if (approvals.tokens + approvals.operators > 0)
    sentences.push(
      `In force on the old contract when the snapshot was taken: approvals for ${plural(approvals.tokens, "token")}, and of ${plural(approvals.operators, "operator")} for all of an owner's.`,
    );
  if (remapped > 0)
    sentences.push(
      `${plural(remapped, "token")} went to another address than the old owner's, by the remap file: look for them there.`,
    );
  return sentences;
}
