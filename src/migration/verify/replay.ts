import { topics } from "../../inspection/scene/kip17-abi.ts";
import { logsIn } from "../read/logs.ts";
import { transferOf } from "../read/transfers.ts";
import type { TokenBook } from "./token-book.ts";
import { patienceOf, topicOf, type Viewed } from "./views.ts";

const sealed = topicOf("Sealed(uint256)");

/**
 * Records all Transfer logs of the contract, from its deployment to the pinned block. What is minted after the seal's log
 * is a minter's, and no part of the migration.
 *
 * @returns how many there were.
 * @throws as `logsIn`; `ERR_MIGRATION_SOURCE_UNSUITABLE` for Transfer logs that are no ERC-721's.
 */
export async function replayTransfers(viewed: Viewed, deployed: bigint, book: TokenBook): Promise<number> {
  const { transport, address, block } = viewed;
  const query = { address, topics: [topics.transfer, sealed] };
  let count = 0;
  let isLate = false;
  for await (const { logs } of logsIn(transport, query, deployed, block.number, patienceOf(viewed))) {
    for (const log of logs) {
      if (log.topics[0]?.toLowerCase() === sealed) isLate = true;
      else {
        book.record({ ...transferOf(log), isLate });
        count += 1;
      }
    }
  }
  return count;
}
