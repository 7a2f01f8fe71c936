import { fresh, friend } from "../../scene/kip17-calls.ts";
import type { NamedCall } from "../../scene/kip17-calls.ts";
import { attempt } from "../attempt.ts";
import { auditAbi, roles } from "../audit-abi.ts";
import { type AuditScene, by, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, type AuditSeverity, cannotSay, no, yes } from "../report.ts";

interface Stopped {
  readonly name: string;
  readonly severity: AuditSeverity;
  /** Needs somebody's token. */
  readonly token?: true;
  readonly act: (scene: AuditScene, id: bigint, holder: string) => NamedCall | undefined;
}

const uri = "ipfs://latchkey";

function minting(name: string, more: readonly unknown[]) {
  return ({ minter, freeIds }: AuditScene): NamedCall | undefined =>
    "value" in minter ? by(minter.value, name, [fresh, freeIds[1], ...more]) : undefined;
}

const stopped: readonly Stopped[] = [
  {
    name: "transferFrom",
    severity: "medium",
    token: true,
    act: (_, id, holder) => by(holder, "transferFrom", [holder, fresh, id]),
  },
  { name: "approve", severity: "low", token: true, act: (_, id, holder) => by(holder, "approve", [friend, id]) },
  {
    name: "setApprovalForAll",
    severity: "low",
    token: true,
    act: (_, __, holder) => by(holder, "setApprovalForAll", [friend, true]),
  },
  { name: "mint", severity: "medium", act: minting("mint", []) },
  { name: "mintWithTokenURI", severity: "medium", act: minting("mintWithTokenURI", [uri]) },
  { name: "burn", severity: "medium", token: true, act: (_, id, holder) => by(holder, "burn", [id]) },
];

/** Whether a call that works before a pause fails after it. */
async function isStopped(scene: AuditScene, { name, severity, token, act: actOf }: Stopped): Promise<AuditFinding> {
  const { pauser, stage } = scene;
  if ("reason" in pauser) return cannotSay(pauser.reason);
  if (token === true && "reason" in stage) return cannotSay(stage.reason);
  const [newId] = scene.freeIds;
  const { opening, id, holder } = "value" in stage ? stage.value : { opening: scene.opening, id: newId, holder: fresh };
  const act = actOf(scene, id, holder);
  if (act === undefined) return cannotSay("reason" in scene.minter ? scene.minter.reason : "no minter is known");
  const before = await attempt(scene, { opening, act });
  if (!before.isReached) return cannotSay(before.why);
  if (!before.worked) return cannotSay(`${name} ${before.why} without a pause, too`);
  const after = await attempt(scene, { opening: [...opening, by(pauser.value, "pause")], act });
  if (!after.isReached) return cannotSay(after.why);
  return after.worked ? no(`${name} works while paused`, severity) : yes(`while paused, ${name} ${after.why}`);
}

async function isPausedNow(scene: AuditScene): Promise<AuditFinding> {
  const { worked, value } = await readPaused(scene);
  if (typeof value !== "boolean") return cannotSay(worked ? "paused() answers no bool" : "there is no paused()");
  return value ? yes("paused() answers true") : no("paused() answers false");
}

async function readPaused(scene: AuditScene): Promise<{ readonly worked: boolean; readonly value: unknown }> {
  const tried = await attempt(scene, { act: view("paused") });
  return tried.isReached ? tried : { worked: false, value: undefined };
}

async function canFreeze(scene: AuditScene): Promise<AuditFinding> {
  const { value } = await readPaused(scene);
  if (typeof value !== "boolean") return no("there is no paused() to tell by, so nothing can be frozen", "medium");
  if ("reason" in scene.pauser) return cannotSay(scene.pauser.reason);
  const { pausers, isComplete } = scene.holders;
  const list = pausers.length === 0 ? [scene.pauser.value] : pausers;
  return { ...yes(`pause by ${scene.pauser.value} works${isComplete ? "" : "; there may be more pausers"}`), list };
}

/** Whether what is frozen by its last pauser, who then gives up the role, stays so. */
async function canThaw(scene: AuditScene): Promise<AuditFinding> {
  if ("reason" in scene.pauser) return cannotSay(scene.pauser.reason);
  const { pausers, admins, isComplete } = scene.holders;
  if (!isComplete) return cannotSay("past logs are not all known, and there may be more pausers");
  const known = pausers.length === 0 ? [scene.pauser.value] : pausers;
  const opening = [
    ...scene.opening,
    by(scene.pauser.value, "pause"),
    ...known.map((each) => by(each, "renouncePauser")),
  ];
  const people = [...new Set([...admins, ...known, ...scene.holders.minters])];
  const ways = people.flatMap((each): readonly (readonly [string, readonly NamedCall[]])[] => [
    [each, []],
    [each, [by(each, "addPauser", [each])]],
    [each, [{ ...by(each, "grantRole", [roles.pauser, each]), abi: auditAbi }]],
    [each, [{ ...by(each, "setPauser", [each, true]), abi: ["function setPauser(address, bool)"] }]],
  ]);
  const thawed = new Set<string>();
  for (const [each, way] of ways) {
    const tried = await attempt(scene, {
      opening,
      act: way[0] ?? by(each, "unpause"),
      then: [...(way.length === 0 ? [] : [by(each, "unpause")]), view("paused")],
    });
    if (!tried.isReached) return cannotSay(tried.why);
    if (tried.worked && tried.values.at(-1) === false) thawed.add(each);
  }
  const pausersGone = `after a pause, and once all ${String(known.length)} known to be pausers had renounced`;
  return thawed.size === 0
    ? { ...no(`${pausersGone}, nobody known can unpause: frozen for ever`) }
    : { ...yes(`${pausersGone}, an admin can unpause, or make a pauser who does`), list: [...thawed] };
}

export const pauseQuestions: readonly Question[] = [
  question("pause.now", "Is it paused?", isPausedNow),
  ...stopped.map((each) =>
    question(`pause.stops.${each.name}`, `Does a pause stop ${each.name}?`, (scene) => isStopped(scene, each)),
  ),
  question("pause.freeze", "Can it be frozen, and by whom?", canFreeze),
  question("pause.thaw", "Once its last pauser has renounced, can it be unfrozen, and by whom?", canThaw),
];
