import hre from "hardhat";
import { beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../../scripts/guards.ts";

/** One test of a `*.t.sol` file, as Hardhat's runner tells it. */
interface Outcome {
  readonly suite: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string;
  /** Fuzzed inputs, or sequences of an invariant. */
  readonly runs: bigint;
  /** Calls of an invariant's sequences, in all. */
  readonly calls: bigint;
}

// What the runner answers is no plain data: its fields are getters.
function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function count(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}

async function runSolidityTests(): Promise<readonly Outcome[]> {
  const result: unknown = await hre.tasks.getTask(["test", "solidity"]).run({});
  const value = isRecord(result) ? (result["value"] ?? result["error"]) : undefined;
  return list(field(value, "suiteResults")).flatMap((suite) =>
    list(field(suite, "testResults")).map((test) => {
      const kind = field(test, "kind");
      return {
        suite: String(field(field(suite, "id"), "name")),
        name: String(field(test, "name")),
        status: String(field(test, "status")),
        reason: text(field(test, "reason")),
        runs: count(field(kind, "runs")),
        calls: count(field(kind, "calls")),
      };
    }),
  );
}

describe("the Solidity tests", { timeout: 120_000 }, () => {
  let outcomes: readonly Outcome[];
  beforeAll(async () => {
    outcomes = await runSolidityTests();
  }, 180_000);

  it("pass", () => {
    const failures = outcomes.filter(({ status }) => status !== "Success");
    expect(failures.map(({ suite, name, reason }) => `${suite}.${name}: ${reason}`)).toEqual([]);
  });

  it.each(["KIP17CollectionFuzz", "KIP17CollectionInvariants", "KIP17MigratedFuzz", "KIP17MigratedInvariants"])(
    "hold those of %s",
    (suite) => {
      expect(outcomes.filter((outcome) => outcome.suite === suite).length).toBeGreaterThan(0);
    },
  );

  it("take 5,000 fuzzed inputs and sequences or more, and 5,000 calls in sequences", () => {
    expect(outcomes.reduce((sum, { runs }) => sum + runs, 0n)).toBeGreaterThanOrEqual(5000n);
    expect(outcomes.reduce((sum, { calls }) => sum + calls, 0n)).toBeGreaterThanOrEqual(5000n);
  });
});
