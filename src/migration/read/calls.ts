import { answerIn, isRevert } from "../../chains/ethereum/node-errors.ts";
import type { BlockTag } from "../../inspection/simulation/pinned-block.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { askPatiently, isUnreadable, type Patience } from "./patience.ts";

/** A view to run. */
export interface ViewCall {
  readonly to: string;
  readonly data: Hex;
}

/** What a view gave. */
export type CallAnswer =
  | { readonly kind: "data"; readonly data: Hex }
  | { readonly kind: "reverted" }
  /** The node could not run it to its end. `why` ends a sentence. */
  | { readonly kind: "failed"; readonly why: string };

/** Some twenty times what the dearest honest view takes, a URI of 8 KiB from storage; a node runs it in a fraction of a second. */
const callGas = "0x989680";
const outOfGas = /out ?of ?gas|gas required exceeds|gas uint64 overflow/i;

/** Selectors of the views that are asked. Spec: KIP-17, EIP-165, and Safe's contracts. */
export const selectors = {
  supportsInterface: "0x01ffc9a7",
  ownerOf: "0x6352211e",
  balanceOf: "0x70a08231",
  getApproved: "0x081812fc",
  isApprovedForAll: "0xe985e9c5",
  name: "0x06fdde03",
  symbol: "0x95d89b41",
  tokenURI: "0xc87b56dd",
  totalSupply: "0x18160ddd",
  decimals: "0x313ce567",
  safeVersion: "0xffa1ad74",
  safeThreshold: "0xe75235b8",
} as const;

/** A call with arguments of one word each: numbers, or addresses. */
export function viewOf(to: string, view: keyof typeof selectors, ...args: readonly (bigint | string)[]): ViewCall {
  const words = args.map((arg) => BigInt(arg).toString(16).padStart(64, "0"));
  return { to, data: `${selectors[view]}${words.join("")}` };
}

/**
 * Runs views at a block, in the order asked, and asks again what a node failed with.
 *
 * @throws `ERR_RPC_*` where that did not help.
 */
export async function askCalls(
  transport: Transport,
  calls: readonly ViewCall[],
  block: BlockTag,
  patience: Patience = {},
): Promise<readonly CallAnswer[]> {
  const requests = calls.map(({ to, data }) => ({ method: "eth_call", params: [{ to, data, gas: callGas }, block] }));
  const settled = await askPatiently(transport, requests, isOfTheCall, patience);
  return settled.map((outcome) =>
    outcome.status === "rejected" ? refusalOf(outcome.reason) : answerOf(outcome.value),
  );
}

function isOfTheCall(error: unknown): boolean {
  const answer = answerIn(error);
  return answer !== undefined && (isRevert(answer) || outOfGas.test(answer.text));
}

function refusalOf(error: unknown): CallAnswer {
  const answer = answerIn(error);
  // Before the other: some nodes tell of either with the same words.
  if (answer !== undefined && answer.code !== 3 && outOfGas.test(answer.text))
    return { kind: "failed", why: `takes more than ${String(BigInt(callGas))} gas` };
  if (isUnreadable(error)) return { kind: "failed", why: "gives an answer that is too long, or cannot be read" };
  return { kind: "reverted" };
}

function answerOf(value: unknown): CallAnswer {
  return isHex(value) ? { kind: "data", data: value } : { kind: "failed", why: "gives something that is not bytes" };
}
