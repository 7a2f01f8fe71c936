import { isRecord } from "../../../scripts/guards.ts";
import { readNew } from "../../../src/migration/ask-chain.ts";
import type { RunFolder } from "../../../src/migration/run-folder.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { askTokens } from "../../../src/migration/read/ask-tokens.ts";
import type { Anvil } from "../../harness/anvil.ts";
import type { OldCollection } from "../harness/old-collection.ts";

const mint = ["0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", `0x${"0".repeat(64)}`];

/** What is wrong with a run that has ended, in sentences: state, transactions and events of the new contract. */
export async function faultsOf(
  anvil: Anvil,
  run: RunFolder,
  chain: ChainAdapter,
  old: OldCollection,
  senders: readonly string[],
  sinceBlock: number,
): Promise<readonly string[]> {
  const plan = await run.needed("plan");
  const { address } = await run.needed("deployment");
  const result = await run.needed("mint");
  const faults: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown): void => {
    if (String(found) !== String(expected)) faults.push(`${what}: ${String(found)}, not ${String(expected)}`);
  };
  const ids = old.tokens.map(({ id }) => id);
  const { hash } = await chain.head();
  const answers = await askTokens(chain.transport, address, ids, { blockHash: hash });
  for (const [index, { id, owner, uri }] of old.tokens.entries()) {
    expect(`owner of ${String(id)}`, answers[index]?.owner, owner);
    expect(`URI of ${String(id)}`, answers[index]?.uri, uri);
  }
  for (const id of old.burned) expect(`hole ${String(id)}`, await readNew(chain, address, "isReserved", [id]), true);
  expect("supply", await readNew(chain, address, "totalSupply"), old.tokens.length);
  expect("settled", await readNew(chain, address, "settledCount"), plan.count);

  const logs = await anvil.request("eth_getLogs", { address, topics: mint, fromBlock: "0x0", toBlock: "latest" });
  const minted = (Array.isArray(logs) ? logs : []).map((log: unknown) =>
    JSON.stringify(isRecord(log) ? log["topics"] : log),
  );
  expect("mints", minted.length, old.tokens.length);
  expect("different mints", new Set(minted).size, old.tokens.length);

  const sent = await sentBy(anvil, senders, sinceBlock);
  expect("transactions", sent.length, 1 + plan.batches.length);
  expect("transactions in mint.json", result.transactions, plan.batches.length);
  for (const hash of sent) {
    const receipt = await anvil.request("eth_getTransactionReceipt", hash);
    expect(`status of ${hash}`, isRecord(receipt) ? receipt["status"] : receipt, "0x1");
  }
  return faults;
}

async function sentBy(anvil: Anvil, senders: readonly string[], sinceBlock: number): Promise<readonly string[]> {
  const ours = new Set(senders.map((address) => address.toLowerCase()));
  const head = Number(await anvil.request("eth_blockNumber"));
  const hashes: string[] = [];
  for (let number = sinceBlock + 1; number <= head; number += 1) {
    const block = await anvil.request("eth_getBlockByNumber", `0x${number.toString(16)}`, true);
    const transactions: unknown = isRecord(block) ? block["transactions"] : [];
    const list: readonly unknown[] = Array.isArray(transactions) ? transactions : [];
    for (const each of list)
      if (isRecord(each) && ours.has(String(each["from"]).toLowerCase())) hashes.push(String(each["hash"]));
  }
  return hashes;
}
