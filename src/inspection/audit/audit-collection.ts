import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { bytesToHex } from "../../units/bytes.ts";
import { keccakOfHex } from "../../units/keccak.ts";
import { openScene } from "../scene/open-scene.ts";
import {
  askAll,
  codeAt,
  headOf,
  type InspectionTarget,
  type OpenTarget,
  openTarget,
  settled,
} from "../scene/target.ts";
import { allQuestions } from "./all-questions.ts";
import type { AuditScene, Question } from "./audit-scene.ts";
import { findProxy } from "./proxy.ts";
import { type AuditAnswer, type AuditFinding, type AuditReport, type AuditSeverity, cannotSay } from "./report.ts";
import { findRoleHolders } from "./role-holders.ts";
import { selectorsIn } from "./selectors.ts";

/**
 * Asks of any deployed collection what its holders, or those who would migrate it, have to know: who can mint, take, burn, pause and
 * upgrade, by simulation. Nothing is sent, and only read methods are called. Whatever the contract does, each question is answered.
 *
 * @returns a report that can be written with `JSON.stringify`.
 * @throws `ERR_CHAIN_NODE_UNSUITABLE` the node cannot simulate, and there is no replica; `ERR_CHAIN_ADDRESS_INVALID`;
 * `ERR_CONFIG_INVALID`; `ERR_PEER_MISSING` without ethers; `ERR_RPC_*` the node could not be asked, or exchanged the block meanwhile.
 */
export async function auditCollection(target: InspectionTarget): Promise<AuditReport> {
  const open = await openTarget(target);
  const { simulation, address, code } = open;
  if (code === "0x") {
    const missing = cannotSay("there is no contract at this address in this block");
    return report(
      open,
      allQuestions.map((each) => answerOf(each, missing, "none")),
    );
  }
  const proxy = await findProxy(simulation, address, code);
  const behind = proxy?.implementation === undefined ? code : await codeAt(simulation, proxy.implementation);
  const base = await openScene(open);
  const holders = await findRoleHolders(base);
  const selectors = new Set([...selectorsIn(code), ...selectorsIn(behind)]);
  const scene: AuditScene = { ...base, code, selectors, proxy, holders };
  const answers = await askAll(allQuestions, async (each) =>
    answerOf(each, await settled(() => each.ask(scene), cannotSay), simulation.simulator.method),
  );
  await simulation.confirm();
  return report(open, answers);
}

function answerOf(
  { id, question }: Question,
  { answer, evidence, severity, list = [], method }: AuditFinding,
  usual: AuditAnswer["method"],
): AuditAnswer {
  return { id, question, answer, evidence, severity, list: list.map(shown), method: method ?? usual };
}

/** An address with its checksum; anything else as it is. */
function shown(each: string): string {
  return /^0x[0-9a-f]{40}$/.test(each) ? parseAddress(each) : each;
}

function report(open: OpenTarget, answers: readonly AuditAnswer[]): AuditReport {
  const count = (severity: AuditSeverity): number => answers.filter((each) => each.severity === severity).length;
  return {
    ...headOf(open),
    codeHash: open.code === "0x" ? null : bytesToHex(keccakOfHex(open.code)),
    counts: { high: count("high"), medium: count("medium"), low: count("low"), none: count("none") },
    answers,
  };
}
