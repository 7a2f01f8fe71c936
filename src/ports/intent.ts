import type { Hex } from "../units/brands.ts";

/** An ABI: JSON entries, or human-readable fragments such as `function sign(string message)`. */
export type Abi = readonly (string | Readonly<Record<string, unknown>>)[];

/** What the caller wants done on a chain, before it is bytes. Amounts are base units (wei, kei). */
export type Intent =
  | { readonly transfer: { readonly to: string; readonly value: bigint } }
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
