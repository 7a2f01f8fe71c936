import Caver from "caver-js";
import type { CaverProvider, CaverWallet } from "../../../src/chains/kaia/index.ts";

interface SendOptions {
  readonly from: string;
  readonly gas?: string;
  readonly feeDelegation?: boolean;
  readonly feePayer?: string;
  readonly feeRatio?: number;
}

interface CaverReceipt {
  /** `"0x1"` by caver.rpc, true by its contracts. */
  readonly status: boolean | string;
  readonly type: string;
  readonly transactionHash: string;
  readonly feePayer?: string;
  readonly feeRatio?: string;
}

interface BigNumberLike {
  toString(): string;
}

interface Token {
  readonly options: { readonly address: string };
  setWallet(wallet: CaverWallet): void;
  mint(to: string, amountOrId: number, options: SendOptions): Promise<CaverReceipt>;
  name(): Promise<string>;
  balanceOf(account: string): Promise<BigNumberLike>;
}

/** A fungible token. */
export interface Kip7 extends Token {
  transfer(to: string, amount: number, options: SendOptions): Promise<CaverReceipt>;
  totalSupply(): Promise<BigNumberLike>;
}

/** A non-fungible token. */
export interface Kip17 extends Token {
  mintWithTokenURI(to: string, id: number, uri: string, options: SendOptions): Promise<CaverReceipt>;
  transferFrom(from: string, to: string, id: number, options: SendOptions): Promise<CaverReceipt>;
  ownerOf(id: number): Promise<string>;
  tokenURI(id: number): Promise<string>;
}

interface Deploying<Info, Made> {
  deploy(info: Info, options: SendOptions, wallet: CaverWallet): Promise<Made>;
}

export interface CaverTransaction {
  readonly type: string;
  readonly chainId?: string;
  from: string;
  feePayer?: string;
  gas: string;
  fillTransaction(): Promise<void>;
  getRLPEncodingForSignature(): string;
  getRLPEncoding(): string;
  getTransactionHash(): string;
  appendSignatures(signature: string[]): void;
  getRLPEncodingForFeePayerSignature?(): string;
  appendFeePayerSignatures?(signature: string[]): void;
}

interface Batch {
  add(request: unknown): void;
  execute(): void;
}

interface Request {
  request(...args: unknown[]): unknown;
}

/** As much of caver as is tested; the types that it declares do not fit how it is loaded. */
export interface TestedCaver {
  readonly kct: {
    readonly kip7: Deploying<{ name: string; symbol: string; decimals: number; initialSupply: string }, Kip7>;
    readonly kip17: Deploying<{ name: string; symbol: string }, Kip17>;
  };
  readonly transaction: Readonly<Record<string, { create(fields: object): CaverTransaction } | undefined>>;
  readonly rpc: {
    readonly klay: {
      getBlockNumber(): Promise<string>;
      getBalance(address: string): Promise<string>;
      sendRawTransaction(raw: string): Promise<CaverReceipt>;
    };
  };
  readonly klay: {
    readonly getBalance: Request;
    readonly getBlockNumber: Request;
    readonly BatchRequest: new () => Batch;
  };
}

export function caverOver(provider: CaverProvider): TestedCaver {
  const loaded: unknown = Caver;
  if (!isClass(loaded)) throw new TypeError("caver-js exports no class");
  return new loaded(provider);
}

function isClass(value: unknown): value is new (provider: CaverProvider) => TestedCaver {
  return typeof value === "function";
}
