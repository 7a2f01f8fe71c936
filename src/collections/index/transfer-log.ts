import { badResponse, isHash, smallQuantity } from "../../chains/ethereum/quantity.ts";
import type { Hex } from "../../units/brands.ts";
import { isRecord } from "../../units/is-record.ts";

/** Keccak-256 of `Transfer(address,address,uint256)`. */
export const transferTopic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/** One Transfer log of a KIP-17 or ERC-721 contract. */
export interface Transfer {
  readonly blockNumber: number;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly hash: Hex;
  /** 64 hexadecimal digits. */
  readonly tokenId: string;
  /** Lower-case. The zero address mints. */
  readonly from: string;
  /** Lower-case. The zero address burns. */
  readonly to: string;
}

/** What was asked for: a node that answers with something else has not answered. */
export interface AskedLogs {
  /** The contract, lower-case. */
  readonly address: string;
  readonly from: number;
  readonly to: number;
  /** Set where one block was asked for by its hash. */
  readonly blockHash?: string;
}

/**
 * Reads an answer to `eth_getLogs`, in the order of the chain. Logs with other topics than the standard's, such as an ERC-20's Transfer, are
 * left out.
 *
 * @throws `ERR_RPC_BAD_RESPONSE` it is no list of logs; or one is of another address, event or block than was asked for, was taken back
 *   (`removed`), or is there twice.
 */
export function transfersIn(answer: unknown, asked: AskedLogs): readonly Transfer[] {
  if (!Array.isArray(answer)) throw badResponse("list of logs");
  const transfers = answer.flatMap((log: unknown) => transferIn(log, asked));
  transfers.sort((one, other) => one.blockNumber - other.blockNumber || one.logIndex - other.logIndex);
  for (const [index, { blockNumber, logIndex }] of transfers.entries()) {
    const before = transfers[index - 1];
    if (before?.blockNumber === blockNumber && before.logIndex === logIndex) throw badResponse("list of logs");
  }
  return transfers;
}

function transferIn(log: unknown, asked: AskedLogs): readonly Transfer[] {
  if (!isRecord(log)) throw badResponse("log");
  const { address, topics, blockHash, transactionHash, removed } = log;
  const blockNumber = smallQuantity(log["blockNumber"], "log's block number");
  const logIndex = smallQuantity(log["logIndex"], "log's index");
  if (typeof address !== "string" || address.toLowerCase() !== asked.address) throw badResponse("log's address");
  if (blockNumber < asked.from || blockNumber > asked.to || removed === true) throw badResponse("log's block");
  if (!isHash(blockHash) || !isHash(transactionHash)) throw badResponse("log");
  if (asked.blockHash !== undefined && blockHash !== asked.blockHash) throw badResponse("log's block");
  if (!isList(topics) || topics[0] !== transferTopic) throw badResponse("log's topics");
  const [, from, to, id, more] = topics;
  if (!isAddressWord(from) || !isAddressWord(to) || !isHash(id) || more !== undefined) return [];
  return [
    {
      blockNumber,
      blockHash,
      logIndex,
      hash: transactionHash,
      tokenId: id.slice(2).toLowerCase(),
      from: `0x${from.slice(26).toLowerCase()}`,
      to: `0x${to.slice(26).toLowerCase()}`,
    },
  ];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isAddressWord(word: unknown): word is Hex {
  return isHash(word) && word.startsWith("0x000000000000000000000000");
}
