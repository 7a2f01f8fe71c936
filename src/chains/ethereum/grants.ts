import type { Grant } from "../../ports/signing-request.ts";
import type { Ethers } from "./ethers.ts";
import { isRecord } from "../../units/is-record.ts";
import { parseAddress } from "./scheme.ts";

type Struct = Readonly<Record<string, unknown>>;

/** Typed data that can be hashed (EIP-712), with addresses in the place of names. */
export interface TypedMessage {
  /** Of the domain; null where it names none. */
  readonly chainId: number | null;
  readonly verifyingContract: string | null;
  readonly primaryType: string;
  readonly types: Readonly<Record<string, readonly { readonly type: string; readonly name: string }[]>>;
  readonly message: Struct;
}

/** Uniswap's Permit2 has this address wherever it was deployed as published: https://github.com/Uniswap/permit2 */
const permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const zeroAddress = `0x${"0".repeat(40)}`;

type Read = (ethers: Ethers, message: Struct, contract: string) => readonly Grant[];

/** A kind of permit: its name, its fields in their order, and what it grants. */
interface Form {
  readonly name: string;
  readonly fields: readonly string[];
  /** Structs in it. */
  readonly inner?: readonly [name: string, fields: readonly string[]];
  /** One more field, of any type, which the spender's contract reads. */
  readonly hasWitness?: boolean;
  readonly read: Read;
}

const details = ["PermitDetails", ["address token", "uint160 amount", "uint48 expiration", "uint48 nonce"]] as const;
const permissions = ["TokenPermissions", ["address token", "uint256 amount"]] as const;
const transferFields = ["address spender", "uint256 nonce", "uint256 deadline"] as const;
const single = ["TokenPermissions permitted", ...transferFields];
const several = ["TokenPermissions[] permitted", ...transferFields];

const tokenForms: readonly Form[] = [
  // https://eips.ethereum.org/EIPS/eip-2612
  {
    name: "Permit",
    fields: ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"],
    read: (ethers, { spender, value }, token) => some("permit", token, spender, ethers.getBigInt(numeric(value))),
  },
  // https://eips.ethereum.org/EIPS/eip-4494
  {
    name: "Permit",
    fields: ["address spender", "uint256 tokenId", "uint256 nonce", "uint256 deadline"],
    read: (ethers, { spender, tokenId }, token) => {
      const grant = { kind: "permit", token, spender: parseAddress(String(spender)) } as const;
      // Nobody is approved, and whoever was no longer is. The token 0 is one as well.
      return grant.spender === zeroAddress ? [] : [{ ...grant, amount: ethers.getBigInt(numeric(tokenId)) }];
    },
  },
  // DAI's, older than ERC-2612: all or nothing.
  {
    name: "Permit",
    fields: ["address holder", "address spender", "uint256 nonce", "uint256 expiry", "bool allowed"],
    // ethers signs whatever is truthy as true.
    read: (_, { spender, allowed }, token) => some("permit", token, spender, allowed ? null : 0n),
  },
];

const permit2Forms: readonly Form[] = [
  {
    name: "PermitSingle",
    fields: ["PermitDetails details", "address spender", "uint256 sigDeadline"],
    inner: details,
    read: (ethers, { details: one, spender }) => each(ethers, [one], spender),
  },
  {
    name: "PermitBatch",
    fields: ["PermitDetails[] details", "address spender", "uint256 sigDeadline"],
    inner: details,
    read: (ethers, { details: all, spender }) => each(ethers, all, spender),
  },
  ...[false, true].flatMap((hasWitness): readonly Form[] => [
    {
      name: hasWitness ? "PermitWitnessTransferFrom" : "PermitTransferFrom",
      fields: single,
      inner: permissions,
      hasWitness,
      read: (ethers, { permitted, spender }) => each(ethers, [permitted], spender),
    },
    {
      name: hasWitness ? "PermitBatchWitnessTransferFrom" : "PermitBatchTransferFrom",
      fields: several,
      inner: permissions,
      hasWitness,
      read: (ethers, { permitted, spender }) => each(ethers, permitted, spender),
    },
  ]),
];

/**
 * The rights that a signature of typed data gives away: permits of ERC-2612, ERC-4494, DAI and Permit2. Only what has a standard's very
 * fields, and is for one contract on one chain, is recognised.
 *
 * @returns empty where it is recognised and grants nothing, such as a permit of 0; null where it is not recognised.
 */
export function grantsIn(ethers: Ethers, typed: TypedMessage): readonly Grant[] | null {
  const { chainId, verifyingContract, message } = typed;
  if (chainId === null || chainId < 1 || verifyingContract === null) return null;
  const contract = parseAddress(verifyingContract);
  const forms = contract === permit2 ? permit2Forms : tokenForms;
  return forms.find((form) => isOf(form, typed))?.read(ethers, message, contract) ?? null;
}

function isOf({ name, fields, inner, hasWitness = false }: Form, { primaryType, types }: TypedMessage): boolean {
  const own = fieldsOf(types, primaryType);
  const has = hasWitness ? own.slice(0, -1) : own;
  return (
    name === primaryType && isSame(has, fields) && (inner === undefined || isSame(fieldsOf(types, inner[0]), inner[1]))
  );
}

// Struct by struct, not as the text that is hashed: names could be made up that give the same text.
function fieldsOf(types: TypedMessage["types"], name: string): readonly string[] {
  return (Object.hasOwn(types, name) ? types[name] : undefined)?.map((field) => `${field.type} ${field.name}`) ?? [];
}

function isSame(fields: readonly string[], expected: readonly string[]): boolean {
  return fields.length === expected.length && fields.every((field, index) => field === expected[index]);
}

function each(ethers: Ethers, tokens: unknown, spender: unknown): readonly Grant[] {
  const list: readonly unknown[] = Array.isArray(tokens) ? tokens : [];
  return list.flatMap((one) => {
    const { token, amount } = isRecord(one) ? one : {};
    return some("permit2", String(token), spender, ethers.getBigInt(numeric(amount)));
  });
}

/** Nothing where the amount is 0: that takes a right back. */
function some(kind: Grant["kind"], token: string, spender: unknown, amount: bigint | null): readonly Grant[] {
  return amount === 0n ? [] : [{ kind, token: parseAddress(token), spender: parseAddress(String(spender)), amount }];
}

/** As ethers takes numbers; what else there may be it has refused to hash. */
function numeric(value: unknown): string | number | bigint {
  return typeof value === "number" || typeof value === "bigint" ? value : String(value);
}
