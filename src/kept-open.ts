import type { ChainAdapter } from "./ports/chain-adapter.ts";

/** A chain of somebody else's: what uses it does not close it. */
export function keptOpen<Name extends string>(chain: ChainAdapter<Name>): ChainAdapter<Name> {
  const { name, chainId, scheme, profile, transport } = chain;
  return {
    ...{ name, chainId, scheme, profile, transport },
    getBalance: (address) => chain.getBalance(address),
    read: (call) => chain.read(call),
    encode: (intent, options) => chain.encode(intent, options),
    prepare: (intent, from, options) => chain.prepare(intent, from, options),
    suggestFee: (options) => chain.suggestFee(options),
    replacementFee: (previous, current) => chain.replacementFee(previous, current),
    accountState: (address) => chain.accountState(address),
    head: () => chain.head(),
    nonces: (addresses, block) => chain.nonces(addresses, block),
    blockHash: (number) => chain.blockHash(number),
    sentIn: (number, address) => chain.sentIn(number, address),
    receipts: (hashes) => chain.receipts(hashes),
    revertReason: (intent, from, receipt) => chain.revertReason(intent, from, receipt),
    broadcast: (transaction) => chain.broadcast(transaction),
    broadcastAll: (transactions) => chain.broadcastAll(transactions),
    waitForReceipt: (hash, options) => chain.waitForReceipt(hash, options),
    close: () => Promise.resolve(),
  };
}
