import { isRecord } from "../units/is-record.ts";

const zeroHash = `0x${"0".repeat(64)}`;

/** What Ethereum's blocks have and other chains' blocks may lack, with values that say nothing. */
const ethereumHeader: Readonly<Record<string, unknown>> = {
  sha3Uncles: "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
  logsBloom: `0x${"0".repeat(512)}`,
  transactionsRoot: "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
  receiptsRoot: "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
  stateRoot: zeroHash,
  miner: `0x${"0".repeat(40)}`,
  difficulty: "0x0",
  totalDifficulty: "0x0",
  extraData: "0x",
  size: "0x0",
  gasLimit: "0x1c9c380",
  gasUsed: "0x0",
  nonce: "0x0000000000000000",
  mixHash: zeroHash,
  baseFeePerGas: "0x0",
  blobGasUsed: "0x0",
  excessBlobGas: "0x0",
  withdrawalsRoot: "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
  withdrawals: [],
  parentBeaconBlockRoot: zeroHash,
  requestsHash: zeroHash,
};

/**
 * A block as an Ethereum client needs it, whatever chain it comes from: missing members are completed, and its transactions left out,
 * whose kinds other chains invented. What is there stays.
 */
export function completeHeader(block: unknown): unknown {
  if (!isRecord(block)) return block;
  const present = Object.entries(block).filter(([, value]) => value !== null && value !== undefined);
  return { ...ethereumHeader, ...Object.fromEntries(present), transactions: [], uncles: [] };
}
