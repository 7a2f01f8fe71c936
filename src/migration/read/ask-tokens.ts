import type { BlockTag } from "../../inspection/simulation/pinned-block.ts";
import type { Transport } from "../../ports/transport.ts";
import { askCalls, type CallAnswer, viewOf } from "./calls.ts";
import type { Patience } from "./patience.ts";
import { addressIn, isZero, textIn } from "./words.ts";

/** What a collection says of an id. */
export interface TokenAnswer {
  readonly id: bigint;
  /** In lower case; undefined where `ownerOf` throws, or names the zero address. */
  readonly owner: string | undefined;
  /** Byte for byte; undefined where `tokenURI` throws. Looked at only where there is an owner. */
  readonly uri: string | undefined;
  /** What makes an answer none, as a sentence's end with the view's name in front: `ownerOf takes more than ... gas`. */
  readonly fault?: string;
}

/** `MAX_URI_LENGTH` of the new contract. */
const longestUri = 8192;

/**
 * Asks `ownerOf` and `tokenURI` of each id at a block, in batches where the transport can. What one id answers, or that it answers too
 * much, is that id's alone.
 *
 * @throws `ERR_RPC_*` the node does not answer, though it was asked again.
 */
export async function askTokens(
  transport: Transport,
  address: string,
  ids: readonly bigint[],
  block: BlockTag,
  patience: Patience = {},
): Promise<readonly TokenAnswer[]> {
  const calls = ids.flatMap((id) => [viewOf(address, "ownerOf", id), viewOf(address, "tokenURI", id)]);
  const answers = await askCalls(transport, calls, block, patience);
  return ids.map((id, index) => tokenOf(id, answers[2 * index], answers[2 * index + 1]));
}

function tokenOf(id: bigint, ownerOf: CallAnswer | undefined, tokenUri: CallAnswer | undefined): TokenAnswer {
  const none = { id, owner: undefined, uri: undefined };
  if (ownerOf === undefined || ownerOf.kind === "reverted") return none;
  if (ownerOf.kind === "failed") return { ...none, fault: `ownerOf ${ownerOf.why}` };
  const owner = addressIn(ownerOf);
  if (owner === undefined) return { ...none, fault: "ownerOf gives something that is no address" };
  if (isZero(owner)) return none;
  if (tokenUri === undefined || tokenUri.kind === "reverted") return { id, owner, uri: undefined };
  const read = tokenUri.kind === "failed" ? { fault: tokenUri.why } : textIn(tokenUri.data, longestUri);
  return "text" in read
    ? { id, owner, uri: read.text }
    : { id, owner, uri: undefined, fault: `tokenURI ${read.fault}` };
}
