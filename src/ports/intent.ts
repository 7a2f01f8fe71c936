import type { Hex } from "../units/brands.ts";

/** An ABI: JSON entries, or human-readable fragments such as `function sign(string message)`. */
export type Abi = readonly (string | Readonly<Record<string, unknown>>)[];

/** What the caller wants done on a chain, before it is bytes. Amounts are base units (wei, kei). */
export type Intent =
  | {
      readonly transfer: {
        readonly to: string;
        readonly value: bigint;
        /** Kaia alone: a text, written as UTF-8, or bytes, for everybody to read in the transaction. */
        readonly memo?: string | Uint8Array;
      };
    }
  /** Moves tokens of an ERC-20 or KIP-7 contract. `amount` is in the token's own smallest unit. */
  | { readonly token: { readonly contract: string; readonly to: string; readonly amount: bigint } }
  | {
      readonly call: {
        readonly to: string;
        readonly abi: Abi;
        /** Name, or full signature where the name is overloaded. */
        readonly function: string;
        readonly args?: readonly unknown[];
        readonly value?: bigint;
      };
    }
  | { readonly data: { readonly to: string; readonly data: Hex; readonly value?: bigint } }
  | {
      readonly deploy: {
        readonly bytecode: Hex;
        readonly abi?: Abi;
        readonly args?: readonly unknown[];
        readonly value?: bigint;
      };
    };

/** Takes the place of the sender's pending transaction with this nonce, and does nothing. The outbox alone makes it. */
export interface CancelIntent {
  readonly cancel: { readonly nonce: number };
}

/** One argument of a call, for people to read. */
export interface DecodedArgument {
  /** Empty where the ABI gives none. */
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** An intent as bytes: what is stored, shown, asked of the policy, and signed. Plain data. */
export interface EncodedIntent {
  readonly kind: "transfer" | "memo" | "token" | "call" | "data" | "deploy" | "cancel";
  /** Destination, as the chain writes it; null deploys. A cancel goes to its sender. */
  readonly to: string | null;
  readonly value: bigint;
  /** Calldata, memo, or init code with its arguments. */
  readonly data: Hex;
  /** Such as `transfer(address,uint256)`; null where no ABI tells. */
  readonly function: string | null;
  readonly args: readonly DecodedArgument[];
  /** Set where tokens are moved by an intent of that kind. */
  readonly token: { readonly contract: string; readonly to: string; readonly amount: bigint } | null;
  /** The custom errors of the ABI, as fragments: `error NotYours(address)`. For naming a revert. */
  readonly errors: readonly string[];
}

/** A read of contract state. */
export interface ContractRead {
  readonly to: string;
  readonly abi: Abi;
  readonly function: string;
  readonly args?: readonly unknown[];
}
