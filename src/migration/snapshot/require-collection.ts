import { toHex } from "../../inspection/simulation/pinned-block.ts";
import type { Hex } from "../../units/brands.ts";
import type { Transport } from "../../ports/transport.ts";
import { askCalls, type CallAnswer, viewOf } from "../read/calls.ts";
import { askPatiently, type Patience } from "../read/patience.ts";
import { booleanIn, numberIn, textIn } from "../read/words.ts";
import { unsuitable } from "../unsuitable.ts";

/** An old contract at one block, by number: what a node that has the block's state answers for. */
export interface PinnedOld {
  readonly transport: Transport;
  /** In lower case. */
  readonly address: string;
  readonly block: bigint;
  readonly tag: Hex;
  readonly patience: Patience;
}

/** What a collection says of itself. */
export interface CollectionFacts {
  /** Both empty where the contract has none. */
  readonly name: string;
  readonly symbol: string;
  /** Undefined where it does not count. */
  readonly supply: bigint | undefined;
  /** Whether it reports metadata: a token without a URI is a fault then. */
  readonly hasMetadata: boolean;
}

const interfaces = { erc721: 0x80ac58cdn, metadata: 0x5b5e139fn, erc1155: 0xd9b67a26n };
const longestName = 1024;

export function pinnedOld(transport: Transport, address: string, block: bigint, patience: Patience): PinnedOld {
  return { transport, address, block, tag: toHex(block), patience };
}

/**
 * Makes sure that there is a collection at the address.
 *
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE` with the reason `no code`, `erc1155`, `erc20` or `not erc721`; `ERR_RPC_*`.
 */
export async function requireCollection({ transport, address, tag, patience }: PinnedOld): Promise<CollectionFacts> {
  const code = { method: "eth_getCode", params: [address, tag] };
  const [found] = await askPatiently(transport, [code], () => false, patience);
  if (found?.status === "fulfilled" && (found.value === "0x" || found.value === null))
    throw unsuitable("no code", "is not there: at the address is no code in this block");
  const [is721, isMetadata, is1155, decimals, supply, name, symbol] = await askCalls(
    transport,
    [
      viewOf(address, "supportsInterface", interfaceWord(interfaces.erc721)),
      viewOf(address, "supportsInterface", interfaceWord(interfaces.metadata)),
      viewOf(address, "supportsInterface", interfaceWord(interfaces.erc1155)),
      viewOf(address, "decimals"),
      viewOf(address, "totalSupply"),
      viewOf(address, "name"),
      viewOf(address, "symbol"),
    ],
    tag,
    patience,
  );
  if (booleanIn(is1155) === true) throw unsuitable("erc1155", "is an ERC-1155: several holders can share one id");
  if (booleanIn(is721) !== true && numberIn(decimals) !== undefined)
    throw unsuitable("erc20", "has decimals, as an ERC-20 has, and does not report ERC-721 or KIP-17");
  return {
    name: nameIn(name),
    symbol: nameIn(symbol),
    supply: numberIn(supply),
    hasMetadata: booleanIn(isMetadata) === true,
  };
}

/** An interface id stands at the front of its word. */
function interfaceWord(id: bigint): bigint {
  return id << 224n;
}

function nameIn(answer: CallAnswer | undefined): string {
  const read = answer?.kind === "data" ? textIn(answer.data, longestName) : undefined;
  return read !== undefined && "text" in read ? read.text : "";
}
