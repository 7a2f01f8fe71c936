import { types } from "node:util";
import type { Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { bytesToHex } from "../../units/bytes.ts";
import { type EncodedIntent, encodeIntent } from "../ethereum/encode.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isObject } from "../ethereum/quantity.ts";
import type { KaiaAction } from "./action.ts";

/** What an intent asks for, as bytes. */
export type KaiaIntent =
  | { readonly kind: "cancel"; readonly nonce: number }
  | {
      readonly kind: "transfer" | "call" | "data" | "deploy";
      readonly encoded: EncodedIntent;
      readonly hasMemo: boolean;
    };

// A whole transaction may have 131,072 bytes (the node's "oversized data").
const longestInput = 130_000;

/**
 * Checks an intent and encodes it.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function encodeKaiaIntent(ethers: Ethers, intent: Intent): KaiaIntent {
  const [kind, ...more] = isObject(intent) ? Object.keys(intent) : [];
  if (kind === "cancel" && more.length === 0 && "cancel" in intent) {
    const nonce: unknown = isObject(intent.cancel) ? intent.cancel.nonce : undefined;
    if (typeof nonce === "number" && Number.isSafeInteger(nonce) && nonce >= 0) return { kind, nonce };
    throw invalidIntent("has a nonce to cancel that is not a whole number from 0");
  }
  if (kind === "transfer" && more.length === 0 && "transfer" in intent && isObject(intent.transfer)) {
    const { to, value, memo } = intent.transfer;
    const encoded = encodeIntent(ethers, { transfer: { to, value } });
    if (memo === undefined) return { kind, encoded, hasMemo: false };
    return { kind, encoded: { ...encoded, data: encodeMemo(memo) }, hasMemo: true };
  }
  const encoded = encodeIntent(ethers, intent);
  if ((encoded.data.length - 2) / 2 > longestInput) throw invalidIntent(`has more than ${String(longestInput)} bytes`);
  if (kind === "call" || kind === "data" || kind === "deploy") return { kind, encoded, hasMemo: false };
  return { kind: "transfer", encoded, hasMemo: false };
}

/**
 * The action of Kaia's own types for an encoded intent. Which one it is depends on the destination: Kaia refuses the value
 * transfer types where there is a contract, and contract execution where there is none.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID` a call of what is no contract, a memo for what is one.
 */
export function actionOf(
  { kind, encoded, hasMemo }: Exclude<KaiaIntent, { kind: "cancel" }>,
  isContract: boolean,
): KaiaAction {
  const { to, data: input, value } = encoded;
  if (to === null) return { kind: "smartContractDeploy", value, input };
  // A contract would run it as a call, and users write memos.
  if (isContract && hasMemo) throw invalidIntent("has a memo for a contract, which would run it; use call or data");
  if (isContract) return { kind: "smartContractExecution", to, value, input };
  if (kind === "call") throw invalidIntent("calls an address where there is no contract");
  if (input === "0x" && !hasMemo) return { kind: "valueTransfer", to, value };
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
