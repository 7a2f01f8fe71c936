import { concat, dataLength, dataSlice, encodeRlp, keccak256, type RlpStructuredData, toBeHex } from "ethers";
import { refusals, refused } from "./errors.ts";
import { decodeCanonical, fieldsOf, type RlpFields, rlpQuantity } from "./rlp.ts";
import { chainIdOf } from "./signatures.ts";
import { type AccessListEntry, type Authorization, ethereumKinds, legacyKind, type Transaction } from "./types.ts";

/** Spec: EIP-155 and, for V of 27 and 28, what was before it. */
export function decodeLegacy(raw: string): Transaction {
  const items = decodeCanonical(raw);
  const fields = fieldsOf(items, "TxInternalDataLegacy");
  const content = {
    nonce: fields.quantity(),
    gasPrice: fields.quantity(),
    gas: fields.quantity(),
    to: fields.addressOrNull(),
    value: fields.quantity(),
    input: fields.bytes(),
  };
  const signature = { v: fields.quantity(), r: fields.quantity(), s: fields.quantity() };
  fields.end();

  const unprotected = signature.v === 27n || signature.v === 28n;
  const chainId = unprotected ? undefined : chainIdOf(signature.v);
  const unsigned = typeof items === "string" ? [] : items.slice(0, 6);
  const chain = chainId === undefined ? [] : [rlpQuantity(chainId), "0x", "0x"];
  const hash = keccak256(raw);
  return {
    ...content,
    kind: legacyKind,
    chainId,
    signatures: [signature],
    signingHash: keccak256(encodeRlp([...unsigned, ...chain])),
    hash,
    senderTxHash: hash,
    raw,
  };
}

/** Spec: EIP-2930, EIP-1559, EIP-7702. */
export function decodeEthereumTyped(raw: string): Transaction {
  const type = dataLength(raw) === 0 ? -1 : Number(dataSlice(raw, 0, 1));
  const kind = ethereumKinds.get(type);
  if (kind === undefined) throw refused(refusals.undefinedType);
  const items = decodeCanonical(dataSlice(raw, 1));
  const fields = fieldsOf(items, kind.name.replace("TxType", "TxInternalData"));

  const chainId = fields.quantity();
  const nonce = fields.quantity();
  const tip = kind.action === "accessList" ? undefined : fields.quantity();
  const content = {
    gasPrice: fields.quantity(),
    gas: fields.quantity(),
    to: kind.action === "setCode" ? fields.address() : fields.addressOrNull(),
    value: fields.quantity(),
    input: fields.bytes(),
    accessList: fields.list().map(readAccess),
  };
  const authorizationList = kind.action === "setCode" ? fields.list().map(readAuthorization) : undefined;
  const signature = { v: fields.quantity(), r: fields.quantity(), s: fields.quantity() };
  fields.end();

  const unsigned = typeof items === "string" ? [] : items.slice(0, -3);
  const hash = keccak256(raw);
  return {
    ...content,
    ...(tip === undefined ? {} : { maxPriorityFeePerGas: tip }),
    ...(authorizationList === undefined ? {} : { authorizationList }),
    kind,
    chainId,
    nonce,
    signatures: [signature],
    signingHash: keccak256(concat([toBeHex(type), encodeRlp(unsigned)])),
    hash,
    senderTxHash: hash,
    raw,
  };
}

function readAccess(item: RlpStructuredData): AccessListEntry {
  const fields = fieldsOf(item, "AccessTuple");
  const address = fields.address();
  const storageKeys = fields.list().map((key) => {
    if (typeof key !== "string" || dataLength(key) !== 32) throw refused("rlp: expected input string for common.Hash");
    return key;
  });
  fields.end();
  return { address, storageKeys };
}

function readAuthorization(item: RlpStructuredData): Authorization {
  const fields: RlpFields = fieldsOf(item, "SetCodeAuthorization");
  const authorization = {
    chainId: fields.quantity(),
    address: fields.address(),
    nonce: fields.quantity(),
    yParity: fields.quantity(),
    r: fields.quantity(),
    s: fields.quantity(),
  };
  fields.end();
  return authorization;
}
