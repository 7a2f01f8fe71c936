import type { TransactionReceipt, WaitOptions } from "../../ports/chain-adapter.ts";
import type { EncodedIntent, Intent } from "../../ports/intent.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Hex } from "../../units/brands.ts";
import type { EthersChain } from "./ethers-chain.ts";

/** What signs: a wallet's account, or a service's, on an EVM chain or Kaia. */
export interface SigningAccount {
  readonly address: string;
  readonly signer: Signer;
  /** The chain that transactions go to, unless a provider is given. */
  readonly adapter?: EthersChain;
  /** Stores what is to be sent; from then on it is sent once. Left out: signed and sent here, with the nonce that the node says. */
  send?(intent: Intent, options?: StoredSendOptions): Promise<StoredSend>;
}

/** What is used of the outbox's options. */
export interface StoredSendOptions {
  readonly gasLimit?: bigint;
  readonly feeCeiling?: bigint;
}

/** What is used of the outbox's handle. */
export interface StoredSend {
  readonly id: string;
  wait(stage: "broadcast", options?: WaitOptions): Promise<{ readonly hash: Hex; readonly nonce: number }>;
  wait(stage: "mined", options?: WaitOptions): Promise<TransactionReceipt>;
  status(): Promise<StoredStatus>;
}

export interface StoredStatus {
  /** `failed` and `cancelled`: it has ended, and is on no chain. */
  readonly state: string;
  readonly intent: EncodedIntent;
  readonly attempts: readonly StoredAttempt[];
  /** Set while it is in a block. */
  readonly receipt: { readonly hash: Hex } | null;
}

export interface StoredAttempt {
  readonly hash: Hex;
  readonly nonce: number;
  readonly purpose: "send" | "cancel";
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly gasLimit: bigint;
}
