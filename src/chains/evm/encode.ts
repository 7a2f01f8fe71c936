import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Abi, ContractRead, Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import type { Ethers } from "./ethers.ts";
import { isObject } from "./quantity.ts";
import { parseAddress } from "./scheme.ts";

type Interface = InstanceType<Ethers["Interface"]>;

/** What a transaction does, as bytes; `to` null deploys. */
export interface EncodedIntent {
  readonly to: string | null;
  readonly data: Hex;
  readonly value: bigint;
  /** Names a contract's errors, where an ABI was given. */
  readonly contract: Interface | undefined;
}

const kinds = ["transfer", "call", "data", "deploy"];
const largestValue = 2n ** 256n - 1n;
// EIP-3860 caps init code at 49,152 bytes; other chains allow more, none this much.
const longestData = 512 * 1024;

/**
 * Checks an intent and encodes it.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function encodeIntent(ethers: Ethers, intent: Intent): EncodedIntent {
  const given = isObject(intent) ? Object.keys(intent) : [];
  if (given.length !== 1 || !kinds.includes(given[0] ?? ""))
    throw invalid("has to be exactly one of transfer, call, data, deploy");
  if ("transfer" in intent) {
    const { to, value } = intent.transfer;
    return { to: parseAddress(to), data: "0x", value: amount(value), contract: undefined };
  }
  if ("data" in intent) {
    const { to, data, value = 0n } = intent.data;
    return { to: parseAddress(to), data: bytes(data, "data"), value: amount(value), contract: undefined };
  }
  if ("call" in intent) {
    const { to, abi, function: name, args = [], value = 0n } = intent.call;
    const contract = parseAbi(ethers, abi);
    return { to: parseAddress(to), data: encodeCall(contract, name, args), value: amount(value), contract };
  }
  const { bytecode, abi = [], args = [], value = 0n } = intent.deploy;
  const contract = parseAbi(ethers, abi);
  const code = bytes(bytecode, "bytecode");
  if (code === "0x") throw invalid("has no bytecode");
  const data = bytes(`${code}${encodeConstructor(contract, args).slice(2)}`, "bytecode");
  return { to: null, data, value: amount(value), contract };
}

export interface EncodedRead {
  readonly to: string;
  readonly data: Hex;
  readonly contract: Interface;
  /** The one value, or an array of several. @throws `ERR_CHAIN_INTENT_INVALID` the answer does not fit the ABI. */
  decode(result: Hex): unknown;
}

/** @throws as `encodeIntent`. */
export function encodeRead(ethers: Ethers, { to, abi, function: name, args = [] }: ContractRead): EncodedRead {
  const contract = parseAbi(ethers, abi);
  return {
    to: parseAddress(to),
    data: encodeCall(contract, name, args),
    contract,
    decode: (result) => {
      const values: readonly unknown[] = attempt(
        `gives an answer that does not fit its ABI: is there a contract at this address?`,
        (): readonly unknown[] => contract.decodeFunctionResult(name, result).toArray(),
      );
      return values.length === 1 ? values[0] : values;
    },
  };
}

function parseAbi(ethers: Ethers, abi: Abi): Interface {
  return attempt("has an ABI that cannot be read", () => new ethers.Interface(abi));
}

function encodeCall(contract: Interface, name: string, args: readonly unknown[]): Hex {
  const fragment = attempt("names a function that its ABI does not have, or has several times", () =>
    contract.getFunction(name),
  );
  if (fragment === null) throw invalid("names a function that its ABI does not have");
  return bytes(
    attempt("has arguments that do not fit the function", () => contract.encodeFunctionData(fragment, args)),
    "data",
  );
}

function encodeConstructor(contract: Interface, args: readonly unknown[]): string {
  return attempt("has arguments that do not fit the constructor", () => contract.encodeDeploy(args));
}

function amount(value: bigint): bigint {
  if (typeof value === "bigint" && value >= 0n && value <= largestValue) return value;
  throw invalid("has a value that is not a bigint of base units, from 0 to 2^256 - 1");
}

function bytes(value: string, what: string): Hex {
  if (isHex(value) && value.length <= 2 + 2 * longestData) return value;
  throw invalid(`has ${what} that is not 0x and whole bytes in hexadecimal, at most ${String(longestData)}`);
}

function attempt<T>(fault: string, work: () => T): T {
  try {
    return work();
  } catch {
    // ethers quotes the value in its message, which may be long or private.
    throw invalid(fault);
  }
}

function invalid(fault: string): LatchkeyError {
  return new LatchkeyError("ERR_CHAIN_INTENT_INVALID", `The intent ${fault}. Nothing was signed or sent.`);
}
