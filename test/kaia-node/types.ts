/** What a transaction does, whoever pays for it. */
export type Action =
  | "legacy"
  | "accessList"
  | "dynamicFee"
  | "setCode"
  | "valueTransfer"
  | "valueTransferMemo"
  | "accountUpdate"
  | "smartContractDeploy"
  | "smartContractExecution"
  | "cancel"
  | "chainDataAnchoring";

/** Who pays the fee: the sender, the fee payer, or both by ratio. */
export type Delegation = "none" | "full" | "ratio";

export interface TransactionKind {
  /** 0 for legacy, 0x08 to 0x4a for Kaia's own, 0x7801 and up for Ethereum's types in Kaia's envelope. */
  readonly typeInt: number;
  /** The node's name, such as `TxTypeFeeDelegatedCancel`. */
  readonly name: string;
  readonly action: Action;
  readonly delegation: Delegation;
}

export interface Signature {
  readonly v: bigint;
  readonly r: bigint;
  readonly s: bigint;
}

export interface AccessListEntry {
  readonly address: string;
  readonly storageKeys: readonly string[];
}

export interface Authorization {
  readonly chainId: bigint;
  readonly address: string;
  readonly nonce: bigint;
  readonly yParity: bigint;
  readonly r: bigint;
  readonly s: bigint;
}

/** A decoded transaction. Addresses and other bytes are lower-case hex. Nothing about it has been checked but its encoding. */
export interface Transaction {
  readonly kind: TransactionKind;
  /** From V or from the field of that name; undefined for a legacy transaction of any chain. */
  readonly chainId: bigint | undefined;
  readonly nonce: bigint;
  readonly gas: bigint;
  /** What it offers at most: gasPrice, or maxFeePerGas of types 2 and 4. */
  readonly gasPrice: bigint;
  /** Types 2 and 4 alone. */
  readonly maxPriorityFeePerGas?: bigint;
  /** Null for what has no recipient: deployments, account updates, cancels, anchorings. */
  readonly to: string | null;
  readonly value: bigint;
  readonly input: string;
  /** The sender a Kaia type names. The others' sender follows from the signature. */
  readonly from?: string;
  /** The new account key, encoded. */
  readonly key?: string;
  readonly humanReadable?: boolean;
  readonly codeFormat?: bigint;
  /** The fee payer's share in percent. */
  readonly feeRatio?: number;
  readonly accessList?: readonly AccessListEntry[];
  readonly authorizationList?: readonly Authorization[];
  readonly signatures: readonly Signature[];
  readonly feePayer?: string;
  readonly feePayerSignatures?: readonly Signature[];
  readonly signingHash: string;
  readonly feePayerSigningHash?: string;
  readonly hash: string;
  /** The hash without the fee payer's part. */
  readonly senderTxHash: string;
  /** As Ethereum writes it: without the 0x78 of the envelope. */
  readonly raw: string;
}

const basicActions: readonly (readonly [code: number, suffix: string, action: Action])[] = [
  [0x08, "ValueTransfer", "valueTransfer"],
  [0x10, "ValueTransferMemo", "valueTransferMemo"],
  [0x20, "AccountUpdate", "accountUpdate"],
  [0x28, "SmartContractDeploy", "smartContractDeploy"],
  [0x30, "SmartContractExecution", "smartContractExecution"],
  [0x38, "Cancel", "cancel"],
  [0x48, "ChainDataAnchoring", "chainDataAnchoring"],
];

export const legacyKind: TransactionKind = {
  typeInt: 0,
  name: "TxTypeLegacyTransaction",
  action: "legacy",
  delegation: "none",
};

/** Kaia's own types by their first byte. */
export const kaiaKinds: ReadonlyMap<number, TransactionKind> = new Map(
  basicActions.flatMap(([code, suffix, action]): [number, TransactionKind][] => [
    [code, { typeInt: code, name: `TxType${suffix}`, action, delegation: "none" }],
    [code + 1, { typeInt: code + 1, name: `TxTypeFeeDelegated${suffix}`, action, delegation: "full" }],
    [code + 2, { typeInt: code + 2, name: `TxTypeFeeDelegated${suffix}WithRatio`, action, delegation: "ratio" }],
  ]),
);

/** Ethereum's typed transactions by the byte that follows the envelope's. Blobs are not among them. */
export const ethereumKinds: ReadonlyMap<number, TransactionKind> = new Map([
  [0x01, { typeInt: 0x7801, name: "TxTypeEthereumAccessList", action: "accessList", delegation: "none" }],
  [0x02, { typeInt: 0x7802, name: "TxTypeEthereumDynamicFee", action: "dynamicFee", delegation: "none" }],
  [0x04, { typeInt: 0x7804, name: "TxTypeEthereumSetCode", action: "setCode", delegation: "none" }],
]);

/** Legacy and enveloped types: their sender is recovered, and their account must hold a legacy key. */
export function isEthereumKind(kind: TransactionKind): boolean {
  return kind.typeInt === 0 || kind.typeInt > 0xff;
}

export function isDeployment(transaction: Transaction): boolean {
  if (transaction.kind.action === "smartContractDeploy") return true;
  return isEthereumKind(transaction.kind) && transaction.to === null;
}

/** Types that never enter the EVM. */
export function skipsEvm({ action }: TransactionKind): boolean {
  return action === "cancel" || action === "accountUpdate" || action === "chainDataAnchoring";
}
