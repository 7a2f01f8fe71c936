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
  /** Blocks by which the head has fallen back: nothing of them shows. */
  readonly behind: number;
  /** As after a crash of the node, which forgets what it had not yet written. */
  rewind(blocks: number): void;
  recover(): void;
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
  let behind = 0;
  let nextBaseFee = lowerBoundBaseFee;
  const headNumber = (): number => blocks.length - 1 - behind;
  const shown = (found: Mined | undefined): Mined | undefined =>
    found !== undefined && found.place.blockNumber <= headNumber() ? found : undefined;
  const block = (number: number): KaiaBlock | undefined => (number <= headNumber() ? blocks[number] : undefined);

  return {
    get head() {
      return blocks[headNumber()] ?? first;
    },
    get behind() {
      return behind;
    },
    rewind: (count) => {
      behind = Math.min(behind + count, blocks.length - 1);
    },
    recover: () => {
      behind = 0;
    },
    get baseFee() {
      return blocks[headNumber() + 1]?.baseFee ?? nextBaseFee;
    },
    set baseFee(baseFee) {
      nextBaseFee = baseFee;
    },
    block,
    blockByHash: (hash) => block(numbers.get(hash) ?? -1),
    append: (added) => {
      blocks.push(added);
      numbers.set(added.hash, added.number);
      for (const each of added.transactions) {
        mined.set(each.transaction.hash, each);
        bySenderHash.set(each.transaction.senderTxHash, each);
      }
    },
    mined: (hash) => shown(mined.get(hash)),
    minedBySenderHash: (hash) => shown(bySenderHash.get(hash)),
    kaiaHash: (evmHash) => kaiaHashes.get(evmHash) ?? evmHash,
    linkHash: (evmHash, kaiaHash) => {
      kaiaHashes.set(evmHash, kaiaHash);
    },
    balanceAt: (number, address) => balances.get(`${number} ${address}`),
    recordBalance: (number, address, balance) => {
      balances.set(`${number} ${address}`, balance);
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
