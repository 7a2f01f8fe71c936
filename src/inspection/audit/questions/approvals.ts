import { topics } from "../../scene/kip17-abi.ts";
import { scanLogs } from "../../scene/scan-logs.ts";
import { type AuditScene, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, cannotSay, no, yes } from "../report.ts";

const bounds = { logs: 5_000, requests: 64 };
const mostConfirmed = 100;

/** Who may move all tokens of others. Logs name the pairs; isApprovedForAll says which of them still stand. */
async function outstanding(scene: AuditScene): Promise<AuditFinding> {
  const { simulation, address, logsFrom, encode, simulator } = scene;
  const query = { address, topics: [topics.approvalForAll], from: logsFrom, to: simulation.block.number };
  const { logs, isComplete } = await scanLogs(simulation.transport, query, bounds);
  const pairs = new Map<string, readonly [string, string]>();
  for (const {
    topics: [, owner, operator],
  } of logs) {
    if (owner === undefined || operator === undefined) continue;
    pairs.set(`${owner} ${operator}`, [`0x${owner.slice(26)}`, `0x${operator.slice(26)}`]);
  }
  const looked = [...pairs.values()].slice(0, mostConfirmed);
  if (looked.length === 0) {
    return isComplete
      ? no("no ApprovalForAll in all past logs")
      : cannotSay("those past logs that the node gave have no ApprovalForAll");
  }
  const calls = looked.map((pair) => encode(view("isApprovedForAll", pair)));
  const results = await simulator.run(calls);
  const standing = looked.filter((_, index) => {
    const result = results[index];
    return result !== undefined && calls[index]?.decode(result) === true;
  });
  const operators = [...new Set(standing.map(([, operator]) => operator))];
  const all = isComplete && looked.length === pairs.size;
  const evidence = `${String(standing.length)} owners' approvals of ${String(operators.length)} operators stand, of ${String(looked.length)} looked at${all ? "" : "; there may be more"}`;
  if (standing.length === 0) return all ? no(evidence) : cannotSay(evidence);
  return { ...yes(`${evidence}; they do not move with a migration`), list: operators };
}

export const approvalQuestions: readonly Question[] = [
  question("approvals.operators", "Do operators hold approvals for all of somebody's tokens?", outstanding),
];
