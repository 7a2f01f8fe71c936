import { Interface } from "ethers";
import type { Chain } from "./chain.ts";
import { randomNumbers, shuffled } from "./random.ts";
import type { Token } from "./workload.ts";

export interface TransferFigures {
  /** Mean gas of a token's first transfer. */
  readonly transferFirst: number;
  /** Mean gas of its next one. */
  readonly transferLater: number;
}

interface Step {
  readonly id: number;
  readonly from: string;
  readonly to: string;
}

const moved = 100;
const functions = new Interface(["function transferFrom(address from, address to, uint256 id)"]);

/**
 * After each of 500 owners got one token: 100 tokens in random order go, each sent by its owner, to another of the 500
 * owners drawn at random (first), and in the same order on to another (later). So most senders of the first round part
 * with their only token, and most of the later round keep one; most recipients hold a token already.
 */
export async function measureTransfers(
  chain: Chain,
  contract: string,
  tokens: readonly Token[],
): Promise<TransferFigures> {
  const random = randomNumbers("transfers");
  const chosen = shuffled(tokens, random).slice(0, moved);
  const owners = tokens.map(({ owner }) => owner);
  const first = steps(chosen, owners, random);
  const later = steps(
    first.map(({ id, to }) => ({ id, owner: to })),
    owners,
    random,
  );
  return {
    transferFirst: await meanGas(chain, contract, first),
    transferLater: await meanGas(chain, contract, later),
  };
}

function steps(
  tokens: readonly Pick<Token, "id" | "owner">[],
  owners: readonly string[],
  random: () => number,
): readonly Step[] {
  return tokens.map(({ id, owner }) => {
    const others = owners.filter((each) => each !== owner);
    return { id, from: owner, to: others[Math.floor(random() * others.length)] ?? owner };
  });
}

async function meanGas(chain: Chain, contract: string, todo: readonly Step[]): Promise<number> {
  let gas = 0;
  for (const { id, from, to } of todo) {
    const used = await chain.send(from, contract, functions.encodeFunctionData("transferFrom", [from, to, id]));
    if (used === undefined) throw new Error(`The transfer of token ${String(id)} failed.`);
    gas += used;
  }
  return gas / todo.length;
}
