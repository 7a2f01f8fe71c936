import { getBytes, hexlify } from "ethers";
import { describe, expect, it } from "vitest";
import {
  ethereumTransaction,
  kaiaTransaction,
  type Payer,
  type Unsigned,
} from "../../../src/chains/kaia/transaction.ts";
import type { KaiaAction } from "../../../src/chains/kaia/action.ts";
import { signingsIn } from "../../../src/chains/kaia/signed-by.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { type Vector, vectors } from "../../kaia-node/vectors.ts";
import { addressOfKey } from "../signing.ts";
import { chainId, signWith } from "./scene.ts";
import { bytes, recoverable, recoverableOfType2, tools } from "./written.ts";

// What a real node took or refused comes out byte for byte. Budget of the file: 4 s.

const parts = await tools();
const kinds: ReadonlyMap<number, KaiaAction["kind"]> = new Map([
  [0x08, "valueTransfer"],
  [0x10, "valueTransferMemo"],
  [0x28, "smartContractDeploy"],
  [0x30, "smartContractExecution"],
  [0x38, "cancel"],
]);

const typeOf = ({ raw }: Vector): number => Number(raw.slice(0, 4));
const kindOf = (vector: Vector): KaiaAction["kind"] | undefined => kinds.get(typeOf(vector) - (typeOf(vector) % 8));
/** Of the types written here, by accounts with one key. */
const kaiaTyped = vectors.filter((vector) => kindOf(vector) !== undefined && vector.signatures.length === 1);
const dynamicFee = vectors.filter((vector) => typeOf(vector) === 2);

const text = ({ fields }: Vector, name: string): string => String(fields[name]);
const keyIn = (keys: readonly string[]): string => (keys[0] ?? expect.fail("no key")).slice(2);
const big = (vector: Vector, name: string): bigint => BigInt(text(vector, name));

function actionOf(vector: Vector): KaiaAction {
  const kind = kindOf(vector) ?? expect.fail(vector.name);
  const [to, value, input] = ["to", "value", "input"].map((name) => text(vector, name));
  const does = { to: String(to), value: value === undefined ? 0n : BigInt(value === "undefined" ? 0 : value) };
  if (kind === "cancel") return { kind };
  if (kind === "valueTransfer") return { kind, ...does };
  if (kind === "smartContractDeploy") return { kind, value: does.value, input: bytes(String(input)) };
  return { kind, ...does, input: bytes(String(input)) };
}

function payerOf(vector: Vector): Payer | undefined {
  const { feePayer, feeRatio } = vector.fields;
  if (typeof feePayer !== "string") return undefined;
  return { address: feePayer, ratio: typeof feeRatio === "number" ? feeRatio : undefined };
}

function kaiaTypedOf(vector: Vector): Unsigned {
  const common = {
    from: text(vector, "from"),
    chainId,
    nonce: Number(big(vector, "nonce")),
    gas: big(vector, "gas"),
    gasPrice: big(vector, "gasPrice"),
  };
  return kaiaTransaction(parts, common, actionOf(vector), payerOf(vector));
}

function dynamicFeeOf(vector: Vector): Unsigned {
  const { to } = vector.fields;
  return ethereumTransaction(
    parts,
    {
      from: addressOfKey(keyIn(vector.senderKeys)),
      chainId,
      nonce: Number(big(vector, "nonce")),
      gas: big(vector, "gasLimit"),
      maxFeePerGas: big(vector, "maxFeePerGas"),
      maxPriorityFeePerGas: big(vector, "maxPriorityFeePerGas"),
    },
    { to: typeof to === "string" ? to : null, value: big(vector, "value"), input: bytes(text(vector, "data")) },
  );
}

