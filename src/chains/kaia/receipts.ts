import type { TransactionReceipt } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { askForReceipts, isMined } from "../ethereum/ask-receipts.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, isHash, quantity, smallQuantity } from "../ethereum/quantity.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { shares } from "./fees.ts";

/** What a receipt says of a transaction that its contract reverted, for whatever reason. */
export const reverted = "reverted";

// Kaia's receipt status codes: https://docs.kaia.io/references/json-rpc/transaction-error-codes
const failures: ReadonlyMap<unknown, string> = new Map([
  ["0x2", "the virtual machine failed"],
  ["0x3", "call depth"],
  ["0x4", "address collision"],
  ["0x5", "out of gas while storing the code"],
  ["0x6", "code too large"],
  ["0x7", "out of gas"],
  ["0x8", "write protection"],
  ["0x9", reverted],
  ["0xa", "computation cost limit"],
]);

/** Types that deploy: legacy and Ethereum's, which have no destination then, and Kaia's own. */
const deploying: ReadonlySet<number> = new Set([0x28, 0x29, 0x2a]);

/**
 * Asks for a receipt in Kaia's own form, which alone tells the fee payer.
 *
 * @returns undefined while the transaction is in no block.
 */
export async function askForReceipt(
  transport: Transport,
  hash: Hex,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const options = signal === undefined ? {} : { signal };
  const receipt = await transport.request({ method: "kaia_getTransactionReceipt", params: [hash] }, options);
  return isMined(receipt) ? receipt : undefined;
}

/**
 * Asks for several receipts, in the order of the hashes.
 *
 * @returns undefined for what is in no block.
 * @throws `ERR_RPC_*`.
 */
export async function receiptsOf(
  transport: Transport,
  hashes: readonly Hex[],
): Promise<readonly (TransactionReceipt | undefined)[]> {
  const receipts = await askForReceipts(transport, "kaia", hashes);
  return hashes.map((hash, index) => {
    const receipt = receipts[index];
    return receipt === undefined ? undefined : parseReceipt(hash, receipt);
  });
}

/** @throws `ERR_RPC_BAD_RESPONSE` it is not this transaction's, or not one. */
export function parseReceipt(hash: Hex, receipt: unknown): TransactionReceipt {
  if (!isRecord(receipt)) throw badResponse("receipt");
  const { transactionHash, blockHash, status, txError } = receipt;
  if (!isHash(transactionHash) || transactionHash.toLowerCase() !== hash.toLowerCase()) throw badResponse("receipt");
  if (!isHash(blockHash) || (status !== "0x1" && status !== "0x0")) throw badResponse("receipt");
  const gasUsed = quantity(receipt["gasUsed"], "gas used");
  const fee = gasUsed * quantity(receipt["effectiveGasPrice"] ?? receipt["gasPrice"], "gas price");
  const payer = payerIn(receipt);
  const paid = shares(fee, payer);
  return {
    hash,
    status: status === "0x1" ? "success" : "reverted",
    blockNumber: quantity(receipt["blockNumber"], "block number"),
    blockHash,
    gasUsed,
    fee: paid.sender,
    ...(payer === undefined ? {} : { feePayer: { address: payer.address, fee: paid.payer } }),
    ...(status === "0x1" ? {} : { failure: failures.get(txError) ?? "failed" }),
    contractAddress: status === "0x1" ? contractIn(receipt) : null,
  };
}

function payerIn({
  feePayer,
  feeRatio,
}: Readonly<Record<string, unknown>>): { address: string; ratio: number | undefined } | undefined {
  if (feePayer === undefined || feePayer === null) return undefined;
  const ratio = feeRatio === undefined || feeRatio === null ? undefined : smallQuantity(feeRatio, "fee ratio");
  if (ratio !== undefined && (ratio < 1 || ratio > 99)) throw badResponse("fee ratio");
  return { address: addressIn(feePayer, "fee payer"), ratio };
}

/** The node shows an address also for cancels and account updates, which deploy nothing. */
function contractIn({ to, typeInt, contractAddress }: Readonly<Record<string, unknown>>): string | null {
  const isDeploying =
    typeof typeInt === "number" &&
    (deploying.has(typeInt) || ((typeInt < 0x08 || typeInt > 0xff) && (to ?? null) === null));
  if (!isDeploying || contractAddress === null || contractAddress === undefined) return null;
  return addressIn(contractAddress, "contract address");
}

function addressIn(value: unknown, what: string): string {
  if (typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value)) return parseAddress(value.toLowerCase());
  throw badResponse(what);
}
