import { concat, dataLength, dataSlice, encodeRlp, keccak256, type RlpStructuredData, toBeHex } from "ethers";
import { decodeEthereumTyped, decodeLegacy } from "./decode-ethereum.ts";
import { refusals, refused } from "./errors.ts";
import { decodeCanonical, fieldsOf, type RlpFields, rlpQuantity } from "./rlp.ts";
import { chainIdOf } from "./signatures.ts";
import { kaiaKinds, type Signature, type Transaction, type TransactionKind } from "./types.ts";

const envelope = 0x78;

/**
 * Decodes what `kaia_sendRawTransaction` takes: legacy, Kaia's types, and Ethereum's types behind 0x78. Written from Kaia's published
 * layouts, without caver.
 * Spec: https://docs.kaia.io/build/transactions
 */
export function decodeTransaction(raw: string): Transaction {
  if (dataLength(raw) === 0) throw refused("EOF");
  const first = firstByte(raw);
  if (first >= 0xc0) return decodeLegacy(raw);
  if (first === envelope) return decodeEthereumTyped(dataSlice(raw, 1));
  const kind = kaiaKinds.get(first);
  if (kind === undefined) throw refused(refusals.undefinedType);
  return decodeKaia(raw, kind);
}

/** Decodes what `eth_sendRawTransaction` takes: legacy and Ethereum's types as Ethereum writes them. */
export function decodeEthereumTransaction(raw: string): Transaction {
  if (dataLength(raw) === 0) throw refused(refusals.emptyInput);
  return firstByte(raw) >= 0xc0 ? decodeLegacy(raw) : decodeEthereumTyped(raw);
}

function firstByte(raw: string): number {
  return Number(dataSlice(raw, 0, 1));
}

/** The fields between the gas and the signatures. */
interface Middle {
  to: string | null;
  value: bigint;
  from: string;
  input: string;
  key?: string;
  humanReadable?: boolean;
  codeFormat?: bigint;
  feeRatio?: number;
}

function readMiddle(fields: RlpFields, { action, delegation }: TransactionKind): Middle {
  const middle: Middle = { to: null, value: 0n, from: "", input: "0x" };
  const hasRecipient = /^(valueTransfer|smartContract)/.test(action);
  if (hasRecipient) {
    middle.to = action === "smartContractDeploy" ? fields.addressOrNull() : fields.address();
    middle.value = fields.quantity();
  }
  middle.from = fields.address();
  if (action === "accountUpdate") middle.key = fields.bytes();
  else if (action !== "valueTransfer" && action !== "cancel") middle.input = fields.bytes();
  if (action === "smartContractDeploy") middle.humanReadable = fields.bool();
  if (delegation === "ratio") middle.feeRatio = fields.small();
  if (action === "smartContractDeploy") middle.codeFormat = fields.quantity();
  return middle;
}

function decodeKaia(raw: string, kind: TransactionKind): Transaction {
  const into = kind.name.replace("TxType", "TxInternalData");
  const items = decodeCanonical(dataSlice(raw, 1));
  const fields = fieldsOf(items, into);
  const nonce = fields.quantity();
  const gasPrice = fields.quantity();
  const gas = fields.quantity();
  const middle = readMiddle(fields, kind);
  const signatures = readSignatures(fields.list(), into);
  const payer =
    kind.delegation === "none"
      ? undefined
      : { address: fields.address(), signatures: readSignatures(fields.list(), into) };
  fields.end();

  const chainId = chainIdOf(signatures[0]?.v ?? 0n);
  const all = typeof items === "string" ? [] : items;
  const unsignedCount = all.length - (payer === undefined ? 1 : 3);
  const unsigned = encodeRlp([toBeHex(kind.typeInt), ...all.slice(0, unsignedCount)]);
  const chain: RlpStructuredData[] = [rlpQuantity(chainId), "0x", "0x"];
  const hash = keccak256(raw);
  const base = {
    ...middle,
    kind,
    chainId,
    nonce,
    gasPrice,
    gas,
    signatures,
    signingHash: keccak256(encodeRlp([unsigned, ...chain])),
    hash,
    raw,
  };
  if (payer === undefined) return { ...base, senderTxHash: hash };
  return {
    ...base,
    feePayer: payer.address,
    feePayerSignatures: payer.signatures,
    feePayerSigningHash: keccak256(encodeRlp([unsigned, payer.address, ...chain])),
    senderTxHash: keccak256(concat([toBeHex(kind.typeInt), encodeRlp(all.slice(0, unsignedCount + 1))])),
  };
}

function readSignatures(items: readonly RlpStructuredData[], into: string): readonly Signature[] {
  return items.map((item) => {
    const fields = fieldsOf(item, into);
    const signature = { v: fields.quantity(), r: fields.quantity(), s: fields.quantity() };
    fields.end();
    return signature;
  });
}
