import { setTimeout } from "node:timers/promises";
import { isRecord } from "../../../scripts/guards.ts";
import { evm } from "../../../src/chains/evm/index.ts";
import { commitBatches } from "../../../src/contracts/commitment.ts";
import { batchIntent, deploymentIntent } from "../../../src/migration/new-contract.ts";
import { orderTokens, type UriPattern } from "../../../src/migration/order.ts";
import { cutBatches } from "../../../src/migration/plan/cut-batches.ts";
import { cutAsPlanned } from "../../../src/migration/plan/plan-batches.ts";
import { chooseWindow } from "../../../src/migration/plan/window.ts";
import type { BatchLimits, ManifestToken, PlannedBatch } from "../../../src/migration/types.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { http } from "../../../src/rpc/http.ts";
import type { Anvil } from "../../harness/anvil.ts";
import { computationCost } from "../../kaia-node/computation-cost.ts";
import type { Evm } from "../../kaia-node/evm.ts";

/** A batch as it was planned, and what its transaction took on a real EVM. */
export interface MeasuredBatch {
  readonly planned: PlannedBatch;
  readonly gas: number;
  readonly computation: number;
  /** Of the calldata. */
  readonly bytes: number;
}

export interface Collection {
  readonly tokens: readonly ManifestToken[];
  readonly pattern?: UriPattern;
  readonly limits: BatchLimits;
  /** An old contract on the same node to compare with, and what its `ownerOf` takes. */
  readonly compared?: { readonly address: string; readonly ownerOfGas: number };
  /** Batches beyond are minted and not traced: a trace takes a second. */
  readonly traced?: number;
}

/** Plans a collection as `planMigration` does, deploys it, and mints all batches in a random order. */
export async function measureBatches(anvil: Anvil, collection: Collection): Promise<readonly MeasuredBatch[]> {
  const { tokens, pattern = null, limits, compared, traced = 1 } = collection;
  const chain = evm({ name: "anvil", chainId: anvil.chainId, transport: http(anvil.url) });
  const accounts = await anvil.request("eth_accounts");
  const from = Array.isArray(accounts) ? String(accounts[0]) : "";
  const send = async (intent: Intent): Promise<Readonly<Record<string, unknown>>> => {
    const { to, data } = await chain.encode(intent);
    return await mined(anvil, { from, data, ...(to === null ? {} : { to }) });
  };
  const ordered = orderTokens(tokens, pattern);
  const window = chooseWindow([...ordered.packed, ...ordered.withUri]);
  const planned = cutBatches(ordered, limits, { pattern, window, ownerOfGas: compared?.ownerOfGas });
  const identity = { oldChainId: String(anvil.chainId), oldContract: compared?.address ?? `0x${"0c".repeat(20)}` };
  const cut = cutAsPlanned({ batches: planned, count: tokens.length }, ordered);
  const committed = commitBatches({ ...identity, oldChainId: anvil.chainId, batches: cut });
  const deployed = await send(
    await deploymentIntent(identity, {
      ...{ name: "Old", symbol: "OLD", owner: from, root: committed.root, count: committed.count },
      ...{ windowStart: String(window.start), windowSize: String(window.size) },
      ...{ compareWithOld: compared !== undefined, baseURI: pattern?.base ?? "", uriSuffix: pattern?.suffix ?? "" },
    }),
  );
  const measured: MeasuredBatch[] = [];
  for (const [index, batch] of committed.batches.entries()) {
    const plan = planned[index];
    if (plan === undefined) throw new Error("There are more batches than were planned.");
    const intent = batchIntent(String(deployed["contractAddress"]), { ...batch, kind: plan.kind });
    const { to, data } = await chain.encode(intent);
    const computation =
      index < traced ? await computationCost(tracedBy(anvil), { from, to, data, gas: 900_000_000n }) : 0;
    const receipt = await send(intent);
    measured.push({ planned: plan, gas: Number(receipt["gasUsed"]), computation, bytes: data.length / 2 - 1 });
  }
  return measured;
}

/** What a trace uses of the Kaia node's EVM. */
function tracedBy(anvil: Anvil): Evm {
  const unused = (): Promise<never> => {
    throw new Error("Not for traces.");
  };
  return {
    ...{ url: anvil.url, request: anvil.request, text: unused, quantity: unused, record: unused, balance: unused },
    ...{ nonce: unused, code: unused, setBalance: unused, stop: unused },
  };
}

async function mined(
  anvil: Anvil,
  transaction: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const hash = await anvil.request("eth_sendTransaction", { ...transaction, gas: "0x1dcd6500" });
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    await setTimeout(2);
    const receipt = await anvil.request("eth_getTransactionReceipt", hash);
    if (!isRecord(receipt)) continue;
    if (receipt["status"] === "0x1") return receipt;
    const why = await anvil.request("eth_call", transaction, "latest").then(String, String);
    throw new Error(`A transaction failed: ${why}`);
  }
  throw new Error("A transaction was not mined.");
}
