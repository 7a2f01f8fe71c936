import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { cannotTell, type CheckOutcome, type Finding } from "../scene/finding.ts";
import { openScene } from "../scene/open-scene.ts";
import type { Scene } from "../scene/scene.ts";
import { askAll, headOf, type InspectionTarget, type OpenTarget, openTarget, settled } from "../scene/target.ts";
import { allChecks } from "./all-checks.ts";
import type { CheckResult, CheckTopic, ConformanceReport } from "./report.ts";

/**
 * Checks any deployed contract against KIP-17, line by line, by simulation: nothing is sent, and only read methods are called. Whatever
 * the contract does, each check ends in an outcome.
 *
 * @returns a report that can be written with `JSON.stringify`.
 * @throws `ERR_CHAIN_NODE_UNSUITABLE` the node cannot simulate, and there is no replica; `ERR_CHAIN_ADDRESS_INVALID`;
 * `ERR_CONFIG_INVALID`; `ERR_PEER_MISSING` without ethers; `ERR_RPC_*` the node could not be asked, or exchanged the block meanwhile.
 */
export async function checkConformance(target: InspectionTarget): Promise<ConformanceReport> {
  const open = await openTarget(target);
  if (open.code === "0x") return report(open, undefined, allChecks.map(withoutCode));
  const scene = await openScene(open);
  const { simulator, confirm } = open.simulation;
  const checks = await askAll(allChecks, async (check) =>
    resultOf(check, await settled(() => check.run(scene), cannotTell), simulator.method),
  );
  await confirm();
  return report(open, scene, checks);
}

function withoutCode(check: CheckTopic): CheckResult {
  return resultOf(check, cannotTell("there is no contract at this address in this block"), "none");
}

function resultOf(
  { id, title, group, requirement, section }: CheckTopic,
  finding: Finding,
  usual: CheckResult["method"],
): CheckResult {
  const { outcome, found, method = usual } = finding;
  return { id, title, group, requirement, section, outcome, found, method };
}

function report(open: OpenTarget, scene: Scene | undefined, checks: readonly CheckResult[]): ConformanceReport {
  const count = (outcome: CheckOutcome): number => checks.filter((check) => check.outcome === outcome).length;
  return {
    ...headOf(open),
    roles: { minter: holderOf(scene?.minter), pauser: holderOf(scene?.pauser) },
    counts: {
      conforms: count("conforms"),
      deviates: count("deviates"),
      "not offered": count("not offered"),
      "cannot tell": count("cannot tell"),
    },
    checks,
  };
}

function holderOf(role: Scene["minter"] | undefined): string | null {
  return role !== undefined && "value" in role ? parseAddress(role.value) : null;
}
