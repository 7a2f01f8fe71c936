import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { isHex } from "../../units/bytes.ts";
import { openSimulation, type ReplicaFactory, type Simulation } from "../simulation/open-simulation.ts";
import type { FindingMethod } from "./finding.ts";
import type { GivenRoles } from "./find-roles.ts";
import type { SceneOptions } from "./open-scene.ts";

/** A deployed contract to look at, and how. */
export interface InspectionTarget {
  readonly transport: Transport;
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

export interface OpenTarget extends SceneOptions {
  /** "0x" where there is none at the block. */
  readonly code: string;
}

/** How many checks or questions ask the node at a time. */
const atOnce = 4;

/** Checks what was given, and pins a block to look at. @throws as `openSimulation`; `ERR_CHAIN_ADDRESS_INVALID`. */
export async function openTarget(target: InspectionTarget): Promise<OpenTarget> {
  const { transport, block = "latest", logsFrom = 0n, replica } = target;
  const address = parseAddress(target.address);
  const roles = parseRoles(target.roles ?? {});
  const simulation = await openSimulation({ transport, block, ...(replica === undefined ? {} : { replica }) });
  return { simulation, address, code: await codeAt(simulation, address), roles, logsFrom, replica };
}

/** "0x" where there is none at the block. */
export async function codeAt({ transport, block }: Simulation, address: string): Promise<string> {
  const code = await transport.request({ method: "eth_getCode", params: [address, block.tag] });
  return isHex(code) ? code : "0x";
}

/** Puts each to the contract, a few at a time; the results keep the order. */
export async function askAll<T, R>(all: readonly T[], ask: (each: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let next = 0; next < all.length; next += atOnce)
    results.push(...(await Promise.all(all.slice(next, next + atOnce).map(ask))));
  return results;
}

/**
 * What was found, or a sentence on why nothing could be: what the contract, or the node's view of it, brought about ends this one
 * alone. A node that is gone ends all.
 */
export async function settled<R>(work: () => Promise<R>, failed: (why: string) => R): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!isLatchkeyError(error) || isNodeGone(error.code)) throw error;
    return failed(`the simulation failed: ${error.message}`);
  }
}

function isNodeGone(code: string): boolean {
  return code === "ERR_RPC_UNREACHABLE" || code === "ERR_RPC_RATE_LIMITED" || code === "ERR_CLOSED";
}

/** What each report begins with. Safe to write with `JSON.stringify`: numbers that may be large are decimal strings. */
export interface ReportHead {
  readonly address: string;
  readonly chainId: string;
  readonly block: { readonly number: string; readonly hash: string };
  /** How the answers came about; one that came about in another way says so itself. */
  readonly method: FindingMethod;
  /** Why the node could not simulate by itself; absent where it did. */
  readonly fallbackReason?: string;
}

export function headOf({ simulation: { chainId, block, simulator, overrides }, address }: OpenTarget): ReportHead {
  return {
    address,
    chainId: String(chainId),
    block: { number: String(block.number), hash: block.hash },
    method: simulator.method,
    ...(overrides.isHonoured ? {} : { fallbackReason: overrides.reason }),
  };
}

/** A report as text for a terminal: what to print above, beside each other and below. Texts have no line breaks. */
export interface ReportTable {
  readonly heading: readonly string[];
  readonly columns: readonly string[];
  /** One a check or an answer, in the report's order; a text a column. */
  readonly rows: readonly (readonly string[])[];
  readonly footing: readonly string[];
}

function parseRoles({ minter, pauser, owner }: GivenRoles): GivenRoles {
  return {
    ...(minter === undefined ? {} : { minter: parseAddress(minter) }),
    ...(pauser === undefined ? {} : { pauser: parseAddress(pauser) }),
    ...(owner === undefined ? {} : { owner: parseAddress(owner) }),
  };
}
