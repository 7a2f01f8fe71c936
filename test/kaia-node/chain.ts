import { type AccountKey, failKey, legacyKey } from "./account-keys.ts";
import type { Evm } from "./evm.ts";
import { lowerBoundBaseFee } from "./price.ts";
import type { Mined } from "./receipts.ts";

export interface KaiaBlock {
  readonly number: number;
  readonly hash: string;
  readonly baseFee: bigint;
  readonly gasUsed: bigint;
  readonly transactions: readonly Mined[];
}

/** What the front knows beyond the EVM. */
export interface Chain {
  readonly head: KaiaBlock;
  /** Of the next block. */
  baseFee: bigint;
  block(number: number): KaiaBlock | undefined;
  blockByHash(hash: string): KaiaBlock | undefined;
  append(block: KaiaBlock): void;
  mined(hash: string): Mined | undefined;
  minedBySenderHash(senderTxHash: string): Mined | undefined;
  /** Kaia's transaction hash for one of the EVM's. */
  kaiaHash(evmHash: string): string;
  linkHash(evmHash: string, kaiaHash: string): void;
  /** A balance at the end of a block where the EVM's own record of it is off. */
  balanceAt(block: number, address: string): bigint | undefined;
  recordBalance(block: number, address: string, balance: bigint): void;
  setKey(address: string, key: AccountKey): void;
  keyOf(address: string): Promise<AccountKey>;
}

/** @param genesis - The EVM's first block. */
export function createChain(evm: Evm, genesis: { readonly hash: string }): Chain {
  const first: KaiaBlock = {
    number: 0,
    hash: genesis.hash,
    baseFee: lowerBoundBaseFee,
    gasUsed: 0n,
    transactions: [],
  };
  const blocks: KaiaBlock[] = [first];
  const numbers = new Map([[genesis.hash, 0]]);
  const mined = new Map<string, Mined>();
  const bySenderHash = new Map<string, Mined>();
  const kaiaHashes = new Map<string, string>();
  const balances = new Map<string, bigint>();
  const keys = new Map<string, AccountKey>();

  return {
    get head() {
      return blocks.at(-1) ?? first;
    },
    baseFee: lowerBoundBaseFee,
    block: (number) => blocks[number],
    blockByHash: (hash) => blocks[numbers.get(hash) ?? -1],
    append: (block) => {
      blocks.push(block);
      numbers.set(block.hash, block.number);
      for (const each of block.transactions) {
        mined.set(each.transaction.hash, each);
        bySenderHash.set(each.transaction.senderTxHash, each);
      }
    },
    mined: (hash) => mined.get(hash),
    minedBySenderHash: (hash) => bySenderHash.get(hash),
    kaiaHash: (evmHash) => kaiaHashes.get(evmHash) ?? evmHash,
    linkHash: (evmHash, kaiaHash) => {
      kaiaHashes.set(evmHash, kaiaHash);
    },
    balanceAt: (block, address) => balances.get(`${block} ${address}`),
    recordBalance: (block, address, balance) => {
      balances.set(`${block} ${address}`, balance);
    },
    setKey: (address, key) => {
      keys.set(address, key);
    },
    keyOf: async (address) => {
      const key = keys.get(address);
      if (key !== undefined) return key;
      const code = await evm.code(address);
      // A delegated account goes on with the key it had.
      return code === "0x" || code.startsWith("0xef0100") ? legacyKey : failKey;
    },
  };
}
