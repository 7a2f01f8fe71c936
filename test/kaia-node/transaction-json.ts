import { decodeRlp, toQuantity, ZeroHash } from "ethers";
import { effectiveGasPrice } from "./price.ts";
import { isEthereumKind, skipsEvm, type Signature, type Transaction } from "./types.ts";

/** Where a mined transaction stands. */
export interface Place {
  readonly blockHash: string;
  readonly blockNumber: number;
  readonly index: number;
  readonly baseFee: bigint;
}

/** The sender's part, as `kaia_getTransactionByHash` and Kaia's receipts both show it. */
export function kaiaFields(
  transaction: Transaction,
  sender: string,
  place: Place | undefined,
): Record<string, unknown> {
  const { kind, to, input, accessList, authorizationList, maxPriorityFeePerGas: tip, feePayer } = transaction;
  // A mined transaction shows the price it paid.
  const gasPrice = place === undefined ? transaction.gasPrice : effectiveGasPrice(transaction, place.baseFee);
  const fields: Record<string, unknown> = {
    from: sender,
    gas: toQuantity(transaction.gas),
    gasPrice: toQuantity(gasPrice),
    nonce: toQuantity(transaction.nonce),
    senderTxHash: transaction.senderTxHash,
    signatures: transaction.signatures.map(signatureJson),
    type: kind.name,
    typeInt: kind.typeInt,
  };
  if (!skipsEvm(kind)) Object.assign(fields, { to, value: toQuantity(transaction.value) });
  const showsInput = isEthereumKind(kind) || !["valueTransfer", "accountUpdate", "cancel"].includes(kind.action);
  if (showsInput) fields["input"] = input;
  if (kind.action === "chainDataAnchoring") fields["inputJSON"] = anchoringJson(input);
  if (kind.action === "smartContractDeploy") {
    Object.assign(fields, {
      humanReadable: transaction.humanReadable,
      codeFormat: toQuantity(transaction.codeFormat ?? 0),
    });
  }
  if (transaction.key !== undefined) fields["key"] = transaction.key;
  if (kind.typeInt > 0xff) Object.assign(fields, { chainId: toQuantity(transaction.chainId ?? 0n), accessList });
  if (tip !== undefined) {
    Object.assign(fields, {
      maxFeePerGas: toQuantity(transaction.gasPrice),
      maxPriorityFeePerGas: toQuantity(tip),
    });
  }
  if (authorizationList !== undefined) fields["authorizationList"] = authorizationsJson(transaction);
  if (feePayer !== undefined) {
    Object.assign(fields, { feePayer, feePayerSignatures: transaction.feePayerSignatures?.map(signatureJson) });
  }
  if (transaction.feeRatio !== undefined) fields["feeRatio"] = toQuantity(transaction.feeRatio);
  return fields;
}

/** A pending transaction reads as if block 0 had it. */
export function kaiaTransaction(transaction: Transaction, sender: string, place?: Place): Record<string, unknown> {
  return {
    ...kaiaFields(transaction, sender, place),
    blockHash: place?.blockHash ?? ZeroHash,
    blockNumber: toQuantity(place?.blockNumber ?? 0),
    hash: transaction.hash,
    transactionIndex: toQuantity(place?.index ?? 0),
  };
}

/** Ethereum's view: a Kaia type looks like type 0, and shows its first signature alone. */
export function ethTransaction(transaction: Transaction, sender: string, place?: Place): Record<string, unknown> {
  const { kind, maxPriorityFeePerGas: tip, authorizationList } = transaction;
  const [signature] = transaction.signatures;
  const gasPrice = place === undefined ? transaction.gasPrice : effectiveGasPrice(transaction, place.baseFee);
  return {
    blockHash: place?.blockHash ?? null,
    blockNumber: place === undefined ? null : toQuantity(place.blockNumber),
    from: sender,
    gas: toQuantity(transaction.gas),
    gasPrice: toQuantity(gasPrice),
    ...(tip === undefined
      ? {}
      : { maxFeePerGas: toQuantity(transaction.gasPrice), maxPriorityFeePerGas: toQuantity(tip) }),
    hash: transaction.hash,
    input: transaction.input,
    nonce: toQuantity(transaction.nonce),
    to: ethRecipient(transaction, sender),
    transactionIndex: place === undefined ? null : toQuantity(place.index),
    value: toQuantity(transaction.value),
    type: ethType(transaction),
    ...(kind.typeInt > 0xff
      ? { accessList: transaction.accessList, chainId: toQuantity(transaction.chainId ?? 0n) }
      : {}),
    ...(authorizationList === undefined ? {} : { authorizationList: authorizationsJson(transaction) }),
    v: toQuantity(signature?.v ?? 0n),
    r: toQuantity(signature?.r ?? 0n),
    s: toQuantity(signature?.s ?? 0n),
  };
}

export function ethType({ kind }: Transaction): string {
  return kind.typeInt > 0xff ? toQuantity(kind.typeInt - 0x7800) : "0x0";
}

/** Types without a recipient name their sender there. */
export function ethRecipient({ kind, to }: Transaction, sender: string): string | null {
  return skipsEvm(kind) ? sender : to;
}

/** Quantities, so leading zeros are gone. */
function signatureJson({ v, r, s }: Signature): Record<string, string> {
  return { V: toQuantity(v), R: toQuantity(r), S: toQuantity(s) };
}

function authorizationsJson({ authorizationList = [] }: Transaction): Record<string, string>[] {
  return authorizationList.map(({ chainId, address, nonce, yParity, r, s }) => ({
    chainId: toQuantity(chainId),
    address,
    nonce: toQuantity(nonce),
    yParity: toQuantity(yParity),
    r: toQuantity(r),
    s: toQuantity(s),
  }));
}

/** Anchoring data of the first version: five hashes and a block number. */
function anchoringJson(input: string): unknown {
  const names = ["blockHash", "transactionsRoot", "parentHash", "receiptsRoot", "stateRoot"];
  try {
    const items = decodeRlp(input);
    if (typeof items === "string" || items.length !== names.length + 1) return null;
    const number = items.at(-1);
    const entries = names.map((name, index) => [name, items[index]] as const);
    return { ...Object.fromEntries(entries), blockNumber: number === "0x" ? 0 : Number(number) };
  } catch {
    return null;
  }
}
