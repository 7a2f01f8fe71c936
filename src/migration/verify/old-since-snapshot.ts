import { isRecord } from "../../units/is-record.ts";
import { toHex } from "../../inspection/simulation/pinned-block.ts";
import { transfersIn } from "../read/transfers.ts";
import type { RunFolder } from "../run-folder.ts";
import type { BlockName, ManifestToken, OldCollectionAt, SnapshotResult } from "../types.ts";
import type { Findings } from "./findings.ts";
import { createOldMoves, movesCheck, type OldMoves } from "./old-moves.ts";
import { checkOldSample, createOldSample } from "./old-sample.ts";
import { confirmPinned, pinCollection } from "./pin-collection.ts";
import { patienceOf, type Viewed } from "./views.ts";

export interface OldOptions {
  readonly old: OldCollectionAt;
  /** Of a replica: the block that stands for the snapshot's. */
  readonly since?: BlockName;
  readonly signal?: AbortSignal;
}

/** The old contract from the snapshot's block up to the present one. */
export interface OldSinceSnapshot {
  /** Up to which it is looked at. */
  readonly block: BlockName;
  readonly moves: OldMoves;
  /** Reads what was transferred since the snapshot. */
  readMoves(): Promise<void>;
  /** Hands the manifest on, and keeps some of its tokens to read them again. */
  sampled(manifest: AsyncIterable<ManifestToken>): AsyncIterable<ManifestToken>;
  /** Tells of what moved and is not accounted for, and reads the sample again. After all tokens were compared. */
  check(findings: Findings): Promise<void>;
}

/** @throws as `pinCollection`. */
export async function openOld(
  run: RunFolder,
  snapshot: SnapshotResult,
  fresh: Viewed,
  { old, since, signal }: OldOptions,
): Promise<OldSinceSnapshot> {
  const { oldChainId: chainId, oldContract } = run.identity;
  const { transport } = old;
  const viewed = await pinCollection({ transport, address: oldContract, chainId, signal });
  const from = since ?? snapshot.block;
  const moves = createOldMoves(fresh.address);
  const sample = createOldSample(snapshot.tokens + snapshot.holes, BigInt(fresh.block.hash));
  return {
    block: { number: String(viewed.block.number), hash: viewed.block.hash },
    moves,
    readMoves: async () => {
      const first = BigInt(from.number) + 1n;
      if (first > viewed.block.number) return;
      for await (const logs of transfersIn(transport, oldContract, first, viewed.block.number, patienceOf(viewed)))
        for (const log of logs) moves.record(log);
    },
    sampled: async function* (manifest) {
      for await (const token of manifest) {
        sample.offer(token);
        yield token;
      }
    },
    check: async (findings) => {
      moves.report(findings);
      await checkSnapshotBlock(viewed, from, findings);
      await checkOldSample(viewed, toHex(BigInt(from.number)), sample, moves, findings);
      await confirmPinned(viewed);
    },
  };
}

/** Whether the block that the snapshot is of is still on the old chain. */
async function checkSnapshotBlock(
  { transport }: Viewed,
  { number, hash }: BlockName,
  findings: Findings,
): Promise<void> {
  const block = await transport.request({ method: "eth_getBlockByNumber", params: [toHex(BigInt(number)), false] });
  const found: unknown = isRecord(block) ? block["hash"] : undefined;
  findings.checked(movesCheck);
  if (typeof found === "string" && found.toLowerCase() === hash.toLowerCase()) return;
  findings.differ([movesCheck], {
    kind: "moved-since",
    expected: `block ${number} of the old chain is ${hash}`,
    found: typeof found === "string" ? found : "the node has no such block",
  });
}
