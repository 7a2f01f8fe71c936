import type { Scene } from "../scene/scene.ts";
import { scanLogs, type PastLog } from "../scene/scan-logs.ts";
import { isHex } from "../../units/bytes.ts";
import { auditAbi, roles, roleTopics } from "./audit-abi.ts";
import { type RoleHolders, view } from "./audit-scene.ts";
import type { NamedCall } from "../scene/kip17-calls.ts";

const bounds = { logs: 1_000, requests: 64 };
const mostCandidates = 60;

/** @throws as `scanLogs`. */
export async function findRoleHolders(scene: Scene): Promise<RoleHolders> {
  const { simulation, address, logsFrom } = scene;
  const query = { address, topics: [Object.values(roleTopics)], from: logsFrom, to: simulation.block.number };
  const { logs, isComplete } = await scanLogs(simulation.transport, query, bounds);
  const [owner] = await answersOf(scene, [view("owner")]);
  const acting = [scene.minter, scene.pauser].flatMap((each) => ("value" in each ? [each.value] : []));
  const candidates = distinct(
    [...acting, ...logs.flatMap(accountsIn), ...(typeof owner === "string" ? [owner] : [])],
    address,
  );
  const minters = await confirmed(scene, candidates, "isMinter", roles.minter);
  const pausers = await confirmed(scene, candidates, "isPauser", roles.pauser);
  const admins = await confirmed(scene, candidates, undefined, roles.admin);
  const isOwned = typeof owner === "string" && !/^0x0{40}$/.test(owner);
  const ownerAlone = isOwned && !admins.canAsk ? [owner.toLowerCase()] : [];
  return {
    minters: minters.holders,
    pausers: pausers.holders,
    admins: [...admins.holders, ...ownerAlone],
    owner: typeof owner === "string" ? owner.toLowerCase() : undefined,
    canAsk: { minters: minters.canAsk, pausers: pausers.canAsk, admins: admins.canAsk || isOwned },
    isComplete: isComplete && candidates.length < mostCandidates,
  };
}

interface Confirmed {
  readonly holders: readonly string[];
  readonly canAsk: boolean;
}

/** By the view of the role's own, or by AccessControl's. A contract that says yes for nobody in particular says nothing. */
async function confirmed(
  scene: Scene,
  candidates: readonly string[],
  own: string | undefined,
  role: string,
): Promise<Confirmed> {
  const asks: ((account: string) => NamedCall)[] = [
    ...(own === undefined ? [] : [(account: string) => view(own, [account])]),
    (account: string) => ({ ...view("hasRole", [role, account]), abi: auditAbi }),
  ];
  for (const ask of asks) {
    const [control, ...answers] = await answersOf(scene, [nobody, ...candidates].map(ask));
    if (control !== false) continue;
    return { holders: candidates.filter((_, index) => answers[index] === true), canAsk: true };
  }
  return { holders: [], canAsk: false };
}

const nobody = "0x000000000000000000000000000000006e6f626f";

async function answersOf({ simulator, encode }: Scene, calls: readonly NamedCall[]): Promise<readonly unknown[]> {
  const encoded = calls.map(encode);
  const results = await simulator.run(encoded);
  return encoded.map((call, index) => {
    const result = results[index];
    return result === undefined ? undefined : call.decode(result);
  });
}

function accountsIn({ topics: [first, second, third], data }: PastLog): readonly string[] {
  const isRole = first === roleTopics.roleGranted || first === roleTopics.roleRevoked;
  const isOwner = first === roleTopics.ownershipTransferred;
  const word = isRole || isOwner ? third : (second ?? data);
  return word?.length === 66 && isHex(word) ? [`0x${word.slice(26)}`] : [];
}

/** Without the contract itself, which cannot both call and be called. */
function distinct(found: readonly string[], contract: string): readonly string[] {
  const others = found
    .map((each) => each.toLowerCase())
    .filter((each) => each !== contract.toLowerCase() && !/^0x0{40}$/.test(each));
  return [...new Set(others)].slice(0, mostCandidates);
}
