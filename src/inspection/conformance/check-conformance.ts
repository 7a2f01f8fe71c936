import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { openSimulation, type ReplicaFactory, type Simulation } from "../simulation/open-simulation.ts";
import { allChecks } from "./all-checks.ts";
import type { Check } from "./check.ts";
import type { GivenRoles } from "./find-roles.ts";
import { openScene } from "./open-scene.ts";
import {
  cannotTell,
  type CheckOutcome,
  type CheckResult,
  type CheckTopic,
  type ConformanceReport,
  type Finding,
} from "./report.ts";
import type { Scene } from "./scene.ts";

export interface ConformanceTarget {
  readonly transport: Transport;
  /** The contract to look at. */
  readonly address: string;
  /** The latest unless told. */
  readonly block?: bigint | "latest";
  /** Accounts to act as; who is not given is looked for in past logs and by owner(). Nothing is signed. */
  readonly roles?: GivenRoles;
  /** The oldest block whose logs are read, such as that of the deployment; 0 unless told. */
  readonly logsFrom?: bigint;
  /** Takes over where the node does not run code overrides, and shows events where it does. */
  readonly replica?: ReplicaFactory;
}

/** How many checks ask the node at a time. */
const atOnce = 4;

/**
 * Checks any deployed contract against KIP-17, line by line, by simulation: nothing is sent, and only read methods are called. Whatever
 * the contract does, each check ends in an outcome.
 *
 * @returns a report that can be written with `JSON.stringify`.
 * @throws `ERR_CHAIN_NODE_UNSUITABLE` the node cannot simulate, and there is no replica; `ERR_CHAIN_ADDRESS_INVALID`;
 * `ERR_CONFIG_INVALID`; `ERR_PEER_MISSING` without ethers; `ERR_RPC_*` the node could not be asked, or exchanged the block meanwhile.
 */
export async function checkConformance(target: ConformanceTarget): Promise<ConformanceReport> {
  const { transport, block = "latest", roles = {}, logsFrom = 0n, replica } = target;
  const address = parseAddress(target.address);
  const given = parseRoles(roles);
  const simulation = await openSimulation({ transport, block, ...(replica === undefined ? {} : { replica }) });
  const code = await transport.request({ method: "eth_getCode", params: [address, simulation.block.tag] });
  if (typeof code !== "string" || code === "0x")
    return report(simulation, address, undefined, allChecks.map(withoutCode));
  const scene = await openScene({ simulation, address, roles: given, logsFrom, replica });
  const checks: CheckResult[] = [];
  for (let next = 0; next < allChecks.length; next += atOnce) {
    checks.push(...(await Promise.all(allChecks.slice(next, next + atOnce).map((check) => runCheck(check, scene)))));
  }
  await simulation.confirm();
  return report(simulation, address, scene, checks);
}

async function runCheck(check: Check, scene: Scene): Promise<CheckResult> {
  return resultOf(check, await findingOf(check, scene), scene.simulation.simulator.method);
}

async function findingOf(check: Check, scene: Scene): Promise<Finding> {
  try {
    return await check.run(scene);
  } catch (error) {
    // What the contract, or the node's view of it, brought about ends this check alone.
    if (!isLatchkeyError(error) || isNodeGone(error.code)) throw error;
    return cannotTell(`the simulation failed: ${error.message}`);
  }
}

function isNodeGone(code: string): boolean {
  return code === "ERR_RPC_UNREACHABLE" || code === "ERR_RPC_RATE_LIMITED" || code === "ERR_CLOSED";
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

function report(
  { chainId, block, simulator, overrides }: Simulation,
  address: string,
  scene: Scene | undefined,
  checks: readonly CheckResult[],
): ConformanceReport {
  const count = (outcome: CheckOutcome): number => checks.filter((check) => check.outcome === outcome).length;
  return {
    address,
    chainId: String(chainId),
    block: { number: String(block.number), hash: block.hash },
    method: simulator.method,
    ...(overrides.isHonoured ? {} : { fallbackReason: overrides.reason }),
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

function parseRoles({ minter, pauser, owner }: GivenRoles): GivenRoles {
  return {
    ...(minter === undefined ? {} : { minter: parseAddress(minter) }),
    ...(pauser === undefined ? {} : { pauser: parseAddress(pauser) }),
    ...(owner === undefined ? {} : { owner: parseAddress(owner) }),
  };
}
