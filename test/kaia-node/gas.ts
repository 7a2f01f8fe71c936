import { getBytes } from "ethers";
import { creationGas, decodeAccountKey } from "./account-keys.ts";
import { isDeployment, isEthereumKind, type Transaction, type TransactionKind } from "./types.ts";

export const upperGasLimit = 500_000_000n;
export const maxInitCodeSize = 49_152;

/** What fee delegation costs beyond the same transaction without. */
export function delegationGas({ delegation }: TransactionKind): bigint {
  if (delegation === "none") return 0n;
  return delegation === "full" ? 10_000n : 15_000n;
}

interface Payload {
  readonly input: string;
  readonly deploys: boolean;
  readonly accessList?: readonly { readonly storageKeys: readonly string[] }[] | undefined;
  readonly authorizations?: number | undefined;
}

/** What Ethereum asks before the first opcode. Spec: EIP-2028, EIP-2930, EIP-3860, EIP-7702. */
export function ethereumIntrinsicGas({ input, deploys, accessList = [], authorizations = 0 }: Payload): bigint {
  const bytes = getBytes(input);
  const zeros = bytes.filter((byte) => byte === 0).length;
  const words = deploys ? Math.ceil(bytes.length / 32) : 0;
  const keys = accessList.reduce((sum, { storageKeys }) => sum + storageKeys.length, 0);
  return BigInt(
    (deploys ? 53_000 : 21_000) +
      zeros * 4 +
      (bytes.length - zeros) * 16 +
      words * 2 +
      accessList.length * 2_400 +
      keys * 1_900 +
      authorizations * 25_000,
  );
}

/** The least that a transaction with this data pays. Spec: EIP-7623. */
export function floorGas(input: string, base = 21_000n): bigint {
  const bytes = getBytes(input);
  const zeros = bytes.filter((byte) => byte === 0).length;
  return base + 10n * BigInt(zeros + (bytes.length - zeros) * 4);
}

/** Intrinsic gas of any type, without what further signatures cost. */
export function intrinsicGas(transaction: Transaction): bigint {
  const { kind, input, accessList, authorizationList } = transaction;
  const keyGas = transaction.key === undefined ? 0n : creationGas(decodeAccountKey(transaction.key));
  const payload = { input, deploys: isDeployment(transaction), accessList, authorizations: authorizationList?.length };
  return ethereumIntrinsicGas(payload) + delegationGas(kind) + keyGas;
}

/** The floor of any type: Kaia starts from the type's own base, where Ethereum's types start from 21,000 even for deployments. */
export function transactionFloorGas(transaction: Transaction, signatureGas: bigint): bigint {
  const base = isDeployment(transaction) && !isEthereumKind(transaction.kind) ? 53_000n : 21_000n;
  return floorGas(transaction.input, base + delegationGas(transaction.kind) + signatureGas);
}
