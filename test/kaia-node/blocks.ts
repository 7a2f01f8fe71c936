import { toQuantity } from "ethers";
import type { Chain, KaiaBlock } from "./chain.ts";
import { type Evm, rewardBase } from "./evm.ts";
import { upperGasLimit } from "./gas.ts";
import type { Mined } from "./receipts.ts";
import { ethTransaction, kaiaTransaction } from "./transaction-json.ts";

/** The only validator. */
export const proposer = "0xaf0d663a6cc5c1a5f00fe74a92574e94f923fb5c";

/** Vanity and an Istanbul extra of one validator, with empty seals: nobody signed these blocks. */
const extraData = `0x${"00".repeat(32)}f89ed594${proposer.slice(2)}b841${"00".repeat(65)}f843b841${"00".repeat(65)}`;
const randomReveal = `0x${"00".repeat(96)}`;
const zeroAddress = "0x0000000000000000000000000000000000000000";

export type Form = "eth" | "kaia";

/** What both forms show. */
async function shared(evm: Evm, block: KaiaBlock): Promise<Record<string, unknown>> {
  const from = await evm.record("eth_getBlockByNumber", toQuantity(block.number), false);
  const kept = ["logsBloom", "parentHash", "receiptsRoot", "stateRoot", "timestamp", "transactionsRoot", "size"];
  return {
    ...Object.fromEntries(kept.map((key) => [key, from[key]])),
    baseFeePerGas: toQuantity(block.baseFee),
    blobGasUsed: "0x0",
    excessBlobGas: "0x0",
    gasUsed: toQuantity(block.gasUsed),
    hash: block.hash,
    mixHash: from["mixHash"],
    number: toQuantity(block.number),
    randomReveal,
  };
}

/** `eth_getHeaderByNumber` and its kin. */
export async function headerJson(evm: Evm, block: KaiaBlock, form: Form): Promise<Record<string, unknown>> {
  const { size, mixHash, ...fields } = await shared(evm, block);
  if (form === "eth") return { ...fields, size, mixHash, ...ethOnly(block) };
  // Here alone the node writes it small.
  return { ...fields, mixhash: mixHash, ...kaiaOnly(block) };
}

/** @param pending - The latest block as if it had no hash yet, which is what the node shows for that tag. */
export async function blockJson(
  evm: Evm,
  block: KaiaBlock,
  form: Form,
  { full = false, pending = false } = {},
): Promise<Record<string, unknown>> {
  const fields = await shared(evm, block);
  const show = ({ transaction, sender, place }: Mined): unknown => {
    if (!full) return transaction.hash;
    return form === "eth" ? ethTransaction(transaction, sender, place) : kaiaTransaction(transaction, sender, place);
  };
  return {
    ...fields,
    ...(form === "eth" ? { ...ethOnly(block), uncles: [] } : kaiaOnly(block)),
    transactions: block.transactions.map(show),
    ...(pending ? { hash: null, miner: null, nonce: null } : {}),
  };
}

/** `kaia_getBlockWithConsensusInfoByNumber`. */
export async function consensusJson(evm: Evm, chain: Chain, number: number): Promise<Record<string, unknown>> {
  const block = chain.block(number) ?? chain.head;
  const info = { committee: [proposer], committers: [proposer], originProposer: proposer, proposer, round: 0 };
  return { ...(await blockJson(evm, block, "kaia", { full: true })), ...info, sigHash: block.hash };
}

function ethOnly({ number }: KaiaBlock): Record<string, unknown> {
  return {
    difficulty: "0x1",
    extraData: "0x",
    gasLimit: toQuantity(upperGasLimit),
    miner: number === 0 ? zeroAddress : proposer,
    nonce: "0x0000000000000000",
    sha3Uncles: "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
  };
}

function kaiaOnly({ number }: KaiaBlock): Record<string, unknown> {
  return {
    blockScore: "0x1",
    extraData,
    governanceData: "0x",
    reward: number === 0 ? zeroAddress : rewardBase,
    timestampFoS: "0x0",
    voteData: "0x",
  };
}
