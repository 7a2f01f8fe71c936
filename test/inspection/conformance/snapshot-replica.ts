import type { ReplicaFactory } from "../../../src/inspection/simulation/open-simulation.ts";
import type { SimulatedCall, SimulatedResult } from "../../../src/inspection/simulation/simulator.ts";
import { isRecord } from "../../../scripts/guards.ts";
import type { TestNode } from "../nodes.ts";

/**
 * Simulates by transactions on the node itself, and takes them back: shows logs, where a simulation by `eth_call` shows none. For a node
 * of a test, which nobody else uses. Runs are one after the other.
 */
export function snapshotReplica(anvil: TestNode): ReplicaFactory {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    await anvil.request("anvil_autoImpersonateAccount", true);
    return {
      method: "local replica",
      run: (calls, code = {}) => {
        const run = last.then(() => playOn(anvil, calls, code));
        last = run.catch(() => undefined);
        return run;
      },
    };
  };
}

async function playOn(
  anvil: TestNode,
  calls: readonly SimulatedCall[],
  code: Readonly<Record<string, string>>,
): Promise<readonly SimulatedResult[]> {
  const snapshot = await anvil.request("evm_snapshot");
  try {
    for (const [address, bytes] of Object.entries(code)) await anvil.request("anvil_setCode", address, bytes);
    const results: SimulatedResult[] = [];
    for (const call of calls) results.push(await playOne(anvil, call));
    return results;
  } finally {
    await anvil.request("evm_revert", snapshot);
  }
}

async function playOne(anvil: TestNode, { from, to, data, gas = 1_000_000n }: SimulatedCall): Promise<SimulatedResult> {
  // What comes back a transaction does not show.
  const returned = await anvil.request("eth_call", { from, to, data }, "latest").catch(() => "0x");
  await anvil.request("anvil_setBalance", from, "0xde0b6b3a7640000");
  const transaction = { from, to, data, gas: `0x${(gas + 200_000n).toString(16)}` };
  const hash = await anvil.request("eth_sendTransaction", transaction);
  for (;;) {
    const receipt = await anvil.request("eth_getTransactionReceipt", hash);
    if (!isRecord(receipt)) continue;
    const logs: readonly unknown[] = Array.isArray(receipt["logs"]) ? receipt["logs"] : [];
    return {
      succeeded: receipt["status"] === "0x1",
      data: String(returned),
      gasUsed: BigInt(String(receipt["gasUsed"])),
      logs: logs.filter(isRecord).map(({ address, topics, data: words }) => ({
        address: String(address),
        topics: Array.isArray(topics) ? topics.map(String) : [],
        data: String(words),
      })),
    };
  }
}
