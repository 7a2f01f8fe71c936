import { dataLength, decodeRlp, encodeRlp, type RlpStructuredData } from "ethers";
import { refused, type RpcError } from "./errors.ts";

/** Reads a list item by item, as the fields of one of the node's types. */
export interface RlpFields {
  quantity(): bigint;
  small(): number;
  bool(): boolean;
  bytes(): string;
  address(): string;
  addressOrNull(): string | null;
  list(): readonly RlpStructuredData[];
  nested(): RlpFields;
  end(): void;
}

/** Decodes one canonical RLP item; trailing bytes and longer forms than needed are refused. */
export function decodeCanonical(hex: string): RlpStructuredData {
  if (hex === "0x") throw refused("EOF");
  let item: RlpStructuredData;
  try {
    item = decodeRlp(hex);
  } catch (error) {
    const trailing = error instanceof Error && error.message.includes("junk after");
    throw refused(
      trailing ? "rlp: input contains more than one value" : "rlp: value size exceeds available input length",
    );
  }
  if (encodeRlp(item) !== hex) throw refused("rlp: non-canonical size information");
  return item;
}

/** @param into - The node's name for what is decoded; its messages end in it. */
export function fieldsOf(item: RlpStructuredData, into: string): RlpFields {
  const problem = (what: string): RpcError => refused(`rlp: ${what} for types.${into}`);
  if (typeof item === "string") throw problem("expected input list");
  let next = 0;

  const take = (): RlpStructuredData => {
    const value = item[next];
    next += 1;
    if (value === undefined) throw problem("too few elements");
    return value;
  };
  const bytes = (): string => {
    const value = take();
    if (typeof value !== "string") throw problem("expected input string or byte");
    return value;
  };
  const quantity = (): bigint => {
    const value = bytes();
    if (value.startsWith("0x00")) throw problem("non-canonical integer (leading zero bytes)");
    return value === "0x" ? 0n : BigInt(value);
  };
  const small = (): number => {
    const value = quantity();
    if (value > 255n) throw problem("input string too long for uint8, decoding into");
    return Number(value);
  };
  const addressOrNull = (): string | null => {
    const value = bytes();
    if (value === "0x") return null;
    if (dataLength(value) !== 20) throw problem("input string of the wrong size for common.Address, decoding into");
    return value;
  };
  const list = (): readonly RlpStructuredData[] => {
    const value = take();
    if (typeof value === "string") throw problem("expected input list");
    return value;
  };

  return {
    bytes,
    quantity,
    small,
    addressOrNull,
    list,
    bool: () => {
      const value = small();
      if (value > 1) throw problem("invalid boolean value");
      return value === 1;
    },
    address: () => {
      const value = addressOrNull();
      if (value === null) throw problem("input string too short for common.Address, decoding into");
      return value;
    },
    nested: () => fieldsOf([...list()], into),
    end: () => {
      if (next < item.length) throw problem("input list has too many elements");
    },
  };
}

/** RLP's form of an integer: big-endian, without leading zeros. */
export function rlpQuantity(value: bigint): string {
  if (value === 0n) return "0x";
  const digits = value.toString(16);
  return digits.length % 2 === 0 ? `0x${digits}` : `0x0${digits}`;
}
