import { type EncodedRead, encodeRead } from "../../chains/ethereum/encode.ts";
import { type Ethers, loadEthers } from "../../chains/ethereum/ethers.ts";
import type { Abi } from "../../ports/intent.ts";
import { isHex, bytesToHex } from "../../units/bytes.ts";
import { keccakOfHex } from "../../units/keccak.ts";
import { safeMessage } from "../../rpc/redact.ts";
import { receiver } from "../artifacts/receiver.ts";
import type { SimulatedCall, SimulatedResult } from "../simulation/simulator.ts";
import { kip17Abi } from "./kip17-abi.ts";

/** A call by its function's name, before it is bytes. */
export interface NamedCall {
  readonly from: string;
  /** The contract that is looked at, unless told. */
  readonly to?: string;
  readonly function: string;
  readonly args: readonly unknown[];
  readonly gas?: bigint;
  /** The KIP's, unless told. */
  readonly abi?: Abi;
}

export interface EncodedCall extends SimulatedCall {
  /** The one value that was returned; undefined if what came back is not what the function returns. */
  decode(result: SimulatedResult): unknown;
}

export const receiverAbi: Abi = receiver.abi;
const longestReason = 120;

/** Encodes calls of the contract at `address`. @throws `ERR_PEER_MISSING` without ethers. */
export async function loadEncoder(address: string): Promise<(call: NamedCall) => EncodedCall> {
  const ethers = await loadEthers();
  return (call) => encode(ethers, address, call);
}

function encode(
  ethers: Ethers,
  target: string,
  { from, to = target, gas, abi = kip17Abi, ...call }: NamedCall,
): EncodedCall {
  const read = encodeRead(ethers, { to, abi, function: call.function, args: call.args });
  return { from, to, data: read.data, ...(gas === undefined ? {} : { gas }), decode: (result) => decode(read, result) };
}

function decode(read: EncodedRead, { succeeded, data }: SimulatedResult): unknown {
  if (!succeeded || !isHex(data)) return undefined;
  try {
    return read.decode(data);
  } catch {
    return undefined;
  }
}

/** What a call that failed gave as its reason, fit for a report. */
export function reasonOf({ data, gasUsed }: SimulatedResult, gas: bigint): string {
  if (data === "0x") return gasUsed >= gas ? `without data, having used all of ${String(gas)} gas` : "without data";
  const text = data.startsWith("0x08c379a0") ? textIn(data) : undefined;
  return text === undefined ? `with ${data.slice(0, 10)}` : `with "${text}"`;
}

/** The text of Solidity's Error(string), whose offset is always 32. */
function textIn(data: string): string | undefined {
  const length = Number.parseInt(data.slice(10 + 64, 10 + 128), 16);
  if (!Number.isSafeInteger(length)) return undefined;
  const bytes = data.slice(10 + 128, 10 + 128 + 2 * Math.min(length, 4 * longestReason));
  return safeMessage(Buffer.from(bytes, "hex").toString("utf8"), []).slice(0, longestReason);
}

/** An address that nobody holds a key to and nobody uses: the last 20 bytes of Keccak-256 over its name. */
export function freshAddress(name: string): string {
  const text = Buffer.from(`latchkey.inspection.${name}`, "ascii").toString("hex");
  return bytesToHex(keccakOfHex(`0x${text}`).subarray(12));
}

/** Who asks, where it does not matter. */
export const reader = freshAddress("reader");
/** Hold no role and no token. */
export const stranger = freshAddress("stranger");
export const friend = freshAddress("friend");
/** Has no code and never calls: tokens can be sent there. */
export const fresh = freshAddress("fresh");
