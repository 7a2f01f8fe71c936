import { interfaceIds } from "../../inspection/scene/kip17-abi.ts";
import type { Difference, PlanResult, SnapshotResult } from "../types.ts";
import type { Findings } from "./findings.ts";
import type { CallAnswer } from "../read/calls.ts";
import { addressIn, booleanIn, numberIn, textIn } from "../read/words.ts";
import { askViews, viewCall, type Viewed } from "./views.ts";

const interfaces: Readonly<Record<string, string>> = {
  "ERC-165": "0x01ffc9a7",
  ...interfaceIds,
  "ERC-173": "0x7f5828d0",
  "ERC-2981": "0x2a55205a",
  "ERC-4494": "0x5604e225",
  "ERC-4906": "0x49064906",
  "ERC-5192": "0xb45a3c0e",
  "ERC-7572": "0xe8a3d485",
};
/** KIP-13: no contract has this one. */
const noInterface = "0xffffffff";

/** A view without arguments, what it has to answer, and what it is about. */
interface Fact {
  readonly kind: Difference["kind"];
  readonly signature: string;
  readonly expected: string;
  read(answer: CallAnswer | undefined): string | boolean | bigint | undefined;
}

/** Compares what the contract was deployed with, and which interfaces it reports. */
export async function checkFacts(
  viewed: Viewed,
  plan: PlanResult,
  snapshot: SnapshotResult,
  findings: Findings,
): Promise<void> {
  const facts = factsOf(plan, snapshot);
  const answers = await askViews(
    viewed,
    facts.map(({ signature }) => viewCall(signature)),
  );
  facts.forEach(({ kind, signature, expected, read }, index) => {
    const check = kind === "root" ? "commitment" : "interfaces";
    const found = read(answers[index]);
    findings.checked(check);
    if (String(found) !== expected)
      findings.differ([check], {
        kind,
        expected: `${signature} gives ${expected}`,
        found: String(found ?? "no such answer"),
      });
  });
  await checkInterfaces(viewed, findings);
}

function factsOf(plan: PlanResult, { oldChainId, oldContract }: SnapshotResult): readonly Fact[] {
  const root = (signature: string, expected: string, read: Fact["read"]): Fact => ({
    kind: "root",
    signature,
    expected,
    read,
  });
  return [
    root("root()", plan.root, hashIn),
    root("committedCount()", String(plan.count), numberIn),
    root("settledCount()", String(plan.count), numberIn),
    root("oldChainId()", oldChainId, numberIn),
    root("oldContract()", oldContract.toLowerCase(), addressIn),
    root("compareWithOld()", String(plan.compareWithOld), booleanIn),
    { kind: "interface", signature: "name()", expected: plan.name, read: nameIn },
    { kind: "interface", signature: "symbol()", expected: plan.symbol, read: nameIn },
  ];
}

async function checkInterfaces(viewed: Viewed, findings: Findings): Promise<void> {
  const asked = [...Object.entries(interfaces), ["none", noInterface] as const];
  const calls = asked.map(([, id]) => viewCall("supportsInterface(bytes4)", `${id}${"0".repeat(56)}`));
  const answers = await askViews(viewed, calls);
  asked.forEach(([name, id], index) => {
    const expected = id !== noInterface;
    const found = booleanIn(answers[index]);
    findings.checked("interfaces");
    if (found !== expected)
      findings.differ(["interfaces"], {
        kind: "interface",
        expected: `supportsInterface(${id}) gives ${String(expected)} (${name})`,
        found: String(found ?? "no such answer"),
      });
  });
}

function hashIn(answer: CallAnswer | undefined): string | undefined {
  const value = numberIn(answer);
  return value === undefined ? undefined : `0x${value.toString(16).padStart(64, "0")}`;
}

const longestName = 8192;

function nameIn(answer: CallAnswer | undefined): string | undefined {
  const read = answer?.kind === "data" ? textIn(answer.data, longestName) : undefined;
  return read !== undefined && "text" in read ? read.text : undefined;
}
