import { askAll, valueOf } from "../../chains/ethereum/ask-all.ts";
import { toQuantity } from "../../chains/ethereum/chain-state.ts";
import { badResponse, isHash, quantity, smallQuantity } from "../../chains/ethereum/quantity.ts";
import type { ChainAdapter, ChainHead } from "../../ports/chain-adapter.ts";
import type { Hex } from "../../units/brands.ts";
import { isRecord } from "../../units/is-record.ts";
import type { PaymentReceived } from "../../wallets/events.ts";
import type { PaymentRows } from "./payment-rows.ts";
import type { FindOwners } from "./token-news.ts";

/** Blocks of one look: whole ones, with all their transactions. */
const blocksPerLook = 16;

interface Payment {
  readonly hash: Hex;
  readonly from: string;
  readonly to: string;
  readonly value: bigint;
  readonly block: number;
}

/**
 * Looks through the next final blocks for payments to the tenant's wallets, and tells them. Each block is told once at most, by one of all the
 * processes that look. Where nobody ever looked it begins with the block after the final one.
 *
 * @returns whether there are more blocks to look through.
 * @throws `ERR_RPC_*`; `ERR_STORE_*`.
 */
export async function lookForPayments(
  {
    rows,
    find,
    tell,
  }: {
    readonly rows: PaymentRows;
    readonly find: FindOwners;
    readonly tell: (payment: PaymentReceived) => void;
  },
  chain: ChainAdapter,
  head: ChainHead,
): Promise<boolean> {
  const final = Number(head.finalized);
  const seen = await rows.cursor(chain.chainId);
  if (seen === undefined) {
    await rows.begin(chain.chainId, final + 1);
    return false;
  }
  const count = Math.min(final - seen.nextBlock + 1, blocksPerLook);
  if (count <= 0) return false;
  const numbers = Array.from({ length: count }, (_, index) => seen.nextBlock + index);
  const answers = await askAll(
    chain.transport,
    numbers.map((number) => ({ method: "eth_getBlockByNumber", params: [toQuantity(BigInt(number)), true] })),
  );
  const payments = answers.flatMap((answer, index) => paymentsIn(valueOf(answer), numbers[index], chain));
  const owners = await find(chain.scheme.id, [...new Set(payments.map(({ to }) => to))]);
  const ours = payments.filter(({ to }) => owners.has(to));
  // A transaction that was reverted has paid nothing.
  const receipts = ours.length === 0 ? [] : await chain.receipts(ours.map(({ hash }) => hash));
  if (!(await rows.advance(chain.chainId, seen, seen.nextBlock + count))) return false;
  for (const [index, { hash, from, to, value, block }] of ours.entries()) {
    const owner = owners.get(to);
    if (owner === undefined || receipts[index]?.status !== "success") continue;
    const { walletId, userId } = owner;
    tell({ walletId, userId, chain: chain.name, value, from, to, transaction: hash, block: BigInt(block) });
  }
  return seen.nextBlock + count <= final;
}

function paymentsIn(block: unknown, asked: number | undefined, { scheme }: ChainAdapter): readonly Payment[] {
  if (!isRecord(block) || smallQuantity(block["number"], "block number") !== asked) throw badResponse("block");
  const { transactions } = block;
  if (!Array.isArray(transactions)) throw badResponse("block");
  return transactions.flatMap((each: unknown) => {
    if (!isRecord(each)) throw badResponse("block");
    const { hash, from, to } = each;
    if (typeof to !== "string") return [];
    const value = quantity(each["value"], "value");
    if (value === 0n) return [];
    if (!isHash(hash) || typeof from !== "string") throw badResponse("block");
    return [{ hash, from: scheme.parseAddress(from), to: scheme.parseAddress(to), value, block: asked }];
  });
}
