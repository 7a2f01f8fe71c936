import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ContractRead, Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { type FunctionFragment, type Interface, parseAbi, requireBooleans } from "./abi.ts";
import type { Ethers } from "./ethers.ts";
import { boundedDecoding, longestAnswer } from "./bounded-decoding.ts";
import { attempt, invalidIntent } from "./invalid-intent.ts";
import { isObject } from "./quantity.ts";
import { parseAddress } from "./scheme.ts";

/** What a transaction does, as bytes; `to` null deploys. */
export interface EncodedIntent {
  readonly to: string | null;
  readonly data: Hex;
  readonly value: bigint;
  /** Whether a contract has to be there for it: a call of a function by its ABI. */
  readonly isCall: boolean;
  /** Names a contract's errors, where an ABI was given. */
  readonly contract: Interface | undefined;
}

const largestValue = 2n ** 256n - 1n;
// EIP-3860 caps init code at 49,152 bytes; other chains allow more, none this much.
const longestData = 512 * 1024;

/**
 * Checks an intent and encodes it.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function encodeIntent(ethers: Ethers, intent: Intent): EncodedIntent {
  // Its own key decides: an inherited one is not what the caller wrote.
  const [kind, ...more] = isObject(intent) ? Object.keys(intent) : [];
  if (more.length > 0) throw notOneKind();
  if (kind === "transfer" && kind in intent) {
    const { to, value } = only(intent.transfer, ["to", "value"]);
    return { to: parseAddress(to), data: "0x", value: amount(value), isCall: false, contract: undefined };
  }
  if (kind === "data" && kind in intent) {
    const { to, data, value = 0n } = only(intent.data, ["to", "data", "value"]);
    return {
      to: parseAddress(to),
      data: bytes(data, "data"),
      value: amount(value),
      isCall: false,
      contract: undefined,
    };
  }
  if (kind === "call" && kind in intent) {
    const {
      to,
      abi,
      function: name,
      args = [],
      value = 0n,
    } = only(intent.call, ["to", "abi", "function", "args", "value"]);
    const contract = parseAbi(ethers, abi);
    const { data } = encodeCall(ethers, contract, name, args);
    return { to: parseAddress(to), data, value: amount(value), isCall: true, contract };
  }
  if (kind === "deploy" && kind in intent) {
    const { bytecode, abi = [], args = [], value = 0n } = only(intent.deploy, ["bytecode", "abi", "args", "value"]);
    const contract = parseAbi(ethers, abi);
    const code = bytes(bytecode, "bytecode");
    if (code === "0x") throw invalidIntent("has no bytecode");
    const data = bytes(`${code}${encodeConstructor(ethers, contract, args).slice(2)}`, "bytecode");
    return { to: null, data, value: amount(value), isCall: false, contract };
  }
  throw notOneKind();
}

export interface EncodedRead {
  readonly to: string;
  readonly data: Hex;
  readonly contract: Interface;
  /**
   * The one value, or an array of several; tuples are arrays.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID` the answer does not fit the ABI; `ERR_RPC_BAD_RESPONSE` it has more than 128 KiB.
   */
  decode(result: Hex): unknown;
}

/** @throws as `encodeIntent`. */
export function encodeRead(ethers: Ethers, read: ContractRead): EncodedRead {
  const { to, abi, function: name, args = [] } = body(read);
  const contract = parseAbi(ethers, abi);
  const { fragment, data } = encodeCall(ethers, contract, name, args);
  return {
    to: parseAddress(to),
    data,
    contract,
    decode: (result) => {
      if (result.length > 2 + 2 * longestAnswer) throw tooLong();
      try {
        // All the way down, since ethers keeps what it cannot decode as an error that is thrown on first sight.
        const values: readonly unknown[] = boundedDecoding(ethers, (): readonly unknown[] =>
          contract.decodeFunctionResult(fragment, result).toArray(true),
        );
        return values.length === 1 ? values[0] : values;
      } catch {
        throw new LatchkeyError(
          "ERR_CHAIN_INTENT_INVALID",
          "The answer does not fit the ABI: at this address is another contract, or none. Nothing was sent; check the address, the chain and the ABI.",
        );
      }
    },
  };
}

function tooLong(): LatchkeyError {
  return new LatchkeyError(
    "ERR_RPC_BAD_RESPONSE",
    `The answer has more than ${String(longestAnswer)} bytes and was not decoded. Nothing was sent; read it in pages.`,
    { context: { fault: "request" }, retryable: false },
  );
}

function encodeCall(
  ethers: Ethers,
  contract: Interface,
  name: string,
  args: readonly unknown[],
): { readonly fragment: FunctionFragment; readonly data: Hex } {
  const fragment = attempt("names a function that its ABI does not have, or has several times", () =>
    contract.getFunction(name),
  );
  if (fragment === null) throw invalidIntent("names a function that its ABI does not have");
  const encoded = attempt("has arguments that do not fit the function", () => {
    requireBooleans(ethers, fragment.inputs, list(args));
    return contract.encodeFunctionData(fragment, args);
  });
  return { fragment, data: bytes(encoded, "data") };
}

function encodeConstructor(ethers: Ethers, contract: Interface, args: readonly unknown[]): string {
  return attempt("has arguments that do not fit the constructor", () => {
    requireBooleans(ethers, contract.deploy.inputs, list(args));
    return contract.encodeDeploy(args);
  });
}

/** Whoever calls from JavaScript may have written anything. */
function body<T extends object>(given: T): T {
  if (isObject(given)) return given;
  throw invalidIntent("has to be an object with an object in it");
}

/** What is not known is not left out in silence: it may be what the caller meant. */
function only<T extends object>(given: T, names: readonly string[]): T {
  const checked = body(given);
  if (Object.keys(checked).every((name) => names.includes(name))) return checked;
  throw invalidIntent(`has a member other than ${names.join(", ")}`);
}

function list(args: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(args)) return args;
  throw invalidIntent("has args that are not an array");
}

function amount(value: bigint): bigint {
  if (typeof value === "bigint" && value >= 0n && value <= largestValue) return value;
  throw invalidIntent("has a value that is not a bigint of base units, from 0 to 2^256 - 1");
}

function bytes(value: string, what: string): Hex {
  if (typeof value === "string" && value.length <= 2 + 2 * longestData && isHex(value)) return value;
  throw invalidIntent(`has ${what} that is not 0x and whole bytes in hexadecimal, at most ${String(longestData)}`);
}

function notOneKind(): LatchkeyError {
  return invalidIntent("has to be exactly one of transfer, call, data, deploy");
}
