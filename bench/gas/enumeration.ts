import { Interface } from "ethers";
import { creationCode } from "../../test/harness/creation-code.ts";
import type { Chain } from "./chain.ts";
import type { Token } from "./workload.ts";

/** Far above the bar, so that a view that misses it still tells by how much. */
const callGas = 500_000_000;

const meter = new Interface([
  "function measure(address target, bytes data) view returns (uint256 gasUsed, bytes answer)",
]);
const views = new Interface(["function tokenOfOwnerByIndex(address owner, uint256 index) view returns (uint256 id)"]);

/**
 * The gas of an eth_call of `tokenOfOwnerByIndex`, the 21,000 of a call and its calldata included: the most of what it
 * takes for the last token of the owner of the highest id, of the lowest, of the one in the middle, and of the owner
 * of most tokens.
 */
export async function measureTokenOfOwnerByIndex(
  chain: Chain,
  contract: string,
  tokens: readonly Token[],
): Promise<number> {
  const meterAddress = await chain.deploy(await creationCode("GasMeter"));
  const ids = Map.groupBy(tokens, ({ owner }) => owner);
  const most = [...ids.values()].reduce((a, b) => (b.length > a.length ? b : a));
  const places = [tokens.at(-1), tokens[0], tokens[Math.floor(tokens.length / 2)], most[0]];
  let worst = 0;
  for (const owner of new Set(places.flatMap((token) => token?.owner ?? []))) {
    const owned = ids.get(owner)?.map(({ id }) => id) ?? [];
    const data = views.encodeFunctionData("tokenOfOwnerByIndex", [owner, owned.length - 1]);
    const answer = await chain.call(meterAddress, meter.encodeFunctionData("measure", [contract, data]), callGas);
    const measured: readonly unknown[] = meter.decodeFunctionResult("measure", answer).toArray();
    if (!owned.includes(Number(measured[1]))) throw new Error("tokenOfOwnerByIndex named a token of somebody else's.");
    worst = Math.max(worst, 21_000 + calldataGas(data) + Number(measured[0]));
  }
  return worst;
}

/** 16 a byte, 4 a zero. Spec: EIP-2028. */
function calldataGas(data: string): number {
  return Buffer.from(data.slice(2), "hex").reduce((gas, byte) => gas + (byte === 0 ? 4 : 16), 0);
}
