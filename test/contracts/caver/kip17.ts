import Caver from "caver-js";
import type { CaverProvider, CaverWallet } from "../../../src/chains/kaia/index.ts";

export interface SendOptions {
  readonly from: string;
  readonly gas?: string;
  readonly feeDelegation?: boolean;
  readonly feePayer?: string;
}

/** What a contract of caver's gives for a transaction. */
export interface CaverReceipt {
  readonly status: boolean;
  readonly type: string;
  readonly events?: Readonly<Record<string, unknown>>;
}

interface BigNumberLike {
  toString(base?: number): string;
}

type Id = string | number;
type Sent = Promise<CaverReceipt>;

/** caver.kct.kip17, all of its methods; the types that caver declares do not fit how it is loaded. */
export interface CaverKip17 {
  readonly options: { readonly address: string };
  readonly methods: Readonly<Record<string, (...args: readonly unknown[]) => { call(): Promise<unknown> }>>;
  setWallet(wallet: CaverWallet): void;
  deploy(deployment: { readonly data: string; readonly arguments: readonly unknown[] }): {
    send(options: SendOptions): Promise<{ readonly options: { readonly address: string } }>;
  };
  detectInterface(): Promise<Readonly<Record<string, boolean>>>;
  supportsInterface(id: string): Promise<boolean>;
  name(): Promise<string>;
  symbol(): Promise<string>;
  tokenURI(id: Id): Promise<string>;
  totalSupply(): Promise<BigNumberLike>;
  tokenByIndex(index: number): Promise<BigNumberLike>;
  tokenOfOwnerByIndex(owner: string, index: number): Promise<BigNumberLike>;
  balanceOf(owner: string): Promise<BigNumberLike>;
  ownerOf(id: Id): Promise<string>;
  getApproved(id: Id): Promise<string>;
  isApprovedForAll(owner: string, operator: string): Promise<boolean>;
  isMinter(account: string): Promise<boolean>;
  paused(): Promise<boolean>;
  isPauser(account: string): Promise<boolean>;
  approve(to: string, id: Id, options: SendOptions): Sent;
  setApprovalForAll(to: string, approved: boolean, options: SendOptions): Sent;
  transferFrom(from: string, to: string, id: Id, options: SendOptions): Sent;
  safeTransferFrom(from: string, to: string, id: Id, ...rest: readonly (string | SendOptions)[]): Sent;
  addMinter(account: string, options: SendOptions): Sent;
  renounceMinter(options: SendOptions): Sent;
  mint(to: string, id: Id, options: SendOptions): Sent;
  mintWithTokenURI(to: string, id: Id, uri: string, options: SendOptions): Sent;
  burn(id: Id, options: SendOptions): Sent;
  pause(options: SendOptions): Sent;
  unpause(options: SendOptions): Sent;
  addPauser(account: string, options: SendOptions): Sent;
  renouncePauser(options: SendOptions): Sent;
}

/** `create` of caver's class, which is the way to a contract that is there, or with another ABI to one that is not yet. */
export interface CaverKct {
  readonly kct: {
    readonly kip17: {
      create(addressOrAbi: string | readonly unknown[]): CaverKip17;
      detectInterface(address: string): Promise<Readonly<Record<string, boolean>>>;
    };
  };
}

export function caverOver(provider: CaverProvider): CaverKct {
  const loaded: unknown = Caver;
  if (!isClass(loaded)) throw new TypeError("caver-js exports no class");
  return new loaded(provider);
}

function isClass(value: unknown): value is new (provider: CaverProvider) => CaverKct {
  return typeof value === "function";
}
