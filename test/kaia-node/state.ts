import { toQuantity } from "ethers";
import type { Chain } from "./chain.ts";
import type { Evm } from "./evm.ts";

// Accounts at a block, the head where none is given, which may have fallen back behind the EVM's own.

export async function balanceAt(evm: Evm, chain: Chain, address: string, block = chain.head.number): Promise<bigint> {
  const recorded = block < chain.head.number + chain.behind ? chain.balanceAt(block, address) : undefined;
  return recorded ?? (await evm.quantity("eth_getBalance", address, toQuantity(block)));
}

export function nonceAt(evm: Evm, chain: Chain, address: string, block = chain.head.number): Promise<bigint> {
  return evm.quantity("eth_getTransactionCount", address, toQuantity(block));
}

export function codeAt(evm: Evm, chain: Chain, address: string, block = chain.head.number): Promise<string> {
  return evm.text("eth_getCode", address, toQuantity(block));
}
