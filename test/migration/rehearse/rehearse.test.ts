import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rehearse } from "../../../src/migration/rehearse/rehearse.ts";
import type { Progress } from "../../../src/migration/types.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { deployOld, type OldCollection } from "../harness/old-collection.ts";
import { plannedScene } from "../mint/scene.ts";
import { chainOver } from "../verify/scene.ts";
import { openReplica, type OpenedReplica } from "./local-replica.ts";

// Whole runs of 40 tokens on nodes that begin with another one's state. Budget: 15 s.

let anvil: Anvil;
let old: OldCollection;
beforeAll(async () => {
  anvil = await startAnvil({ args: ["--gas-limit", "500000000", "--hardfork", "prague"] });
  old = await deployOld(anvil, { tokens: 40, owners: 11, burned: 2 });
});
afterAll(() => anvil.stop());

const limits = { gas: 2_000_000n };

/** Opens replicas, and counts. */
function replicas(change: (replica: OpenedReplica) => Partial<OpenedReplica> = () => ({})) {
  const counts = { opened: 0, closed: 0 };
  const openLocal = async (): Promise<OpenedReplica> => {
    const replica = await openReplica(anvil, old, temporaryDirectory());
    counts.opened += 1;
    return {
      ...replica,
      ...change(replica),
      close: async () => {
        counts.closed += 1;
        await replica.close();
      },
    };
  };
  return { counts, openLocal };
}

describe("a rehearsal", { timeout: 60_000 }, () => {
  it("does the whole run on the local node alone, once", async () => {
    const { run } = await plannedScene(anvil, old, { plan: { limits } });
    const plan = await run.needed("plan");
    const before = await anvil.request("eth_blockNumber");
    const { counts, openLocal } = replicas();
    const seen: Progress[] = [];
    const result = await rehearse(run, { openLocal, onProgress: (progress) => seen.push(progress) });
    expect(result).toMatchObject({
      step: "rehearsal",
      run: run.run,
      root: plan.root,
      verified: true,
      differences: [],
      differenceCount: 0,
      froze: true,
      transactions: plan.batches.length + 2,
      plannedGas: plan.gas.total,
    });
    expect(BigInt(result.gasUsed)).toBeGreaterThan(1_000_000n);
    expect(new Set(seen.map(({ step }) => step))).toEqual(new Set(["rehearsal"]));
    expect(seen.map(({ unit }) => unit)).toContain("tokens of the verification");

    // The real chain and the real run's folder know nothing of it.
    expect(await anvil.request("eth_blockNumber")).toBe(before);
    for (const step of ["freeze", "deployment", "mint", "verification"] as const)
      expect(await run.read(step)).toBeUndefined();
    expect(readdirSync(join(run.directory, "rehearsal"))).toEqual(
      expect.arrayContaining(["deployment.json", "freeze.json", "mint.json", "verification.json"]),
    );

    expect(await rehearse(run, { openLocal })).toEqual(result);
    expect(await run.read("rehearsal")).toEqual(result);
    expect(counts).toEqual({ opened: 1, closed: 1 });
  });

  it("leaves the old contract open where the run will, and is done again where it ended badly", async () => {
    const { run } = await plannedScene(anvil, old, { plan: { limits } });
    const lying = ({ chain }: OpenedReplica): Partial<OpenedReplica> => ({
      chain: chainOver(without(chain.transport, 5n)),
    });
    const bad = replicas(lying);
    const result = await rehearse(run, { openLocal: bad.openLocal, keepOpen: true });
    expect(result).toMatchObject({ verified: false, froze: false, differenceCount: 1 });
    expect(result.differences).toMatchObject([{ kind: "missing", id: "5" }]);
    const good = replicas();
    expect(await rehearse(run, { openLocal: good.openLocal })).toMatchObject({ verified: true, froze: true });
    expect([bad.counts, good.counts]).toEqual([
      { opened: 1, closed: 1 },
      { opened: 1, closed: 1 },
    ]);
  });

  it("closes the node where it cannot go on, and stores nothing", async () => {
    const { run } = await plannedScene(anvil, old, { plan: { limits } });
    const { counts, openLocal } = replicas(() => ({ senders: [] }));
    await expect(rehearse(run, { openLocal })).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(counts).toEqual({ opened: 1, closed: 1 });
    expect(existsSync(join(run.directory, "rehearsal.json"))).toBe(false);
  });
});

/** A node that says that a token is not there. */
function without(transport: Transport, id: bigint): Transport {
  const logs = (answer: unknown): unknown =>
    Array.isArray(answer)
      ? answer.filter((log) => !JSON.stringify(log).includes(`0x${id.toString(16).padStart(64, "0")}"`))
      : answer;
  const one: Transport["request"] = async (request, options) => {
    const answer = await transport.request(request, options);
    return request.method === "eth_getLogs" ? logs(answer) : answer;
  };
  return {
    ...transport,
    origin: transport.origin,
    request: one,
    requestAll: (all) => Promise.allSettled(all.map((request) => one(request))),
    close: () => Promise.resolve(),
  };
}
