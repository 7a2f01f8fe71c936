import { canCall } from "../simulation/given-calls.ts";
import type { Simulation } from "../simulation/open-simulation.ts";
import { type EncodedCall, type NamedCall, reader } from "./kip17-calls.ts";
import { topics } from "./kip17-abi.ts";
import { scanLogs } from "./scan-logs.ts";

export interface ExistingToken {
  readonly id: bigint;
  readonly owner: string;
}

const mostRead = 20;
const mostRequests = 48;
// An enumerable view may walk over a whole collection.
const viewGas = 8_000_000n;

/**
 * Finds tokens that exist at the block: by the enumerable views, otherwise by the newest Transfer logs. The owner is what ownerOf says.
 *
 * @throws as `scanLogs`.
 */
export async function findTokens(
  { transport, simulator, block }: Simulation,
  address: string,
  encode: (call: NamedCall) => EncodedCall,
  logsFrom: bigint,
): Promise<readonly ExistingToken[]> {
  const views = [0n, 1n].map((index) =>
    encode({ from: reader, function: "tokenByIndex", args: [index], gas: viewGas }),
  );
  const answers = await simulator.run(views);
  const listed = views.flatMap((call, index) => bigintIn(call, answers[index]));
  const byViews = await ownersOf(listed);
  if (byViews.length > 0) return byViews;
  const query = { address, topics: [topics.transfer], from: logsFrom, to: block.number };
  const { logs } = await scanLogs(transport, query, { logs: mostRead, requests: mostRequests });
  const ids = logs.flatMap(({ topics: [, , , id] }) => (id === undefined ? [] : [BigInt(id)]));
  return await ownersOf([...new Set(ids)]);

  async function ownersOf(ids: readonly bigint[]): Promise<readonly ExistingToken[]> {
    const calls = ids.map((id) => encode({ from: reader, function: "ownerOf", args: [id] }));
    const results = await simulator.run(calls);
    return ids.flatMap((id, index) => {
      const result = results[index];
      const owner = result === undefined ? undefined : calls[index]?.decode(result);
      if (typeof owner !== "string" || owner.toLowerCase() === address.toLowerCase()) return [];
      return canCall(owner) ? [{ id, owner: owner.toLowerCase() }] : [];
    });
  }
}

function bigintIn(call: EncodedCall, result: Parameters<EncodedCall["decode"]>[0] | undefined): readonly bigint[] {
  const value = result === undefined ? undefined : call.decode(result);
  return typeof value === "bigint" ? [value] : [];
}
