import { askAll, valueOf } from "../../chains/ethereum/ask-all.ts";
import { toQuantity } from "../../chains/ethereum/chain-state.ts";
import { badResponse, isHash, smallQuantity } from "../../chains/ethereum/quantity.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { isRecord } from "../../units/is-record.ts";

export interface Header {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
}

/**
 * The headers of these heights, in the order asked; undefined where the node has none.
 *
 * @throws `ERR_RPC_*`.
 */
export async function headersOf(
  transport: Transport,
  numbers: readonly number[],
): Promise<readonly (Header | undefined)[]> {
  const answers = await askAll(
    transport,
    numbers.map((number) => ({ method: "eth_getBlockByNumber", params: [toQuantity(BigInt(number)), false] })),
  );
  return answers.map((answer, index) => headerIn(valueOf(answer), numbers[index]));
}

function headerIn(value: unknown, asked: number | undefined): Header | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isRecord(value)) throw badResponse("block");
  const { hash, parentHash } = value;
  const number = smallQuantity(value["number"], "block number");
  if (!isHash(hash) || !isHash(parentHash) || number !== asked) throw badResponse("block");
  return { number, hash, parentHash };
}
