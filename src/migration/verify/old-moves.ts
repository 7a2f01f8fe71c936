import { zeroAddress } from "../../inspection/scene/kip17-abi.ts";
import type { Findings } from "./findings.ts";

/** What happened to an old token since the snapshot. */
export interface OldMove {
  readonly times: number;
  readonly from: string;
  /** Of the last one. */
  readonly to: string;
  readonly block: bigint;
  /** Who sent it to the new contract, if that was the last thing that happened to it. */
  readonly sentInBy: string | undefined;
}

/** The transfers of the old contract since the snapshot, by id: what is not accounted for in the end has moved since. */
export interface OldMoves {
  record(log: { readonly id: bigint; readonly from: string; readonly to: string; readonly block: bigint }): void;
  of(id: bigint): OldMove | undefined;
  /** Says that it does no harm: the id waited at the door, or came in there. */
  excuse(id: bigint): void;
  /** Tells of those that were not excused. */
  report(findings: Findings): void;
}

export const movesCheck = "transfers of the old contract since the snapshot";

export function createOldMoves(newContract: string): OldMoves {
  const moves = new Map<string, OldMove>();
  const excused = new Set<string>();
  return {
    record: ({ id, from, to, block }) => {
      const before = moves.get(String(id));
      moves.set(String(id), {
        times: (before?.times ?? 0) + 1,
        from: before?.from ?? from,
        to,
        block: before?.block ?? block,
        sentInBy: to === newContract ? from : undefined,
      });
    },
    of: (id) => moves.get(String(id)),
    excuse: (id) => {
      excused.add(String(id));
    },
    report: (findings) => {
      findings.checked(movesCheck, moves.size);
      for (const [id, move] of moves) {
        if (excused.has(id)) continue;
        findings.differ([movesCheck], {
          kind: "moved-since",
          id,
          expected: "no transfer since the snapshot",
          found: told(move),
        });
      }
    },
  };
}

function told({ times, from, to, block }: OldMove): string {
  const what =
    from === zeroAddress ? `minted to ${to}` : to === zeroAddress ? `burned by ${from}` : `from ${from} to ${to}`;
  return `${what}, first in block ${String(block)}${times === 1 ? "" : `, ${String(times)} transfers`}`;
}
