import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { RpcRequest, Transport } from "../../../src/ports/transport.ts";
import { isRecord } from "../../../src/units/is-record.ts";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { anybody, chainOver, verifyScene } from "./scene.ts";

// Nodes whose answers are altered on their way, and inputs that are none. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = verifyScene();

/** A transport that alters answers: what no contract and no transaction could be made to give. */
function altering(transport: Transport, change: (request: RpcRequest, answer: unknown) => unknown): Transport {
  const one = async (request: RpcRequest): Promise<unknown> => change(request, await transport.request(request));
  return {
    origin: transport.origin,
    request: one,
    requestAll: (requests) => Promise.allSettled(requests.map(one)),
    close: () => Promise.resolve(),
  };
}

const word = (value: bigint): string => `0x${value.toString(16).padStart(64, "0")}`;
const isLogs = ({ method }: RpcRequest): boolean => method === "eth_getLogs";
const logsOf = (answer: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(answer) ? answer.filter(isRecord) : [];
const topicsOf = (log: Readonly<Record<string, unknown>>): readonly unknown[] =>
  Array.isArray(log["topics"]) ? log["topics"] : [];
const isOf = (log: Readonly<Record<string, unknown>>, id: bigint): boolean => topicsOf(log)[3] === word(id);

describe("logs that do not agree with the views", () => {
  it.each<
    readonly [string, (logs: readonly Readonly<Record<string, unknown>>[]) => readonly unknown[], readonly unknown[]]
  >([
    ["without a mint", (logs) => logs.filter((log) => !isOf(log, 5n)), [["missing", "5"]]],
    [
      "with another receiver",
      (logs) =>
        logs.map((log) => (isOf(log, 5n) ? { ...log, topics: topicsOf(log).with(2, word(BigInt(anybody))) } : log)),
      [
        ["owner", "5"],
        ["balance", undefined],
      ],
    ],
    [
      "with a mint of an id that is none",
      (logs) => logs.map((log) => (isOf(log, 5n) ? { ...log, topics: topicsOf(log).with(3, word(77n)) } : log)),
      [
        ["missing", "5"],
        ["extra", "77"],
      ],
    ],
    [
      "with a mint twice",
      (logs) => logs.flatMap((log) => (isOf(log, 5n) ? [log, { ...log, logIndex: "0xffff" }] : [log])),
      [["logs", "5"]],
    ],
  ])("are found: %s", async (_, change, expected) => {
    const { transport, migrate } = scene();
    const migrated = await migrate();
    const chain = chainOver(
      altering(transport, (request, answer) => (isLogs(request) ? change(logsOf(answer)) : answer)),
    );
    const result = await migrated.verify({ chain });
    const kinds = result.differences.map(({ kind, id }) => [kind, id]);
    expect(kinds.filter(([kind]) => kind !== "balance")).toEqual(
      expected.filter((each) => !JSON.stringify(each).includes("balance")),
    );
    const byLogs = result.checks.find(({ name }) => name.startsWith("first and present owner"));
    expect(byLogs?.differences).toBe(1);
    const byViews = result.checks.find(({ name }) => name.startsWith("owner and URI"));
    expect(byViews?.differences).toBe(0);
  });
});

describe("the block that is looked at", () => {
  it("has to be there at the end", async () => {
    const { transport, migrate } = scene();
    const migrated = await migrate();
    let asked = 0;
    const chain = chainOver(
      altering(transport, ({ method, params }, answer) => {
        if (method !== "eth_getBlockByNumber" || !isRecord(answer) || params[0] === "latest") return answer;
        asked += 1;
        return { ...answer, hash: `0x${"12".repeat(32)}` };
      }),
    );
    await expect(migrated.verify({ chain })).rejects.toMatchObject({ code: "ERR_RPC_NODE_FAULT", retryable: true });
    expect(asked).toBeGreaterThan(0);
    expect(await migrated.run.read("verification")).toBeUndefined();
  });

  it("has to have the contract in it", async () => {
    const { migrate } = scene();
    const migrated = await migrate();
    const { block } = await migrated.run.needed("deployment");
    await expect(migrated.verify({ block: BigInt(block.number) - 1n })).rejects.toMatchObject({
      code: "ERR_MIGRATION_NEW_UNSUITABLE",
    });
  });
});

describe("an old node that dropped the state of the snapshot's block", () => {
  it("is asked about the present one instead, and the result says so", async () => {
    const { old, transport, migrate } = scene();
    const migrated = await migrate();
    const { block } = await migrated.run.needed("snapshot");
    const tag = `0x${BigInt(block.number).toString(16)}`;
    const pruned = altering(transport, ({ method, params }, answer) => {
      if ((method === "eth_call" || method === "eth_getCode") && params[1] === tag)
        throw new LatchkeyError("ERR_RPC_NODE_FAULT", "The node failed.", {
          context: { rpcCode: -32_000, rpcMessage: "missing trie node", fault: "node" },
        });
      return answer;
    });
    const result = await migrated.verify({ old: { ...old, transport: pruned } });
    expect(result.verified).toBe(true);
    const sample = result.checks.find(({ name }) => name.startsWith("sample of the old contract's tokens"));
    expect(sample).toMatchObject({ checked: 43, differences: 0 });
    expect(sample?.name).toContain("no longer has the state");
  });
});

describe("what verify is given", () => {
  it("has to be of the run's chains", async () => {
    const { old, transport, migrate } = scene();
    const migrated = await migrate();
    const elsewhere = altering(transport, ({ method }, answer) => (method === "eth_chainId" ? "0x2019" : answer));
    const mismatch = { code: "ERR_CHAIN_ID_MISMATCH" };
    await expect(migrated.verify({ chain: chainOver(elsewhere) })).rejects.toMatchObject(mismatch);
    await expect(migrated.verify({ old: { ...old, transport: elsewhere } })).rejects.toMatchObject(mismatch);
  });

  it("has to have been minted", async () => {
    const migrated = await scene().migrate();
    rmSync(join(migrated.run.directory, "mint.json"));
    await expect(migrated.verify()).rejects.toMatchObject({ code: "ERR_MIGRATION_STEP_MISSING" });
  });

  it("has to be the plan of this manifest", async () => {
    const migrated = await scene().migrate();
    const plan = await migrated.run.needed("plan");
    await migrated.run.write("plan", { ...plan, root: `0x${"ab".repeat(32)}` });
    await expect(migrated.verify()).rejects.toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
  });
});
