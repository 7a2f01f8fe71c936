import { Interface } from "ethers";
import type { Chain } from "./chain.ts";
import type { Minting } from "./implementations.ts";
import type { Token } from "./workload.ts";

export interface Minted {
  readonly contract: string;
  /** Of all transactions, the deployment's left out. */
  readonly gas: number;
  readonly tokensATransaction: number;
}

const views = new Interface(["function ownerOf(uint256 id) view returns (address)"]);

/**
 * Mints the tokens on a new contract, in transactions of the first of these sizes that stays under the limit of gas in
 * each.
 */
export async function mintAll(
  chain: Chain,
  minting: Minting,
  tokens: readonly Token[],
  sizes: readonly number[],
): Promise<Minted> {
  const ordered = minting.order === "byOwner" ? groupedByOwner(tokens) : tokens;
  for (const size of minting.oneByOne ? [1] : sizes) {
    const contract = await chain.deploy(await minting.code(chain.deployer));
    const gas = await mintInBatches(chain, contract, minting, ordered, size);
    if (gas === undefined) continue;
    await checkOwners(chain, contract, tokens);
    return { contract, gas, tokensATransaction: size };
  }
  throw new Error("The tokens could not be minted in transactions of any size.");
}

/** The sizes of equal batches, of one, two, ... and at most eight transactions. */
export function sizesOf(count: number): readonly number[] {
  return Array.from({ length: 8 }, (_, index) => Math.ceil(count / (index + 1)));
}

async function mintInBatches(
  chain: Chain,
  contract: string,
  minting: Minting,
  tokens: readonly Token[],
  size: number,
): Promise<number | undefined> {
  let gas = 0;
  for (let start = 0; start < tokens.length; start += size) {
    const used = await chain.send(chain.deployer, contract, minting.data(tokens.slice(start, start + size)));
    if (used === undefined) return undefined;
    gas += used;
  }
  return gas;
}

/** A figure is of no use if the tokens did not get to their owners. Asks for 500 of them, spread over all. */
async function checkOwners(chain: Chain, contract: string, tokens: readonly Token[]): Promise<void> {
  const every = Math.ceil(tokens.length / 500);
  for (const { id, owner } of tokens.filter((_, index) => index % every === 0)) {
    const answer = await chain.call(contract, views.encodeFunctionData("ownerOf", [id]));
    if (String(views.decodeFunctionResult("ownerOf", answer)[0]).toLowerCase() !== owner)
      throw new Error(`Token ${String(id)} has another owner than it was minted to.`);
  }
}

/** Each owner's tokens together, the owners in the order of their lowest id: neighbours stay close where they can. */
function groupedByOwner(tokens: readonly Token[]): readonly Token[] {
  return [...Map.groupBy(tokens, ({ owner }) => owner).values()].flat();
}
