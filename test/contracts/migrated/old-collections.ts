import { Interface } from "ethers";
import { caverKip17 } from "../../harness/creation-code.ts";
import type { TestChain } from "../behaviour/chain.ts";
import { type Deployed, deployCode } from "../behaviour/deployed.ts";

/** The two generations of contracts that projects deployed by caver-js, as it carries them. */
export const generations = { "caver-js 1.9": "caver-js-1.9", "caver-js 1.12": "caver-js" } as const;

export type Generation = keyof typeof generations;

export async function deployOld(chain: TestChain, generation: Generation): Promise<Deployed> {
  const { abi, bytecode } = caverKip17(generations[generation]);
  return await deployCode(chain, new Interface(abi), bytecode, ["Old", "OLD"]);
}
