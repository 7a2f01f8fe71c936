import { toQuantity } from "ethers";
import { blockJson, headerJson } from "./blocks.ts";
import type { KaiaBlock } from "./chain.ts";
import { refused } from "./errors.ts";
import { feeHistory, tipNow } from "./fees.ts";
import { getLogs } from "./logs.ts";
import { blockAt, type Context, type Method, type Methods, missingBlock } from "./method.ts";
import { lowerBoundBaseFee, suggestedGasPrice, upperBoundBaseFee } from "./price.ts";
import { ethReceipt, kaiaReceipt, type Mined } from "./receipts.ts";
import { ethTransaction, kaiaTransaction } from "./transaction-json.ts";

/** Blocks, transactions, receipts, logs and prices, each in its namespace's form. */
export const chainMethods: Methods = {
  chainId: ({ core }) => toQuantity(core.chainId),
  blockNumber: ({ core }) => toQuantity(core.chain.head.number),
  syncing: () => false,
  accounts: () => [],
  pendingTransactions: () => [],
  resend: ({ params }) => params.call(0),
  sendRawTransaction: ({ core, params, form }) => core.send(params.bytes(0), form),

  gasPrice: ({ core }) => toQuantity(suggestedGasPrice(core.chain.baseFee, tipNow(core.chain))),
  maxPriorityFeePerGas: ({ core }) => toQuantity(tipNow(core.chain)),
  lowerBoundGasPrice: () => toQuantity(lowerBoundBaseFee),
  upperBoundGasPrice: () => toQuantity(upperBoundBaseFee),
  feeHistory: ({ core, params }) => {
    const percentiles = params.optional(2);
    const asked = Array.isArray(percentiles) ? percentiles.map(Number) : [];
    return feeHistory(core.chain, Number(params.optional(0)), params.state(1), asked);
  },

  getBlockByNumber: (context) => {
    const pending = context.params.optional(0) === "pending";
    return oneBlock(context, blockAt(context, 0), pending);
  },
  getBlockByHash: (context) => {
    const hash = context.params.hash(0);
    const block = context.core.chain.blockByHash(hash);
    if (block === undefined && context.form === "kaia") {
      throw refused(`the block does not exist (block hash: ${hash})`);
    }
    return oneBlock(context, block, false);
  },
  getHeaderByNumber: (context) => {
    const block = blockAt(context, 0);
    return block === undefined ? absent(context) : headerJson(context.core.evm, block, context.form);
  },
  getBlockReceipts: (context) => {
    const block = context.core.chain.block(context.params.state(0));
    return block?.transactions.map((mined) => receiptOf(context, mined)) ?? null;
  },
  getHeaderByHash: (context) => {
    const block = context.core.chain.blockByHash(context.params.hash(0));
    return block === undefined ? null : headerJson(context.core.evm, block, context.form);
  },
  getTransactionByBlockNumberAndIndex: (context) => byIndex(context, blockAt(context, 0)),
  getTransactionByBlockHashAndIndex: (context) => {
    return byIndex(context, context.core.chain.blockByHash(context.params.hash(0)));
  },
  getBlockTransactionCountByHash: ({ core, params }) => {
    const block = core.chain.blockByHash(params.hash(0));
    return block === undefined ? null : toQuantity(block.transactions.length);
  },
  getBlockTransactionCountByNumber: (context) => {
    const block = blockAt(context, 0);
    return block === undefined ? absent(context) : toQuantity(block.transactions.length);
  },
  getTransactionByHash: (context) => {
    const hash = context.params.hash(0);
    const mined = context.core.chain.mined(hash);
    if (mined !== undefined) return transactionOf(context, mined);
    const pooled = context.core.pool.find(hash);
    if (pooled === undefined) return null;
    const show = context.form === "eth" ? ethTransaction : kaiaTransaction;
    return show(pooled.transaction, pooled.sender);
  },
  getTransactionReceipt: (context) => {
    const mined = context.core.chain.mined(context.params.hash(0));
    return mined === undefined ? null : receiptOf(context, mined);
  },

  getLogs: ({ core, params }) => getLogs(core.evm, core.chain, params.call(0)),
  newFilter: ({ filters, params }) => filters.logs(params.call(0)),
  newBlockFilter: ({ filters }) => filters.blocks(),
  getFilterChanges: ({ filters, params }) => filters.changes(String(params.optional(0))),
  uninstallFilter: ({ filters, params }) => filters.remove(String(params.optional(0))),
  subscribe: () => {
    throw refused("notifications not supported");
  },
};

function oneBlock(context: Context, block: KaiaBlock | undefined, pending: boolean): unknown {
  if (block === undefined) return absent(context);
  const full = context.params.optional(1) === true;
  return blockJson(context.core.evm, block, context.form, { full, pending });
}

/** What there is to say of a block beyond the head: null in eth_, an error in kaia_. */
function absent({ form, params }: Context): null {
  if (form === "eth") return null;
  throw missingBlock(params.blockNumber(0));
}

function byIndex(context: Context, block: KaiaBlock | undefined): unknown {
  const mined = block?.transactions[Number(context.params.optional(1))];
  return mined === undefined ? null : transactionOf(context, mined);
}

function receiptOf({ form }: Context, mined: Mined): unknown {
  return form === "eth" ? ethReceipt(mined) : kaiaReceipt(mined);
}

function transactionOf({ form }: Context, { transaction, sender, place }: Mined): unknown {
  const show = form === "eth" ? ethTransaction : kaiaTransaction;
  return show(transaction, sender, place);
}

/** Lookups by the hash without the fee payer's part: null unless the node keeps an index of them. */
const bySenderTxHash = (show: (context: Context, mined: Mined) => unknown): Method => {
  return (context) => {
    const mined = context.core.chain.minedBySenderHash(context.params.hash(0));
    return mined === undefined || !context.senderTxHashIndexing ? null : show(context, mined);
  };
};
export const transactionBySenderTxHash = bySenderTxHash(transactionOf);
export const receiptBySenderTxHash = bySenderTxHash(receiptOf);
