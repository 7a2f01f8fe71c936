import { computeAddress, dataSlice, type RlpStructuredData, SigningKey } from "ethers";
import { refused } from "./errors.ts";
import { decodeCanonical, fieldsOf } from "./rlp.ts";

/** Who may sign for an account. Public keys are 33 bytes, compressed. */
export type AccountKey =
  | { readonly type: "nil" }
  | { readonly type: "legacy" }
  | { readonly type: "fail" }
  | { readonly type: "public"; readonly key: string }
  | { readonly type: "multisig"; readonly threshold: bigint; readonly keys: readonly WeightedKey[] }
  | { readonly type: "roles"; readonly keys: readonly AccountKey[] };

interface WeightedKey {
  readonly weight: bigint;
  readonly key: string;
}

export const roles = { transaction: 0, accountUpdate: 1, feePayer: 2 } as const;
export type Role = (typeof roles)[keyof typeof roles];

export const legacyKey: AccountKey = { type: "legacy" };
/** Contracts have it: nobody can sign. */
export const failKey: AccountKey = { type: "fail" };

const gasPerKey = 20_000n;
const gasPerFurtherSignature = 15_000n;

/** Spec: https://docs.kaia.io/learn/accounts#account-key */
export function decodeAccountKey(encoded: string, nested = false): AccountKey {
  const type = encoded === "0x" ? 0x80 : Number(dataSlice(encoded, 0, 1));
  if (type === 0x80) return { type: "nil" };
  const body: RlpStructuredData = decodeCanonical(dataSlice(encoded, 1));
  switch (type) {
    case 0x01:
      return legacyKey;
    case 0x02:
      return { type: "public", key: pointOf(body) };
    case 0x03:
      return failKey;
    case 0x04: {
      const fields = fieldsOf(body, "AccountKeyWeightedMultiSig");
      const threshold = fields.quantity();
      const keys = fields.list().map((item) => {
        const pair = fieldsOf(item, "WeightedPublicKey");
        return { weight: pair.quantity(), key: pointOf(pair.bytes()) };
      });
      return { type: "multisig", threshold, keys };
    }
    case 0x05: {
      if (nested || typeof body === "string") throw refused("nested composite type");
      return {
        type: "roles",
        keys: body.map((item) => decodeAccountKey(typeof item === "string" ? item : "0x", true)),
      };
    }
    default:
      throw refused("undefined account key type");
  }
}

function pointOf(item: RlpStructuredData): string {
  try {
    return SigningKey.computePublicKey(typeof item === "string" ? item : "0x", true);
  } catch {
    throw refused("public key is not on curve");
  }
}

/** The key that a role falls back to where it has none is that of transactions. */
function forRole(key: AccountKey, role: Role): AccountKey {
  if (key.type !== "roles") return key;
  return key.keys[role] ?? key.keys[roles.transaction] ?? failKey;
}

/** Whether these signers, as uncompressed public keys, may act for the account. */
export function acceptsSigners(key: AccountKey, role: Role, address: string, signers: readonly string[]): boolean {
  const own = forRole(key, role);
  const compressed = new Set(signers.map((signer) => SigningKey.computePublicKey(signer, true)));
  const [first] = signers;
  switch (own.type) {
    case "legacy":
      return first !== undefined && signers.length === 1 && computeAddress(first).toLowerCase() === address;
    case "public":
      return signers.length === 1 && compressed.has(own.key);
    case "multisig": {
      if (signers.length > own.keys.length) return false;
      const present = own.keys.filter(({ key: member }) => compressed.has(member));
      if (present.length < compressed.size) return false;
      return present.reduce((sum, { weight }) => sum + weight, 0n) >= own.threshold;
    }
    case "nil":
    case "fail":
    case "roles":
      return false;
  }
}

/** What checking the signatures costs beyond the first. */
export function signatureGas(key: AccountKey, role: Role, count: number): bigint {
  return forRole(key, role).type === "multisig" ? BigInt(Math.max(count - 1, 0)) * gasPerFurtherSignature : 0n;
}

/** What storing the key costs. */
export function creationGas(key: AccountKey): bigint {
  if (key.type === "public") return gasPerKey;
  if (key.type === "multisig") return BigInt(key.keys.length) * gasPerKey;
  if (key.type === "roles") return key.keys.reduce((sum, each) => sum + creationGas(each), 0n);
  return 0n;
}

/** Refuses a key that could never be used, in the node's words. */
export function checkInstallable(key: AccountKey, old: AccountKey | undefined): void {
  if (key.type === "nil" && old === undefined) throw refused("AccountKeyNil cannot be initialized to an account");
  if (key.type === "multisig") {
    if (key.keys.length === 0) throw refused("length is zero");
    if (key.keys.length > 10) throw refused("the number of keys exceeds the limit");
    if (key.keys.some(({ weight }) => weight === 0n)) throw refused("key weight is zero");
    if (new Set(key.keys.map((each) => each.key)).size < key.keys.length) throw refused("duplicated key");
    if (key.keys.reduce((sum, { weight }) => sum + weight, 0n) < key.threshold) {
      throw refused("unsatisfiable threshold. Weighted sum of keys is less than the threshold.");
    }
  }
  if (key.type === "roles") {
    if (key.keys.length === 0) throw refused("length is zero");
    if (key.keys.length > 3) throw refused("length too long");
    key.keys.forEach((each, role) => {
      checkInstallable(each, old?.type === "roles" ? old.keys[role] : undefined);
    });
  }
}

/** The account's key after an update: a nil role keeps what it had. */
export function updatedKey(old: AccountKey, update: AccountKey): AccountKey {
  if (update.type !== "roles" || old.type !== "roles") return update;
  const length = Math.max(old.keys.length, update.keys.length);
  const keys = Array.from({ length }, (_, role) => {
    const next = update.keys[role];
    return next === undefined || next.type === "nil" ? (old.keys[role] ?? failKey) : next;
  });
  return { type: "roles", keys };
}

/** As `kaia_getAccountKey` shows it. */
export function accountKeyJson(key: AccountKey): { readonly keyType: number; readonly key: unknown } {
  switch (key.type) {
    case "nil":
      return { keyType: 0, key: {} };
    case "legacy":
      return { keyType: 1, key: {} };
    case "public":
      return { keyType: 2, key: coordinates(key.key) };
    case "fail":
      return { keyType: 3, key: {} };
    case "multisig": {
      const keys = key.keys.map(({ weight, key: each }) => ({ weight: Number(weight), key: coordinates(each) }));
      return { keyType: 4, key: { threshold: Number(key.threshold), keys } };
    }
    case "roles":
      return { keyType: 5, key: key.keys.map(accountKeyJson) };
  }
}

function coordinates(compressed: string): { readonly x: string; readonly y: string } {
  const point = SigningKey.computePublicKey(compressed, false);
  return { x: stripped(dataSlice(point, 1, 33)), y: stripped(dataSlice(point, 33)) };
}

function stripped(word: string): string {
  return `0x${BigInt(word).toString(16)}`;
}
