import { toQuantity } from "ethers";
import type { Form } from "./blocks.ts";
import type { KaiaBlock } from "./chain.ts";
import type { Core } from "./core.ts";
import { refused } from "./errors.ts";
import type { Filters } from "./filters.ts";
import type { Params } from "./params.ts";

export interface Context {
  readonly core: Core;
  readonly params: Params;
  /** The namespace's view: eth_, or kaia_ and klay_. */
  readonly form: Form;
  readonly filters: Filters;
  readonly archive: boolean;
  readonly senderTxHashIndexing: boolean;
}

export type Method = (context: Context) => unknown;
export type Methods = Readonly<Record<string, Method>>;

/** A full node keeps the state of its last blocks, and of every 128th. */
const statesKept = 128;

/** A block whose state is still there. */
export async function stateBlock(
  { core, params, archive }: Context,
  index: number,
  ifMissing?: "latest",
): Promise<number> {
  const number = params.state(index, ifMissing);
  const old = core.chain.head.number - number >= statesKept && number % statesKept !== 0;
  if (archive || !old) return number;
  const { stateRoot } = await core.evm.record("eth_getBlockByNumber", toQuantity(number), false);
  throw refused(`missing trie node ${String(stateRoot).slice(2)} (path )`);
}

/** A block by number; undefined beyond the head. */
export function blockAt({ core, params }: Context, index: number): KaiaBlock | undefined {
  return core.chain.block(params.blockNumber(index));
}

export function missingBlock(number: number): Error {
  return refused(`the block does not exist (block number: ${number})`);
}
