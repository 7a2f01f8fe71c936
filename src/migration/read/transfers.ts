import { topics } from "../../inspection/scene/kip17-abi.ts";
import type { Transport } from "../../ports/transport.ts";
import { unsuitable } from "../unsuitable.ts";
import { type LogOptions, logsIn, type ReadLog } from "./logs.ts";

/** A token that changed hands. */
export interface TransferLog {
  readonly id: bigint;
  /** Both in lower case; the zero address for a mint and for a burn. */
  readonly from: string;
  readonly to: string;
  readonly block: bigint;
  /** Within its block. */
  readonly index: number;
}

/**
 * All transfers of a collection, in their order, as they come in.
 *
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE` they are not those of an ERC-721; `ERR_RPC_*` as `logsIn`.
 */
export async function* transfersIn(
  transport: Transport,
  address: string,
  from: bigint,
  to: bigint,
  options: LogOptions = {},
): AsyncGenerator<readonly TransferLog[]> {
  for await (const { logs } of logsIn(transport, { address, topics: [topics.transfer] }, from, to, options))
    if (logs.length > 0) yield logs.map(transferOf);
}

/** @throws `ERR_MIGRATION_SOURCE_UNSUITABLE`. */
export function transferOf({ topics: [, from, to, id], block, index }: ReadLog): TransferLog {
  if (from !== undefined && to !== undefined && id !== undefined)
    return { id: BigInt(id), from: addressOf(from), to: addressOf(to), block, index };
  if (to !== undefined) throw unsuitable("erc20", "counts amounts, as an ERC-20 does, and has no tokens with ids");
  throw unsuitable(
    "not erc721",
    "tells of transfers in another way than ERC-721 and KIP-17 do, without ids to find them by",
  );
}

/** The last 20 bytes of a topic. */
export function addressOf(topic: string): string {
  return `0x${topic.slice(26).toLowerCase()}`;
}
