import { getAddress, type TransactionRequest, type TypedDataDomain, type TypedDataField, Wallet } from "ethers";
import fc, { type Arbitrary } from "fast-check";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { anyKey } from "../signing.ts";

const anyBytes = (minLength: number, maxLength = minLength): Arbitrary<string> =>
  fc.uint8Array({ minLength, maxLength }).map(bytesToHex);

export const anyAddress = anyBytes(20).map(getAddress);
const anyWei = fc.bigInt({ min: 0n, max: 2n ** 200n });
const anyNonce = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const anyChainId = fc.oneof(fc.nat(10 ** 6), fc.bigInt({ min: 0n, max: 2n ** 52n }));

const common = {
  to: fc.option(anyAddress),
  nonce: anyNonce,
  gasLimit: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  value: anyWei,
  data: fc.oneof(fc.constant("0x"), anyBytes(1, 300)),
  chainId: anyChainId,
};
const accessList = fc.array(fc.record({ address: anyAddress, storageKeys: fc.array(anyBytes(32), { maxLength: 3 }) }), {
  maxLength: 3,
});
const fees = { maxFeePerGas: anyWei, maxPriorityFeePerGas: anyWei };
// ethers refuses a tip above the whole.
const paying = <T extends { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }>(request: T): T => {
  const { maxFeePerGas, maxPriorityFeePerGas } = request;
  return maxPriorityFeePerGas <= maxFeePerGas ? request : { ...request, maxFeePerGas: maxPriorityFeePerGas };
};

/** A request to authorise; chain 0 is every chain. */
export const anyAuthorization = fc.record({ address: anyAddress, nonce: fc.nat(10 ** 9), chainId: anyChainId });

const anySignedAuthorization = fc
  .tuple(anyKey, anyAuthorization)
  .map(([key, authorization]) => new Wallet(`0x${key}`).authorizeSync(authorization));

/** Transactions to sign, by type. */
export const anyTransaction: Readonly<Record<0 | 1 | 2 | 3 | 4, Arbitrary<TransactionRequest>>> = {
  0: fc.record({ type: fc.constant(0), ...common, gasPrice: anyWei }),
  1: fc.record({ type: fc.constant(1), ...common, gasPrice: anyWei, accessList }),
  2: fc.record({ type: fc.constant(2), ...common, ...fees, accessList }).map(paying),
  3: fc
    .record({
      type: fc.constant(3),
      ...common,
      to: anyAddress,
      ...fees,
      accessList,
      maxFeePerBlobGas: anyWei,
      // EIP-4844: the version of a hash is its first byte.
      blobVersionedHashes: fc.array(
        anyBytes(31).map((rest) => `0x01${rest.slice(2)}`),
        { minLength: 1, maxLength: 3 },
      ),
    })
    .map(paying),
  4: fc
    .record({
      type: fc.constant(4),
      ...common,
      to: anyAddress,
      ...fees,
      accessList,
      authorizationList: fc.array(anySignedAuthorization, { maxLength: 2 }),
    })
    .map(paying),
};

export interface TypedData {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly value: Record<string, unknown>;
}

interface Field {
  readonly type: string;
  readonly value: unknown;
}

const anyLeaf: Arbitrary<Field> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map((value) => ({ type: "uint256", value })),
  fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }).map((value) => ({ type: "int128", value })),
  fc.boolean().map((value) => ({ type: "bool", value })),
  anyAddress.map((value) => ({ type: "address", value })),
  fc.string({ unit: "grapheme" }).map((value) => ({ type: "string", value })),
  anyBytes(0, 70).map((value) => ({ type: "bytes", value })),
  anyBytes(7).map((value) => ({ type: "bytes7", value })),
);
const anyField: Arbitrary<Field> = fc.oneof(
  anyLeaf,
  fc.tuple(anyLeaf, fc.nat(3)).map(([{ type, value }, length]) => ({
    type: `${type}[]`,
    value: Array.from({ length }, () => value),
  })),
);

function fieldsOf(members: readonly Field[]): TypedDataField[] {
  return members.map(({ type }, at) => ({ name: `m${String(at)}`, type }));
}

function valuesOf(members: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(members.map(({ value }, at) => [`m${String(at)}`, value]));
}

const anyMembers = fc.array(anyField, { minLength: 1, maxLength: 5 });
const anyDomain = fc.record(
  {
    name: fc.string({ unit: "grapheme" }),
    version: fc.string(),
    chainId: anyChainId,
    verifyingContract: anyAddress,
    salt: anyBytes(32),
  },
  { requiredKeys: [] },
);

/** A struct with a struct and an array of structs in it. */
export const anyTypedData: Arbitrary<TypedData> = fc
  .tuple(anyDomain, anyMembers, anyMembers, fc.nat(2))
  .map(([domain, outer, inner, length]) => ({
    domain,
    types: {
      Outer: [...fieldsOf(outer), { name: "one", type: "Inner" }, { name: "all", type: "Inner[]" }],
      Inner: fieldsOf(inner),
    },
    value: { ...valuesOf(outer), one: valuesOf(inner), all: Array.from({ length }, () => valuesOf(inner)) },
  }));
