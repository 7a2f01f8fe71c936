import { types } from "node:util";
import type { EncodedIntent, Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { bytesToHex } from "../../units/bytes.ts";
import { encodeIntent } from "../ethereum/encode.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isRecord } from "../../units/is-record.ts";
import type { KaiaAction } from "./action.ts";

// A whole transaction may have 131,072 bytes (the node's "oversized data").
const longestInput = 130_000;

/**
 * Checks an intent and encodes it.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function encodeKaiaIntent(ethers: Ethers, intent: Intent): EncodedIntent {
  const [kind, ...more] = isRecord(intent) ? Object.keys(intent) : [];
  if (kind === "transfer" && more.length === 0 && "transfer" in intent && isRecord(intent.transfer)) {
    const { memo, ...transfer } = intent.transfer;
    const encoded = encodeIntent(ethers, { transfer });
    return memo === undefined ? encoded : { ...encoded, kind: "memo", data: encodeMemo(memo) };
  }
  return requireShort(encodeIntent(ethers, intent));
}

/** @throws `ERR_CHAIN_INTENT_INVALID` its data are too long for a transaction. */
export function requireShort(intent: EncodedIntent): EncodedIntent {
  if ((intent.data.length - 2) / 2 <= longestInput) return intent;
  throw invalidIntent(`has more than ${String(longestInput)} bytes`);
}

/**
 * Makes sure that the intent and its destination fit: a contract would run a memo, and there is nothing to run elsewhere.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function requireFitting({ kind }: EncodedIntent, isContract: boolean): void {
  // Users write memos, and a contract takes them for calls.
  if (kind === "memo" && isContract)
    throw invalidIntent("has a memo for a contract, which would run it; use call or data");
  if (callsContract(kind) && !isContract) throw invalidIntent("calls an address where there is no contract");
}

export function callsContract(kind: EncodedIntent["kind"]): boolean {
  return kind === "call" || kind === "token";
}

/**
 * The action of Kaia's own types for an encoded intent. Which one it is depends on the destination: Kaia refuses the value
 * transfer types where there is a contract, and contract execution where there is none.
 */
export function actionOf({ kind, to, data: input, value }: EncodedIntent, isContract: boolean): KaiaAction {
  if (kind === "cancel") return { kind };
  if (to === null) return { kind: "smartContractDeploy", value, input };
  if (isContract) return { kind: "smartContractExecution", to, value, input };
  if (input === "0x" && kind !== "memo") return { kind: "valueTransfer", to, value };
  return { kind: "valueTransferMemo", to, value, input };
}

function encodeMemo(memo: unknown): Hex {
  if (typeof memo === "string" && memo.length <= longestInput && memo.isWellFormed())
    return checkLength(Buffer.from(memo, "utf8"));
  // Not instanceof: test runners give their code a realm of its own.
  if (types.isUint8Array(memo)) return checkLength(memo);
  throw badMemo();
}

function checkLength(bytes: Uint8Array): Hex {
  if (bytes.length > longestInput) throw badMemo();
  return bytesToHex(bytes);
}

function badMemo(): Error {
  return invalidIntent(`has a memo that is not well-formed text or bytes, at most ${String(longestInput)} bytes`);
}
