import { friend, stranger } from "../../scene/kip17-calls.ts";
import { attempt } from "../attempt.ts";
import { type AuditScene, by, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, cannotSay, no, yes } from "../report.ts";

type Role = "minters" | "pausers" | "admins";

async function listed({ holders }: AuditScene, role: Role): Promise<AuditFinding> {
  if (!holders.canAsk[role]) return cannotSay("no view answers who holds the role");
  const list = holders[role];
  const logs = holders.isComplete ? "all past logs" : "those past logs that the node gave";
  const more = holders.isComplete ? "" : ", and there may be more";
  const answer = list.length === 0 ? "nobody known" : `${String(list.length)} known`;
  return await Promise.resolve({
    answer,
    evidence: `named by ${logs} or owner(), confirmed by the contract's own view${more}`,
    severity: "none",
    list,
  });
}

/** A minter who administrates nothing: one that the minter or an admin makes for the purpose, or one that there is. */
async function minterAdds(scene: AuditScene): Promise<AuditFinding> {
  const { minters, admins } = scene.holders;
  const plainMinter = minters.find((each) => !admins.includes(each));
  const maker = minters[0] ?? admins[0];
  if (plainMinter === undefined && maker === undefined) return cannotSay("no minter is known");
  const opening = plainMinter === undefined && maker !== undefined ? [by(maker, "addMinter", [friend])] : [];
  const minter = plainMinter ?? friend;
  const act = by(minter, "addMinter", [stranger]);
  const tried = await attempt(scene, { opening, act, then: [view("isMinter", [stranger])] });
  if (!tried.isReached) return cannotSay(tried.why);
  if (tried.worked && tried.values[0] === true)
    return yes("as KIP-17 has it: addMinter by a minter without any other role works");
  const why = tried.worked ? "does nothing" : tried.why;
  return no(`addMinter by a minter without any other role ${why}; KIP-17 lets every minter`, "low");
}

async function strangerRenounces(scene: AuditScene, name: string): Promise<AuditFinding> {
  const tried = await attempt(scene, { act: by(stranger, name) });
  if (!tried.isReached) return cannotSay(tried.why);
  if (tried.worked) return yes(`${name} by a stranger works, where KIP-17 has it throw`, "low");
  return no(`${name} by a stranger ${tried.why}`);
}

export const roleQuestions: readonly Question[] = [
  question("roles.minters", "Who are minters?", (scene) => listed(scene, "minters")),
  question("roles.pausers", "Who are pausers?", (scene) => listed(scene, "pausers")),
  question("roles.admins", "Who are admins?", (scene) => listed(scene, "admins")),
  question("roles.minterAddsMinters", "Can a minter who is no admin add minters?", minterAdds),
  question("roles.renounceMinter", "Can who is no minter renounce being one?", (scene) =>
    strangerRenounces(scene, "renounceMinter"),
  ),
];
