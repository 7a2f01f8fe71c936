import { askCalls, viewOf } from "../read/calls.ts";
import { addressIn, booleanIn, isZero } from "../read/words.ts";
import type { SnapshotResult } from "../types.ts";
import { sideBySide } from "../verify/side-by-side.ts";
import type { History } from "./read-history.ts";
import type { PinnedOld } from "./require-collection.ts";

/** Approvals under way at a time: so many, times four. */
const stretch = 250;
const atOnce = 4;

/** How many approvals are in force in the pinned block: those that the logs tell of, where the contract says so too. @throws `ERR_RPC_*`. */
export async function countApprovals(
  { transport, address, tag, patience }: PinnedOld,
  { approvedIds, operators }: Pick<History, "approvedIds" | "operators">,
): Promise<SnapshotResult["approvals"]> {
  let tokens = 0;
  for await (const answers of sideBySide(approvedIds, stretch, atOnce, (ids) =>
    askCalls(
      transport,
      ids.map((id) => viewOf(address, "getApproved", BigInt(id))),
      tag,
      patience,
    ),
  )) {
    const approved = answers.map(addressIn).filter((each) => each !== undefined && !isZero(each));
    tokens += approved.length;
  }
  let inForce = 0;
  for await (const answers of sideBySide(operators, stretch, atOnce, (pairs) =>
    askCalls(
      transport,
      pairs.map((pair) => viewOf(address, "isApprovedForAll", ...pair.split(" "))),
      tag,
      patience,
    ),
  ))
    inForce += answers.filter((answer) => booleanIn(answer) === true).length;
  return { tokens, operators: inForce };
}
