import { isHex } from "../../units/bytes.ts";
import { canCall } from "../simulation/given-calls.ts";
import type { Simulation } from "../simulation/open-simulation.ts";
import { type EncodedCall, type NamedCall, reader } from "./kip17-calls.ts";
import { topics } from "./kip17-abi.ts";
import { type PastLog, scanLogs } from "./scan-logs.ts";

export interface GivenRoles {
  readonly minter?: string;
  readonly pauser?: string;
  readonly owner?: string;
}

export interface RoleCandidates {
  /** Who may hold a role, the likeliest first: whether they do is for a simulation to show. */
  readonly minters: readonly string[];
  readonly pausers: readonly string[];
  /** Whether all past logs were looked at. */
  readonly isComplete: boolean;
}

const mostLogs = 200;
const mostRequests = 48;
const mostCandidates = 12;

/**
 * Names who may mint and pause: those given, those whom past logs name (MinterAdded, PauserAdded, OpenZeppelin's RoleGranted), and owner().
 *
 * @throws as `scanLogs`.
 */
export async function findRoleCandidates(
  { transport, simulator, block }: Simulation,
  address: string,
  encode: (call: NamedCall) => EncodedCall,
  given: GivenRoles,
  logsFrom: bigint,
): Promise<RoleCandidates> {
  const asked = [topics.minterAdded, topics.pauserAdded, topics.roleGranted];
  const query = { address, topics: [asked], from: logsFrom, to: block.number };
  const { logs, isComplete } = await scanLogs(transport, query, { logs: mostLogs, requests: mostRequests });
  const call = encode({ from: reader, function: "owner", args: [] });
  const [result] = await simulator.run([call]);
  const owner = result === undefined ? undefined : call.decode(result);
  const owners = [given.owner, typeof owner === "string" ? owner : undefined];
  const granted = logs.filter(({ topics: [first] }) => first === topics.roleGranted).map(accountIn);
  const named = (topic: string): (string | undefined)[] =>
    logs.filter(({ topics: [first] }) => first === topic).map(accountIn);
  return {
    minters: distinct([given.minter, ...named(topics.minterAdded), ...granted, ...owners], address),
    pausers: distinct([given.pauser, ...named(topics.pauserAdded), ...granted, ...owners], address),
    isComplete,
  };
}

/** RoleGranted has the role first; the others have the account alone, indexed or not. */
function accountIn({ topics: [first, second, third], data }: PastLog): string | undefined {
  const word = first === topics.roleGranted ? third : (second ?? data);
  return word?.length === 66 && isHex(word) ? `0x${word.slice(26)}` : undefined;
}

/** Without those whom nobody can act as: the contract itself, which is called, and precompiled ones. */
function distinct(found: readonly (string | undefined)[], contract: string): readonly string[] {
  const addresses = found.flatMap((each) => (each === undefined ? [] : [each.toLowerCase()]));
  const others = addresses.filter((each) => each !== contract.toLowerCase() && canCall(each));
  return [...new Set(others)].slice(0, mostCandidates);
}
