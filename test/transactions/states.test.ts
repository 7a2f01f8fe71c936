import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  endStates,
  hasReached,
  isTransactionState,
  stateAfter,
  stateMeanings,
  type TransactionState,
  type TransactionStep,
  transitions,
} from "../../src/transactions/states.ts";
import { stateTableFault, stateTables } from "./outbox/state-table.ts";

const states = Object.keys(stateMeanings).filter(isTransactionState);
const steps: readonly TransactionStep[] = [...new Set(transitions.map(({ step }) => step))];

/** Every state that steps lead to from this one, itself included. */
function reachableFrom(start: TransactionState): ReadonlySet<TransactionState> {
  const reached = new Set<TransactionState>([start]);
  for (const state of reached)
    for (const step of steps) {
      const to = stateAfter(state, step);
      if (to !== undefined) reached.add(to);
    }
  return reached;
}

// Budget of the file: 2 s.
describe("the states of a transaction", () => {
  it("are all reached from the queue", () => {
    expect([...reachableFrom("queued")].sort()).toEqual([...states].sort());
  });

  it("all lead to an end, and nothing leads out of one", () => {
    for (const state of states) {
      if (endStates.has(state)) expect([...reachableFrom(state)], state).toEqual([state]);
      else
        expect(
          [...reachableFrom(state)].some((to) => endStates.has(to)),
          state,
        ).toBe(true);
    }
  });

  it("follow each other as the table says, and in no other way", () => {
    for (const state of states)
      for (const step of steps) {
        const rows = transitions.filter((each) => each.step === step && each.from.includes(state));
        expect(rows.length, `${state} ${step}`).toBeLessThanOrEqual(1);
        expect(stateAfter(state, step), `${state} ${step}`).toBe(rows[0]?.to);
      }
  });

  it("come to the same end by a step, wherever it was taken", () => {
    for (const step of steps)
      expect(new Set(transitions.filter((each) => each.step === step).map(({ to }) => to)).size, step).toBe(1);
  });

  it("leave the chain alone by steps of the chain: what is signed fails and is cancelled by a block alone", () => {
    for (const state of ["signed", "broadcast", "mined"] as const) {
      expect(stateAfter(state, "cancel")).toBeUndefined();
      expect(stateAfter(state, "refuse")).toBeUndefined();
    }
  });

  it("have been where their stages say", () => {
    const reached = states.map((state) => [
      state,
      (["broadcast", "mined", "final"] as const).filter((stage) => hasReached(state, stage)),
    ]);
    expect(Object.fromEntries(reached)).toEqual({
      queued: [],
      signed: [],
      broadcast: ["broadcast"],
      mined: ["broadcast", "mined"],
      final: ["broadcast", "mined", "final"],
      failed: [],
      cancelled: [],
    });
  });

  it("are these texts and nothing else", () => {
    for (const odd of ["", "Queued", "toString", "__proto__", undefined, null, 1])
      expect(isTransactionState(odd)).toBe(false);
    expect(states).toHaveLength(7);
  });
});

describe("docs/transactions.md", () => {
  it("has the table of the code", async () => {
    const markdown = await readFile(new URL("../../docs/transactions.md", import.meta.url), "utf8");
    expect(stateTableFault(markdown)).toBeUndefined();
  });

  it("may draw it in any width, and may not leave anything out", () => {
    const drawn = stateTables().replaceAll("| `queued`", "|   `queued`  ").replaceAll("---", "--------");
    const page = (table: string): string => `# Title\n<!-- states -->\n\n${table}\n\n<!-- /states -->\nMore.`;
    expect(stateTableFault(page(drawn))).toBeUndefined();
    const lines = stateTables().split("\n");
    for (const [index, line] of lines.entries()) {
      if (line === "") continue;
      expect(stateTableFault(page(lines.toSpliced(index, 1).join("\n"))), line).toContain("belongs");
    }
    expect(stateTableFault(page(drawn.replace("stored; nothing is signed", "stored; something is signed")))).toContain(
      "belongs",
    );
    expect(stateTableFault(stateTables())).toContain("Put");
    expect(stateTableFault(page(drawn) + page(drawn))).toContain("Put");
  });
});
