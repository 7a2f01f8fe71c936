import type { Anvil } from "../../test/harness/anvil.ts";
import { untilMined } from "../transactions/chain.ts";

/** A contract that does nothing but write Transfer logs: its calldata is the first id and how many, in two words. */
const emitter = [
  "5f35", // the id
  "8060203501", // where to end
  "5b", // 7: the loop
  "818114604657", // at the end: leave, by 70
  "81", // the id is the last topic
  "82610bb8900661100001", // the receiver, one of 3,000
  "5f", // minted: from nobody
  "7fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
  "5f5fa4",
  "9060010190", // the next id
  "600756",
  "5b00",
].join("");

const perTransaction = 1_000;
const sender = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/**
 * Puts so many Transfer logs on a chain, a thousand in each block, as fast as the node makes them.
 *
 * @returns the contract and the block of the last log.
 */
export async function writeTransferLogs(anvil: Anvil, count: number): Promise<{ contract: string; last: number }> {
  const contract = "0x00000000000000000000000000000000000e1717";
  await anvil.request("anvil_setCode", contract, `0x${emitter}`);
  for (let first = 0; first < count; first += perTransaction) {
    const data = `0x${word(first)}${word(Math.min(perTransaction, count - first))}`;
    await anvil.request("eth_sendTransaction", { from: sender, to: contract, data, gas: "0x2faf080" });
  }
  await untilMined(anvil, [sender], Math.ceil(count / perTransaction));
  return { contract, last: Number(await anvil.request("eth_blockNumber")) };
}

function word(value: number): string {
  return value.toString(16).padStart(64, "0");
}
