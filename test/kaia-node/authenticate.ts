import { computeAddress, concat, encodeRlp, keccak256 } from "ethers";
import { acceptsSigners, type AccountKey, type Role, roles, signatureGas } from "./account-keys.ts";
import { refusals, refused } from "./errors.ts";
import { rlpQuantity } from "./rlp.ts";
import { recoverPublicKey, recoveryIdOf } from "./signatures.ts";
import { isEthereumKind, type Signature, type Transaction } from "./types.ts";

export interface Authenticated {
  readonly address: string;
  /** What checking further signatures costs. */
  readonly gas: bigint;
}

type KeyOf = (address: string) => Promise<AccountKey>;

/** Finds the sender and checks its signatures against its account key. */
export async function authenticateSender(
  transaction: Transaction,
  chainId: bigint,
  keyOf: KeyOf,
): Promise<Authenticated> {
  if (isEthereumKind(transaction.kind)) {
    const address = recoverEthereumSender(transaction);
    if (address === undefined) throw refused(`invalid sender: ${refusals.signatureValues}`);
    if ((await keyOf(address)).type !== "legacy") throw refused(`invalid sender: ${refusals.legacyKeyNeeded}`);
    return { address, gas: 0n };
  }
  const address = transaction.from ?? "";
  const role = transaction.kind.action === "accountUpdate" ? roles.accountUpdate : roles.transaction;
  const { signingHash, signatures } = transaction;
  const gas = await checkSigners(address, role, signingHash, signatures, chainId, keyOf, "invalid sender");
  return { address, gas };
}

export async function authenticateFeePayer(
  { feePayer = "", feePayerSigningHash = "", feePayerSignatures = [] }: Transaction,
  chainId: bigint,
  keyOf: KeyOf,
): Promise<Authenticated> {
  const who = "invalid fee payer";
  const gas = await checkSigners(
    feePayer,
    roles.feePayer,
    feePayerSigningHash,
    feePayerSignatures,
    chainId,
    keyOf,
    who,
  );
  return { address: feePayer, gas };
}

/** The address that signed a legacy or enveloped transaction. */
export function recoverEthereumSender({ kind, chainId, signatures, signingHash }: Transaction): string | undefined {
  const [signature] = signatures;
  if (signature === undefined) return undefined;
  const { v } = signature;
  const recoveryId = kind.typeInt !== 0 ? v : chainId === undefined ? v - 27n : recoveryIdOf(v, chainId);
  const key = recoverPublicKey(signingHash, signature, recoveryId);
  return key === undefined ? undefined : computeAddress(key).toLowerCase();
}

/** Whose accounts a set-code transaction delegates. Spec: EIP-7702. */
export function authoritiesOf({ authorizationList = [] }: Transaction): string[] {
  return authorizationList.flatMap(({ chainId, address, nonce, yParity, r, s }) => {
    const tuple = encodeRlp([rlpQuantity(chainId), address, rlpQuantity(nonce)]);
    const key = recoverPublicKey(keccak256(concat(["0x05", tuple])), { v: yParity, r, s }, yParity);
    return key === undefined ? [] : [computeAddress(key).toLowerCase()];
  });
}

/** The public keys behind a Kaia type's signatures, or undefined if one of them is no signature. */
export function recoverSigners(
  digest: string,
  signatures: readonly Signature[],
  chainId: bigint,
): string[] | undefined {
  const keys = signatures.flatMap((each) => recoverPublicKey(digest, each, recoveryIdOf(each.v, chainId)) ?? []);
  return keys.length === signatures.length && keys.length > 0 ? keys : undefined;
}

async function checkSigners(
  address: string,
  role: Role,
  digest: string,
  signatures: readonly Signature[],
  chainId: bigint,
  keyOf: KeyOf,
  who: string,
): Promise<bigint> {
  const signers = recoverSigners(digest, signatures, chainId);
  if (signers === undefined) throw refused(`${who}: ${refusals.signatureValues}`);
  const key = await keyOf(address);
  if (!acceptsSigners(key, role, address, signers)) throw refused(`${who}: ${refusals.accountKey}`);
  return signatureGas(key, role, signatures.length);
}
