import type { SnapshotResult } from "../types.ts";

/** What a migration does not move, in sentences for the operator and the holders. */
export function leftBehind(snapshot: SnapshotResult, owner: string): readonly string[] {
  const { approvals, ownersWithCode, holes, door, remapped } = snapshot;
  const inContracts = ownersWithCode.reduce((sum, { tokens }) => sum + tokens, 0);
  return [
    approvals.tokens + approvals.operators === 0
      ? "No approval is in force on the old contract, so none is lost."
      : `Approvals do not move: ${many(approvals.tokens, "token")} approved to somebody, and ${many(approvals.operators, "approval")} of an operator for all of an owner's tokens, end with the old contract.`,
    "Listings, offers, loans, stakes and bridged copies do not move: they are about the old contract's tokens, and have to be ended and made anew by their holders.",
    ...(inContracts === 0
      ? []
      : [
          `${many(inContracts, "token")} belong${inContracts === 1 ? "s" : ""} to ${many(ownersWithCode.length, "address")} with code, and go${inContracts === 1 ? "es" : ""} to the same address${ownersWithCode.length === 1 ? "" : "es"} in the new collection, by a mint that asks no receiver: whether they get out of there again depends on that code.`,
        ]),
    ...(holes === 0
      ? []
      : [
          `${many(holes, "burned id")} stay${holes === 1 ? "s" : ""} burned: nobody can mint ${holes === 1 ? "it" : "them"} in the new collection.`,
        ]),
    ...(door === 0
      ? []
      : [
          `${many(door, "token")} wait${door === 1 ? "s" : ""} at the door: the holder sends the old token to the new contract, with a proof, and gets the new one.`,
        ]),
    ...(remapped === 0
      ? []
      : [
          `${many(remapped, "token")} go${remapped === 1 ? "es" : ""} to another owner than on the old contract, by the remap file.`,
        ]),
    `Roles do not move: in the new collection ${owner} alone is owner, minter and pauser at first.`,
  ];
}

function many(count: number, what: string): string {
  const plural = what.endsWith("s") ? `${what}es` : `${what}s`;
  return `${String(count)} ${count === 1 ? what : plural}`;
}
