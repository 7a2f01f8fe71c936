import { computeAddress, keccak256, SigningKey } from "ethers";
import { describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { type AccountKey, decodeAccountKey } from "./account-keys.ts";
import { recoverEthereumSender, recoverSigners } from "./authenticate.ts";
import { decodeEthereumTransaction, decodeTransaction } from "./decode.ts";
import { isEthereumKind, type Transaction } from "./types.ts";
import { type Vector, vectors } from "./vectors.ts";

// Budget: 2 s. Nothing here leaves the process.

const chainId = 7_482n;

function decode({ method, raw }: Vector): Transaction {
  return method === "eth_sendRawTransaction" ? decodeEthereumTransaction(raw) : decodeTransaction(raw);
}

function addresses(keys: readonly string[]): string[] {
  return keys.map((key) => computeAddress(key).toLowerCase());
}

/** What a tool called the field, whichever tool built the vector. */
function field({ fields }: Vector, ...names: string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

function quantity(vector: Vector, ...names: string[]): bigint | undefined {
  const value = field(vector, ...names);
  return typeof value === "string" || typeof value === "number" ? BigInt(value) : undefined;
}

function address(vector: Vector, name: string): string | undefined {
  const value = field(vector, name);
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

describe.each(vectors)("$name", (vector) => {
  const transaction = decode(vector);

  it("gives the fields that were signed", () => {
    expect(transaction.nonce).toBe(quantity(vector, "nonce"));
    expect(transaction.gas).toBe(quantity(vector, "gas", "gasLimit"));
    expect(transaction.gasPrice).toBe(quantity(vector, "maxFeePerGas", "gasPrice"));
    expect(transaction.maxPriorityFeePerGas).toBe(quantity(vector, "maxPriorityFeePerGas"));
    expect(transaction.value).toBe(quantity(vector, "value") ?? 0n);
    expect(transaction.input).toBe(field(vector, "input", "data") ?? "0x");
    expect(transaction.to).toBe(address(vector, "to") ?? null);
    expect(transaction.feeRatio).toBe(field(vector, "feeRatio"));
    expect(transaction.feePayer).toBe(address(vector, "feePayer"));
    if (!isEthereumKind(transaction.kind)) expect(transaction.from).toBe(address(vector, "from"));
  });

  it("gives the node's name and number of the type", () => {
    if (vector.typeInt !== undefined) expect(transaction.kind.typeInt).toBe(vector.typeInt);
    if (vector.typeName !== undefined) expect(transaction.kind.name).toBe(vector.typeName);
  });

  it("gives the hashes that were signed, and the node's two", () => {
    expect(transaction.signingHash).toBe(vector.signingHash);
    expect(transaction.feePayerSigningHash).toBe(vector.feePayerSigningHash);
    expect(transaction.hash).toBe(vector.hash);
    expect(transaction.senderTxHash).toBe(vector.senderTxHash);
  });

  it("gives the signatures, and from them the signers", () => {
    expect(transaction.feePayerSignatures ?? []).toEqual(vector.feePayerSignatures);
    if (isEthereumKind(transaction.kind)) {
      expect([recoverEthereumSender(transaction)]).toEqual(addresses(vector.senderKeys));
    } else {
      expect(transaction.signatures).toEqual(vector.signatures);
      const signers = recoverSigners(transaction.signingHash, transaction.signatures, chainId) ?? [];
      expect(addresses(signers)).toEqual(addresses(vector.senderKeys));
    }
    if (transaction.feePayerSigningHash === undefined) return;
    const payers = recoverSigners(transaction.feePayerSigningHash, transaction.feePayerSignatures ?? [], chainId) ?? [];
    expect(addresses(payers)).toEqual(addresses(vector.feePayerKeys));
  });
});

describe("account keys", () => {
  const updates = vectors.flatMap((vector) => {
    const { key } = decode(vector);
    return key === undefined ? [] : [{ name: vector.name, key, points: pointsIn(vector.fields["account"]) }];
  });

  it.each(updates)("of $name hold the points that were put in", ({ key, points }) => {
    expect(pointsOf(decodeAccountKey(key))).toEqual(
      points.map((point) => SigningKey.computePublicKey(`0x04${point.slice(2)}`, true)),
    );
  });
});

function pointsOf(key: AccountKey): string[] {
  if (key.type === "public") return [key.key];
  if (key.type === "multisig") return key.keys.map((each) => each.key);
  return key.type === "roles" ? key.keys.flatMap(pointsOf) : [];
}

/** Every public key in what caver wrote of an account. */
function pointsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pointsIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === "_publicKey" && typeof each === "string" ? [each] : pointsIn(each),
  );
}

describe("malformed bytes", () => {
  const raw = vectors.find(({ name }) => name === "feeDelegatedValueTransferWithRatio")?.raw ?? "";

  it.each([
    ["a byte missing at the end", raw.slice(0, -2), "rlp: value size exceeds available input length"],
    ["a byte too many", `${raw}00`, "rlp: input contains more than one value"],
    ["a type that does not exist", `0x07${raw.slice(4)}`, "undefined tx type"],
    ["another type's fields", `0x08${raw.slice(4)}`, /^rlp: .* for types\.TxInternalDataValueTransfer$/],
    ["no list", "0x1234", "rlp: expected input list for types.TxInternalDataFeeDelegatedValueTransferMemoWithRatio"],
    ["a list cut short", "0x08c101", "rlp: too few elements for types.TxInternalDataValueTransfer"],
    ["nothing", "0x", "EOF"],
  ])("with %s are refused", (_, bytes, text) => {
    expect(() => decodeTransaction(bytes)).toThrow(text);
  });

  it("are never taken for the transaction they came from", () => {
    const { hash } = decodeTransaction(raw);
    for (let at = 4; at < raw.length; at += 1) {
      const digit = (Number.parseInt(raw.charAt(at), 16) ^ 1).toString(16);
      const altered = `${raw.slice(0, at)}${digit}${raw.slice(at + 1)}`;
      let decoded: Transaction;
      try {
        decoded = decodeTransaction(altered);
      } catch {
        continue;
      }
      expect(decoded.hash).not.toBe(hash);
      expect(decoded.hash).toBe(keccak256(altered));
    }
  });
});
