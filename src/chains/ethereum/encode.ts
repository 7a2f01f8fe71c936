import type { CancelIntent, EncodedIntent, Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { errorsOf, parseAbi } from "./abi.ts";
import { cut, decodedArguments } from "./decoded-arguments.ts";
import { encodeCall, encodeConstructor } from "./encode-call.ts";
import type { Ethers } from "./ethers.ts";
import { amount, bytes, only, owner } from "./intent-fields.ts";
import { invalidIntent } from "./invalid-intent.ts";
import { knownCall } from "./known-functions.ts";
import { isRecord } from "../../units/is-record.ts";
import { parseAddress } from "./scheme.ts";

export { type EncodedRead, encodeRead } from "./encode-read.ts";

const transferFunction = "transfer(address,uint256)";
const transferSelector = "0xa9059cbb";
const longestSignature = 1_024;

/** What an intent has that calls nothing. */
const plain = { data: "0x", function: null, args: [], token: null, errors: [] } as const;

/**
 * Checks an intent and writes it as bytes, with what people and policies read of it. Deterministic; no node is asked.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function encodeIntent(ethers: Ethers, intent: Intent): EncodedIntent {
  // Its own key decides: an inherited one is not what the caller wrote.
  const [kind, ...more] = isRecord(intent) ? Object.keys(intent) : [];
  if (more.length > 0) throw notOneKind();
  if (kind === "transfer" && kind in intent) {
    const { to, value } = only(intent.transfer, ["to", "value"]);
    return { ...plain, kind, to: owner(to), value: amount(value) };
  }
  if (kind === "token" && kind in intent) {
    const { contract, to, amount: units } = only(intent.token, ["contract", "to", "amount"]);
    return encodeToken(owner(contract), owner(to), amount(units, "amount"));
  }
  if (kind === "data" && kind in intent) {
    const { to, data, value = 0n } = only(intent.data, ["to", "data", "value"]);
    const checked = bytes(data, "data");
    return {
      ...plain,
      kind,
      to: parseAddress(to),
      value: amount(value),
      data: checked,
      ...knownCall(ethers, checked),
    };
  }
  if (kind === "call" && kind in intent) return encodeFunction(ethers, intent.call);
  if (kind === "deploy" && kind in intent) return encodeDeployment(ethers, intent.deploy);
  throw notOneKind();
}

/** Whether it is an intent that was encoded before. What it says may have come from anywhere: see `requireEncoded`. */
export function isEncoded(intent: Intent | EncodedIntent | CancelIntent): intent is EncodedIntent {
  return isRecord(intent) && Object.hasOwn(intent, "kind") && "kind" in intent && typeof intent.kind === "string";
}

const kinds: readonly string[] = ["transfer", "memo", "token", "call", "data", "deploy", "cancel"];

/**
 * Makes sure that what is said to be an encoded intent has the shape of one.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function requireEncoded(intent: EncodedIntent): EncodedIntent {
  const { kind, to, value, data, errors } = intent;
  if (!kinds.includes(kind)) throw notOneKind();
  if ((kind === "deploy") !== (to === null)) throw invalidIntent("has no destination, or deploys to one");
  if (!Array.isArray(errors)) throw invalidIntent("has no list of errors");
  amount(value);
  bytes(data, "data");
  const checked = to === null ? null : parseAddress(to);
  return checked === to ? intent : { ...intent, to: checked };
}

/** Takes the place of the sender's transaction with this nonce: a transfer of nothing to itself. */
export function encodeCancel(intent: CancelIntent, from: string): { nonce: number; encoded: EncodedIntent } {
  const nonce: unknown = only(intent.cancel, ["nonce"]).nonce;
  if (typeof nonce !== "number" || !Number.isSafeInteger(nonce) || nonce < 0)
    throw invalidIntent("has a nonce to cancel that is not a whole number from 0");
  return { nonce, encoded: { ...plain, kind: "cancel", to: from, value: 0n } };
}

export function isCancel(intent: Intent | CancelIntent): intent is CancelIntent {
  return isRecord(intent) && Object.hasOwn(intent, "cancel") && Object.keys(intent).length === 1;
}

/** ERC-20: https://eips.ethereum.org/EIPS/eip-20#transfer. KIP-7 has the same. */
function encodeToken(contract: string, to: string, units: bigint): EncodedIntent {
  const data: Hex = `${transferSelector}${word(to.slice(2).toLowerCase())}${word(units.toString(16))}`;
  const args = [
    { name: "to", type: "address", value: to },
    { name: "value", type: "uint256", value: String(units) },
  ];
  const token = { contract, to, amount: units };
  return { ...plain, kind: "token", to: contract, value: 0n, data, function: transferFunction, args, token };
}

function word(digits: string): string {
  return digits.padStart(64, "0");
}

function encodeFunction(ethers: Ethers, call: Extract<Intent, { call: unknown }>["call"]): EncodedIntent {
  const { to, abi, function: name, args = [], value = 0n } = only(call, ["to", "abi", "function", "args", "value"]);
  const contract = parseAbi(ethers, abi);
  const { fragment, data } = encodeCall(ethers, contract, name, args);
  return {
    kind: "call",
    to: parseAddress(to),
    value: amount(value),
    data,
    function: cut(fragment.format(), longestSignature),
    args: decodedArguments(ethers, fragment.inputs, `0x${data.slice(10)}`) ?? [],
    token: null,
    errors: errorsOf(contract),
  };
}

function encodeDeployment(ethers: Ethers, deploy: Extract<Intent, { deploy: unknown }>["deploy"]): EncodedIntent {
  const { bytecode, abi = [], args = [], value = 0n } = only(deploy, ["bytecode", "abi", "args", "value"]);
  const contract = parseAbi(ethers, abi);
  const code = bytes(bytecode, "bytecode");
  if (code === "0x") throw invalidIntent("has no bytecode");
  const encoded = encodeConstructor(ethers, contract, args);
  return {
    kind: "deploy",
    to: null,
    value: amount(value),
    data: bytes(`${code}${encoded.slice(2)}`, "bytecode"),
    function: null,
    args: decodedArguments(ethers, contract.deploy.inputs, encoded) ?? [],
    token: null,
    errors: errorsOf(contract),
  };
}

function notOneKind(): Error {
  return invalidIntent("has to be exactly one of transfer, token, call, data, deploy");
}
