import { getAddress } from "ethers";
import fc, { type Arbitrary } from "fast-check";

/** A parameter as an ABI declares it, and a value for it. */
export interface TypedValue {
  readonly parameter: Readonly<Record<string, unknown>>;
  readonly value: unknown;
}

const anyBits = fc.integer({ min: 1, max: 32 }).map((bytes) => 8 * bytes);
const anyBytes = fc.uint8Array({ maxLength: 70 });
const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;

function leaf(type: string, value: unknown): TypedValue {
  return { parameter: { type, name: "" }, value };
}

const anyLeaf: Arbitrary<TypedValue> = fc.oneof(
  anyBits.chain((bits) =>
    fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }).map((value) => leaf(`uint${String(bits)}`, value)),
  ),
  anyBits.chain((bits) => {
    const half = 2n ** BigInt(bits - 1);
    return fc.bigInt({ min: -half, max: half - 1n }).map((value) => leaf(`int${String(bits)}`, value));
  }),
  fc.boolean().map((value) => leaf("bool", value)),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => leaf("address", getAddress(hexOf(bytes)))),
  fc.string({ unit: "binary" }).map((value) => leaf("string", value)),
  anyBytes.map((bytes) => leaf("bytes", hexOf(bytes))),
  fc
    .integer({ min: 1, max: 32 })
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((bytes) => leaf(`bytes${String(bytes.length)}`, hexOf(bytes))),
);

/** Several values of one type: what an array holds. */
function arrayOf({ parameter, value }: TypedValue, length: number, isFixed: boolean): TypedValue {
  const type = `${String(parameter["type"])}[${isFixed ? String(length) : ""}]`;
  return { parameter: { ...parameter, type }, value: Array.from({ length }, () => value) };
}

function tupleOf(members: readonly TypedValue[], isNamed: boolean): TypedValue {
  const components = members.map(({ parameter }, index) => ({ ...parameter, name: `m${String(index)}` }));
  const values = members.map(({ value }) => value);
  const named = Object.fromEntries(values.map((value, index) => [`m${String(index)}`, value]));
  return { parameter: { type: "tuple", name: "", components }, value: isNamed ? named : values };
}

function anyOfDepth(depth: number): Arbitrary<TypedValue> {
  if (depth === 0) return anyLeaf;
  const inner = anyOfDepth(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: anyLeaf },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner, fc.integer({ min: 1, max: 3 }), fc.boolean())
        .map(([one, length, isFixed]) => arrayOf(one, length, isFixed)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.boolean())
        .map(([members, isNamed]) => tupleOf(members, isNamed)),
    },
  );
}

/** The arguments of a call: any types, nested, each with a value that fits it. */
export const anyArguments: Arbitrary<readonly TypedValue[]> = fc.array(anyOfDepth(2), { maxLength: 4 });
