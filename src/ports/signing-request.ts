import type { EncodedIntent } from "./intent.ts";

/** A right that typed data or an authorisation gives to somebody: what a signature of it is worth. */
export interface Grant {
  /** `permit`: ERC-2612 or ERC-4494 or DAI's; `permit2`: Uniswap's Permit2. */
  readonly kind: "permit" | "permit2";
  /** The token's contract. */
  readonly token: string;
  readonly spender: string;
  /** In the token's unit; a token id for ERC-4494. Null: all of it. */
  readonly amount: bigint | null;
}

/** What a signature is asked for: the policy decides by this. */
export type SigningRequest =
  | { readonly kind: "transaction"; readonly chainId: number; readonly intent: EncodedIntent }
  /** As the fee payer of another account's transaction. */
  | { readonly kind: "fee"; readonly chainId: number; readonly from: string; readonly maxFee: bigint }
  /** EIP-191. */
  | { readonly kind: "message"; readonly bytes: Uint8Array }
  | {
      readonly kind: "typed-data";
      /** Null where the domain names none. */
      readonly chainId: number | null;
      readonly verifyingContract: string | null;
      readonly primaryType: string;
      /** What it grants; empty where it is recognised and grants nothing; null where it is not recognised. */
      readonly grants: readonly Grant[] | null;
    }
  /** EIP-7702: lets the code at `delegate` act as the account. Chain id 0 is every chain. */
  | { readonly kind: "authorization"; readonly chainId: number; readonly delegate: string; readonly nonce: bigint }
  /** 32 bytes of which nothing is known. */
  | { readonly kind: "digest" };
