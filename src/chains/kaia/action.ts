import type { Hex } from "../../units/brands.ts";

/** What a transaction of Kaia's own types does. */
export type KaiaAction =
  | { readonly kind: "valueTransfer"; readonly to: string; readonly value: bigint }
  | { readonly kind: "valueTransferMemo"; readonly to: string; readonly value: bigint; readonly input: Hex }
  | { readonly kind: "smartContractDeploy"; readonly value: bigint; readonly input: Hex }
  | { readonly kind: "smartContractExecution"; readonly to: string; readonly value: bigint; readonly input: Hex }
  | { readonly kind: "cancel" };
