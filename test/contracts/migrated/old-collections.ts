import { createRequire } from "node:module";
import { Interface } from "ethers";
import { isRecord } from "../../../scripts/guards.ts";
import type { TestChain } from "../behaviour/chain.ts";
import { type Deployed, deployCode } from "../behaviour/deployed.ts";

/** The two generations of contracts that projects deployed by caver-js, as it carries them. */
export const generations = {
  "caver-js 1.9": "caver-js-1.9/packages/caver-kct/src/kctHelper.js",
  "caver-js 1.12": "caver-js/packages/caver-kct/src/kctHelper.js",
} as const;

export type Generation = keyof typeof generations;

export async function deployOld(chain: TestChain, generation: Generation): Promise<Deployed> {
  const loaded: unknown = createRequire(import.meta.url)(generations[generation]);
  if (!isRecord(loaded)) throw new TypeError("caver-js carries no contracts there.");
  const { kip17JsonInterface: abi, kip17ByteCode: bytecode } = loaded;
  return await deployCode(chain, new Interface(JSON.stringify(abi)), String(bytecode), ["Old", "OLD"]);
}
