import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import { bytesToHex, isHex } from "../../units/bytes.ts";
import { keccakOfHex } from "../../units/keccak.ts";
import type { ConformanceTarget } from "../conformance/check-conformance.ts";
import { openScene } from "../conformance/open-scene.ts";
import { openSimulation, type Simulation } from "../simulation/open-simulation.ts";
import { allQuestions } from "./all-questions.ts";
import type { AuditScene, Question } from "./audit-scene.ts";
import { findProxy } from "./proxy.ts";
import { type AuditAnswer, type AuditFinding, type AuditReport, type AuditSeverity, cannotSay } from "./report.ts";
import { findRoleHolders } from "./role-holders.ts";
import { selectorsIn } from "./selectors.ts";

/** As of `checkConformance`. */
export type AuditTarget = ConformanceTarget;

/** How many questions are put at a time. */
const atOnce = 4;

/**
 * Asks of any deployed collection what its holders, or those who would migrate it, have to know: who can mint, take, burn, pause and
 * upgrade, by simulation. Nothing is sent, and only read methods are called. Whatever the contract does, each question is answered.
 *
 * @returns a report that can be written with `JSON.stringify`.
 * @throws `ERR_CHAIN_NODE_UNSUITABLE` the node cannot simulate, and there is no replica; `ERR_CHAIN_ADDRESS_INVALID`;
 * `ERR_CONFIG_INVALID`; `ERR_PEER_MISSING` without ethers; `ERR_RPC_*` the node could not be asked, or exchanged the block meanwhile.
 */
export async function auditCollection(target: AuditTarget): Promise<AuditReport> {
  const { transport, block = "latest", roles = {}, logsFrom = 0n, replica } = target;
  const address = parseAddress(target.address);
  const simulation = await openSimulation({ transport, block, ...(replica === undefined ? {} : { replica }) });
  const code = await transport.request({ method: "eth_getCode", params: [address, simulation.block.tag] });
  if (!isHex(code) || code === "0x") {
    const missing = cannotSay("there is no contract at this address in this block");
    return report(
      simulation,
      address,
      null,
      allQuestions.map((each) => answerOf(each, missing, "none")),
    );
  }
  const proxy = await findProxy(simulation, address, code);
  const behind = proxy?.implementation === undefined ? code : await codeAt(simulation, proxy.implementation);
  const base = await openScene({ simulation, address, roles, logsFrom, replica });
  const holders = await findRoleHolders(base);
  const selectors = new Set([...selectorsIn(code), ...selectorsIn(behind)]);
  const scene: AuditScene = { ...base, code, selectors, proxy, holders };
  const answers: AuditAnswer[] = [];
  for (let next = 0; next < allQuestions.length; next += atOnce) {
    const some = allQuestions.slice(next, next + atOnce);
    answers.push(
      ...(await Promise.all(
        some.map(async (each) => answerOf(each, await found(each, scene), simulation.simulator.method)),
      )),
    );
  }
  await simulation.confirm();
  return report(simulation, address, bytesToHex(keccakOfHex(code)), answers);
}

async function codeAt({ transport, block }: Simulation, address: string): Promise<string> {
  const code = await transport.request({ method: "eth_getCode", params: [address, block.tag] });
  return isHex(code) ? code : "0x";
}

async function found(question: Question, scene: AuditScene): Promise<AuditFinding> {
  try {
    return await question.ask(scene);
  } catch (error) {
    // What the contract, or the node's view of it, brought about ends this question alone.
    if (!isLatchkeyError(error) || isNodeGone(error.code)) throw error;
    return cannotSay(`the simulation failed: ${error.message}`);
  }
}

function isNodeGone(code: string): boolean {
  return code === "ERR_RPC_UNREACHABLE" || code === "ERR_RPC_RATE_LIMITED" || code === "ERR_CLOSED";
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

function report(
  { chainId, block, simulator, overrides }: Simulation,
  address: string,
  codeHash: string | null,
  answers: readonly AuditAnswer[],
): AuditReport {
  const count = (severity: AuditSeverity): number => answers.filter((each) => each.severity === severity).length;
  return {
    address,
    chainId: String(chainId),
    block: { number: String(block.number), hash: block.hash },
    method: simulator.method,
    ...(overrides.isHonoured ? {} : { fallbackReason: overrides.reason }),
    codeHash,
    counts: { high: count("high"), medium: count("medium"), low: count("low"), none: count("none") },
    answers,
  };
}
