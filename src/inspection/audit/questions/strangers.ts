import { fresh, friend, stranger } from "../../scene/kip17-calls.ts";
import { selectorsOf } from "../signatures.ts";
import { attempt, isSameAddress } from "../attempt.ts";
import { auditAbi, mintLike, roles } from "../audit-abi.ts";
import { type AuditScene, by, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, cannotSay, no, yes } from "../report.ts";
import type { NamedCall } from "../../scene/kip17-calls.ts";
import type { Abi } from "../../../ports/intent.ts";

interface Act {
  readonly act: NamedCall;
  readonly check: NamedCall;
  /** What the check answers once the act has had its effect. */
  readonly isDone: (value: unknown) => boolean;
}

const uri = "ipfs://latchkey";

/** Whether an act of a stranger's has its effect, which is a hole. */
async function strangerCan(
  scene: AuditScene,
  opening: readonly NamedCall[],
  acts: readonly Act[],
): Promise<AuditFinding> {
  const refused: string[] = [];
  for (const { act, check, isDone } of acts) {
    const before = await attempt(scene, { opening, act: check });
    if (before.isReached && before.worked && isDone(before.value)) {
      return cannotSay(`${check.function} answers the same before ${act.function} as after it would have worked`);
    }
    const tried = await attempt(scene, { opening, act, then: [check] });
    const name = act.function;
    if (!tried.isReached) return cannotSay(tried.why);
    if (tried.worked && isDone(tried.values[0])) {
      return yes(`${name}, called by ${stranger}, who holds no role and no token, takes effect`, "high");
    }
    refused.push(tried.worked ? `${name} does nothing` : `${name} ${tried.why}`);
  }
  const evidence = refused.join("; ");
  return scene.blocked === undefined ? no(evidence) : cannotSay(`${scene.blocked}; as it is, ${evidence}`);
}

function minted(scene: AuditScene, name: string, more: readonly unknown[]): Promise<AuditFinding> {
  const [id] = scene.freeIds;
  const check = view("ownerOf", [id]);
  const isDone = (owner: unknown): boolean => isSameAddress(owner, fresh);
  return strangerCan(scene, scene.opening, [{ act: by(stranger, name, [fresh, id, ...more]), check, isDone }]);
}

/** Acts on a token of somebody else's. */
async function onToken(scene: AuditScene, acts: (id: bigint, holder: string) => readonly Act[]): Promise<AuditFinding> {
  if (!("value" in scene.stage)) return cannotSay(scene.stage.reason);
  const { opening, id, holder } = scene.stage.value;
  return await strangerCan(scene, opening, acts(id, holder));
}

const gone = (holder: string) => (owner: unknown) => !isSameAddress(owner, holder);

/** What the types of a mint-like function want: a recipient, an id nobody has, a URI, lists of one. */
function argumentsFor(types: readonly string[], id: bigint): readonly unknown[] {
  return types.map((type) => {
    if (type === "address") return stranger;
    if (type === "address[]") return [stranger];
    if (type === "uint256") return types.length === 1 ? 1n : id;
    if (type === "uint256[]") return [id];
    return type === "bytes" ? "0x" : uri;
  });
}

async function otherMints(scene: AuditScene): Promise<AuditFinding> {
  const known = await selectorsOf(mintLike);
  const there = mintLike.filter((_, index) => scene.selectors.has(known[index] ?? ""));
  if (there.length === 0) return no("no other mint-like function was found in the code");
  const [id] = scene.freeIds;
  const open: string[] = [];
  for (const signature of there) {
    const abi: Abi = [`function ${signature}`];
    const types = signature
      .slice(signature.indexOf("(") + 1, -1)
      .split(",")
      .filter(Boolean);
    const act = { ...by(stranger, signature, argumentsFor(types, id)), abi };
    const tried = await attempt(scene, { opening: scene.opening, act, then: [view("balanceOf", [stranger])] });
    if (tried.isReached && tried.worked && typeof tried.values[0] === "bigint" && tried.values[0] > 0n)
      open.push(signature);
  }
  const tried = `found in the code: ${there.join(" ")}`;
  if (open.length === 0) return { ...no(`${tried}; none of them mints for a stranger without payment`), list: there };
  return {
    ...yes(`${open.join(" ")} mints for anybody, unless that is a sale or a claim meant for the public`, "high"),
    list: open,
  };
}

export const strangerQuestions: readonly Question[] = [
  question("stranger.mint", "Can a stranger mint, with mint?", (scene) => minted(scene, "mint", [])),
  question("stranger.mintWithTokenURI", "Can a stranger mint, with mintWithTokenURI?", (scene) =>
    minted(scene, "mintWithTokenURI", [uri]),
  ),
  question("stranger.otherMints", "Can a stranger mint in another way that the code has?", otherMints),
  question("stranger.addMinter", "Can a stranger make somebody a minter?", (scene) =>
    strangerCan(scene, scene.opening, [
      {
        act: by(stranger, "addMinter", [friend]),
        check: view("isMinter", [friend]),
        isDone: (value) => value === true,
      },
    ]),
  ),
  question("stranger.addPauser", "Can a stranger make somebody a pauser?", (scene) =>
    strangerCan(scene, scene.opening, [
      {
        act: by(stranger, "addPauser", [friend]),
        check: view("isPauser", [friend]),
        isDone: (value) => value === true,
      },
    ]),
  ),
  question("stranger.takeOver", "Can a stranger take over the administration?", (scene) =>
    strangerCan(
      scene,
      [],
      [
        {
          act: { ...by(stranger, "grantRole", [roles.admin, stranger]), abi: auditAbi },
          check: { ...view("hasRole", [roles.admin, stranger]), abi: auditAbi },
          isDone: (value) => value === true && scene.holders.canAsk.admins,
        },
        {
          act: { ...by(stranger, "transferOwnership", [stranger]), abi: auditAbi },
          check: view("owner"),
          isDone: (value) => isSameAddress(value, stranger),
        },
      ],
    ),
  ),
  question("stranger.pause", "Can a stranger pause?", (scene) =>
    strangerCan(scene, scene.opening, [
      { act: by(stranger, "pause"), check: view("paused"), isDone: (value) => value === true },
    ]),
  ),
  question("stranger.burn", "Can a stranger burn others' tokens?", (scene) =>
    onToken(scene, (id, holder) => [
      { act: by(stranger, "burn", [id]), check: view("ownerOf", [id]), isDone: gone(holder) },
      {
        act: { ...by(stranger, "burnFrom", [holder, id]), abi: auditAbi },
        check: view("ownerOf", [id]),
        isDone: gone(holder),
      },
    ]),
  ),
  question("stranger.transfer", "Can a stranger transfer others' tokens?", (scene) =>
    onToken(scene, (id, holder) => [
      { act: by(stranger, "transferFrom", [holder, fresh, id]), check: view("ownerOf", [id]), isDone: gone(holder) },
      {
        act: by(stranger, "approve", [stranger, id]),
        check: view("getApproved", [id]),
        isDone: (value) => isSameAddress(value, stranger),
      },
    ]),
  ),
];
