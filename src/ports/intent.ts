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
  /** Kaia alone: takes the place of the sender's pending transaction with this nonce, whatever that one offers, and does nothing. */
  | { readonly cancel: { readonly nonce: number } }
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

/** A read of contract state. */
export interface ContractRead {
  readonly to: string;
  readonly abi: Abi;
  readonly function: string;
  readonly args?: readonly unknown[];
}
