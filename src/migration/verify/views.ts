import type { PinnedBlock } from "../../inspection/simulation/pinned-block.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { bytesToHex } from "../../units/bytes.ts";
import { keccak } from "../../units/keccak.ts";
import { askCalls, type CallAnswer } from "../read/calls.ts";

/** A contract to read in one block. */
export interface Viewed {
  readonly transport: Transport;
  /** In lower case. */
  readonly address: string;
  readonly block: PinnedBlock;
  readonly signal?: AbortSignal | undefined;
}

/** The call of a function whose arguments are one word each: numbers, or hexadecimal digits of a word. */
export function viewCall(signature: string, ...args: readonly (bigint | number | string)[]): Hex {
  const words = args.map((arg) => BigInt(arg).toString(16).padStart(64, "0"));
  return `0x${topicOf(signature).slice(2, 10)}${words.join("")}`;
}

/** Keccak-256 of a signature: an event's first topic; its first four bytes select a function. */
export function topicOf(signature: string): Hex {
  return bytesToHex(keccak(Buffer.from(signature, "ascii")));
}

/** Runs views in the pinned block, in the order asked. @throws as `askCalls`. */
export async function askViews(viewed: Viewed, calls: readonly Hex[]): Promise<readonly CallAnswer[]> {
  const { transport, address, block } = viewed;
  const all = calls.map((data) => ({ to: address, data }));
  return await askCalls(transport, all, block.tag, patienceOf(viewed));
}

/** As `askViews`, for one view. */
export async function askView(viewed: Viewed, ...call: Parameters<typeof viewCall>): Promise<CallAnswer> {
  const [answer] = await askViews(viewed, [viewCall(...call)]);
  return answer ?? { kind: "failed", why: "gives nothing" };
}

export function patienceOf({ signal }: Pick<Viewed, "signal">): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
