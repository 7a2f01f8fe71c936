import type { ReplicaFactory, Simulation } from "../simulation/open-simulation.ts";
import type { Simulator } from "../simulation/simulator.ts";
import { factsOf, reportedInterfaces } from "./interface-facts.ts";
import { freshAddress, loadEncoder, reader } from "./kip17-calls.ts";
import { findRoleCandidates, type GivenRoles, type RoleCandidates } from "./find-roles.ts";
import { findTokens } from "./find-tokens.ts";
import type { Found, MintFunction, Scene, Stage } from "./scene.ts";
import { answers, type Line, type Parts, play, prepares, works } from "./story.ts";

export interface SceneOptions {
  readonly simulation: Simulation;
  readonly address: string;
  readonly roles: GivenRoles;
  readonly logsFrom: bigint;
  readonly replica: ReplicaFactory | undefined;
}

const holder = freshAddress("holder");
// Above what collections count up to; far below what a contract may pack beside an id.
const firstId = 8_170_170_170_000n;
const triedIds = Array.from({ length: 12 }, (_, index) => firstId + BigInt(index));

/** Finds out what the checks need: role holders, a token, what is reported and what is there. @throws `ERR_RPC_*`, `ERR_PEER_MISSING`. */
export async function openScene({ simulation, address, roles, logsFrom, replica }: SceneOptions): Promise<Scene> {
  const encode = await loadEncoder(address);
  const parts: Parts = { simulator: simulation.simulator, encode };
  const candidates = await findRoleCandidates(simulation, address, encode, roles, logsFrom);
  const freeIds = await findFreeIds(parts);
  const isPaused = (await valueOf(parts, "paused")) === true;
  const pauser = await findPauser(parts, candidates, isPaused);
  const opening = isPaused && "value" in pauser ? [prepares(pauser.value, "unpause")] : [];
  const { minter, mintBy, stage: minted } = await findMinter(parts, candidates, opening, freeIds[2]);
  const blocked = isPaused && "reason" in pauser ? `the contract is paused, and ${pauser.reason}` : undefined;
  const stage =
    blocked !== undefined
      ? { reason: blocked }
      : (minted ?? (await existingStage(simulation, address, parts, opening, logsFrom)));
  const reported = await reportedInterfaces(parts);
  const interfaces = await factsOf(parts, { reported, stage, minter, opening, newId: freeIds[0] });
  let made: Promise<Simulator> | undefined;
  return {
    ...parts,
    simulation,
    address,
    opening,
    blocked,
    stage,
    minter,
    mintBy,
    pauser,
    freeIds,
    interfaces,
    logsFrom,
    logSimulator: async () => {
      if (simulation.simulator.method === "local replica") return simulation.simulator;
      made ??= replica?.(simulation.transport, simulation.block);
      return await made;
    },
  };
}

async function valueOf({ simulator, encode }: Parts, name: string): Promise<unknown> {
  const call = encode({ from: reader, function: name, args: [] });
  const [result] = await simulator.run([call]);
  return result === undefined ? undefined : call.decode(result);
}

type FreeIds = readonly [bigint, bigint, bigint];

async function findFreeIds({ simulator, encode }: Parts): Promise<FreeIds> {
  const calls = triedIds.map((id) => encode({ from: reader, function: "ownerOf", args: [id] }));
  const results = await simulator.run(calls);
  const taken = (index: number): boolean => {
    const result = results[index];
    const owner = result === undefined ? undefined : calls[index]?.decode(result);
    return typeof owner === "string" && !/^0x0{40}$/.test(owner);
  };
  // One that names an owner for every id is asked all the same: the checks then say what is wrong.
  const [first = firstId, second = firstId, third = firstId] = triedIds.filter((_, index) => !taken(index));
  return [first, second, third];
}

async function findPauser(parts: Parts, candidates: RoleCandidates, isPaused: boolean): Promise<Found<string>> {
  for (const candidate of candidates.pausers) {
    const { outcome } = await play(parts, [works(candidate, isPaused ? "unpause" : "pause")]);
    if (outcome === "conforms") return { value: candidate };
  }
  return nobody("pauser", candidates.pausers, candidates.isComplete);
}

interface Minter {
  readonly minter: Found<string>;
  readonly mintBy: MintFunction;
  readonly stage?: Found<Stage>;
}

const mintFunctions = ["mint", "mintWithTokenURI"] as const;

/** Whoever mints in a simulation is a minter. The minted token is then the one to tell of. */
async function findMinter(
  parts: Parts,
  candidates: RoleCandidates,
  opening: readonly Line[],
  id: bigint,
): Promise<Minter> {
  const owned = answers("ownerOf", [id], holder);
  for (const minter of candidates.minters) {
    for (const mintBy of mintFunctions) {
      const mint = prepares(minter, mintBy, mintBy === "mint" ? [holder, id] : [holder, id, "ipfs://latchkey"]);
      const { outcome } = await play(parts, [...opening, mint, owned]);
      const stage = { opening: [...opening, mint], id, holder, isMinted: true };
      if (outcome === "conforms") return { minter: { value: minter }, mintBy, stage: { value: stage } };
    }
  }
  return { minter: nobody("minter", candidates.minters, candidates.isComplete), mintBy: "mint" };
}

async function existingStage(
  simulation: Simulation,
  address: string,
  parts: Parts,
  opening: readonly Line[],
  logsFrom: bigint,
): Promise<Found<Stage>> {
  const [token] = await findTokens(simulation, address, parts.encode, logsFrom);
  if (token !== undefined) return { value: { opening, id: token.id, holder: token.owner, isMinted: false } };
  return { reason: "no token was found by views or past Transfer logs, and no minter to mint one" };
}

function nobody(role: string, tried: readonly string[], isComplete: boolean): { readonly reason: string } {
  const logs = isComplete ? "past logs" : "those past logs that the node gave";
  const those = tried.length === 0 ? "nobody" : `${String(tried.length)} who cannot act as one`;
  return { reason: `no ${role} is known: given roles, ${logs} and owner() name ${those}` };
}
