import { toQuantity } from "ethers";
import { isRecord } from "../../scripts/guards.ts";
import type { Chain } from "./chain.ts";
import { invalidParams, refused } from "./errors.ts";
import type { Evm } from "./evm.ts";
import { readParams } from "./params.ts";

const maxResults = 10_000;
const logKeys = ["address", "topics", "data", "blockNumber", "transactionIndex", "blockHash", "logIndex", "removed"];

/** One of the EVM's logs with Kaia's transaction hash, and nothing that Kaia's has not. */
export function mapLog(log: Readonly<Record<string, unknown>>, chain: Chain): Readonly<Record<string, unknown>> {
  const kept = Object.fromEntries(logKeys.map((key) => [key, log[key]]));
  return { ...kept, transactionHash: chain.kaiaHash(String(log["transactionHash"])) };
}

/** Refuses what Ethereum's nodes answer with an empty list: blocks beyond the head. */
export async function getLogs(evm: Evm, chain: Chain, filter: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const { address, topics, blockHash, fromBlock = "latest", toBlock = "latest" } = filter;
  const matching = { ...(address === undefined ? {} : { address }), ...(topics === undefined ? {} : { topics }) };
  if (typeof blockHash === "string") {
    if (filter["fromBlock"] !== undefined || filter["toBlock"] !== undefined) {
      const text = "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other";
      throw invalidParams(`invalid argument 0: ${text}`);
    }
    const block = chain.blockByHash(blockHash.toLowerCase());
    if (block === undefined) throw refused(`the header does not exist (hash: ${blockHash})`);
    return select(evm, chain, { ...matching, blockHash: block.hash });
  }
  if (fromBlock === "pending" || toBlock === "pending") throw refused("pending logs are not supported");
  const range = readParams([fromBlock, toBlock], chain);
  const [from, to] = [range.blockNumber(0), range.blockNumber(1)];
  if (from > to) return [];
  const head = chain.head.number;
  if (to > head) throw refused(`the header does not exist (block number: ${Math.max(from, head + 1)})`);
  return select(evm, chain, { ...matching, fromBlock: toQuantity(from), toBlock: toQuantity(to) });
}

async function select(evm: Evm, chain: Chain, filter: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const logs = await evm.request("eth_getLogs", filter);
  const found = Array.isArray(logs) ? logs.filter(isRecord) : [];
  if (found.length > maxResults) throw refused(`query returned more than ${maxResults} results`);
  return found.map((log) => mapLog(log, chain));
}