describe("a Kaia-typed transaction that a node was sent", () => {
  it("is of each of the fifteen types at least once", () => {
    const types = [...kinds.keys()].flatMap((type) => [type, type + 1, type + 2]);
    expect([...new Set(kaiaTyped.filter(({ accepted }) => accepted).map(typeOf))].sort((a, b) => a - b)).toEqual(types);
    expect(kaiaTyped).toHaveLength(27);
  });

  it.each(kaiaTyped.map((vector) => [vector.name, vector] as const))("%s asks for the same signatures", (_, vector) => {
    const unsigned = kaiaTypedOf(vector);
    expect(hexlify(unsigned.digest)).toBe(vector.signingHash);
    expect(unsigned.feePayerDigest && hexlify(unsigned.feePayerDigest)).toBe(vector.feePayerSigningHash);
    const { to, from } = vector.fields;
    const goesTo = actionOf(vector).kind === "cancel" ? from : to;
    expect(unsigned.to?.toLowerCase()).toBe(typeof goesTo === "string" ? goesTo.toLowerCase() : undefined);
  });

  it.each(kaiaTyped.map((vector) => [vector.name, vector] as const))("%s has the same bytes and hash", (_, vector) => {
    const [signature, payerSignature] = [...vector.signatures, ...vector.feePayerSignatures].map((each) =>
      recoverable(each, chainId),
    );
    const signed = kaiaTypedOf(vector).assemble(signature ?? expect.fail("unsigned"), payerSignature);
    expect(signed).toEqual({ raw: vector.raw, hash: vector.hash });
    expect(decodeTransaction(signed.raw).senderTxHash).toBe(vector.senderTxHash);
  });

  it.each(kaiaTyped.map((vector) => [vector.name, vector] as const))(
    "%s is signed the same by its keys",
    (_, vector) => {
      const { digest, feePayerDigest, assemble } = kaiaTypedOf(vector);
      const payerSignature = feePayerDigest && signWith(keyIn(vector.feePayerKeys), feePayerDigest);
      expect(assemble(signWith(keyIn(vector.senderKeys), digest), payerSignature).raw).toBe(vector.raw);
    },
  );

  it.each(kaiaTyped.map((vector) => [vector.name, vector] as const))("%s is read back", (_, vector) => {
    const [sender, payer, ...more] = signingsIn(parts.ethers, bytes(vector.raw), chainId) ?? [];
    expect(more).toEqual([]);
    expect(sender).toEqual({
      address: text(vector, "from").toLowerCase(),
      digest: getBytes(vector.signingHash),
      signature: vector.signatures.map((each) => recoverable(each, chainId))[0],
    });
    expect(payer?.address).toBe(payerOf(vector)?.address.toLowerCase());
    expect(payer && hexlify(payer.digest)).toBe(vector.feePayerSigningHash);
    expect(payer?.signature).toEqual(vector.feePayerSignatures.map((each) => recoverable(each, chainId))[0]);
  });
});

describe("a transaction of type 2 that a node was sent", () => {
  it.each(dynamicFee.map((vector) => [vector.name, vector] as const))("%s comes out the same", (_, vector) => {
    const unsigned = dynamicFeeOf(vector);
    expect(hexlify(unsigned.digest)).toBe(vector.signingHash);
    const { v, r, s } = vector.signatures[0] ?? expect.fail("unsigned");
    const { raw, hash } = unsigned.assemble(recoverableOfType2({ v: v % 27n, r, s }));
    // The node takes it behind 0x78; its hash is the one of what follows.
    expect({ raw, hash }).toEqual({ raw: vector.raw.replace("0x", "0x78"), hash: vector.hash });
    expect(signingsIn(parts.ethers, raw, chainId)).toMatchObject([{ address: undefined, digest: unsigned.digest }]);
  });

  it("is there, with and without a recipient", () => {
    expect(dynamicFee).toHaveLength(3);
  });
});

it("nothing is read out of types that are not written here", () => {
  const others = vectors.filter((vector) => kindOf(vector) === undefined);
  expect(others.length).toBeGreaterThan(15);
  for (const { raw } of others) expect(signingsIn(parts.ethers, bytes(raw), chainId)).toBeUndefined();
});
