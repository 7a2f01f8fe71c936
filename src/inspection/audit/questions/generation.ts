import { fresh, stranger } from "../../scene/kip17-calls.ts";
import { bytesToHex } from "../../../units/bytes.ts";
import { keccakOfHex } from "../../../units/keccak.ts";
import { attempt, isSameAddress } from "../attempt.ts";
import { type AuditScene, by, type Question, question, view } from "../audit-scene.ts";
import type { AuditFinding } from "../report.ts";
import { selectorsOf } from "../signatures.ts";

/** Keccak-256 of runtime code that is the same in every deployment. */
const knownCode: ReadonlyMap<string, string> = new Map([
  // caver-js 1.9.0 and 1.12.2, packages/caver-kct/src/kctHelper.js.
  ["0x6bcc7999a5a08b6f9c4d42d3f7a0b83fa19ab98bb5fd2d4da0e80f1952de3c7d", "caver-js up to 1.9"],
  ["0x1e3989bb91c4b31982c295ffcf389c3e30421a7e27c40b44f0558495d62a451c", "caver-js 1.10 to 1.12"],
]);

const told = (answer: string, evidence: string): AuditFinding => ({ answer, evidence, severity: "none" });

async function generation(scene: AuditScene): Promise<AuditFinding> {
  const hash = bytesToHex(keccakOfHex(scene.code));
  const known = knownCode.get(hash);
  if (known !== undefined) return told(known, `its code is, byte for byte, what that deploys (${hash})`);
  const [hasPackedMint = "", hasWindow = "", hasRole = "", isMinter = "", addMinter = ""] = await selectorsOf([
    "mintBatchPacked(bytes32[])",
    "denseWindow()",
    "hasRole(bytes32,address)",
    "isMinter(address)",
    "addMinter(address)",
  ]);
  const has = (selector: string): boolean => scene.selectors.has(selector);
  if (has(hasPackedMint) && has(hasWindow)) return told("Latchkey", "its code has mintBatchPacked and denseWindow");
  if (has(isMinter) && has(addMinter)) return await ofCaversLine(scene, has(hasRole));
  if (scene.interfaces.IKIP17.reported === true) {
    const what = "reports ERC-721's interface id, has no isMinter";
    return told("like OpenZeppelin's ERC-721", `by behaviour: it ${what}${has(hasRole) ? ", and has hasRole" : ""}`);
  }
  return told("unknown", "neither its code nor its behaviour is that of a known generation");
}

/** With isMinter and addMinter: the two generations of caver-js, or the libraries that came after. */
async function ofCaversLine(scene: AuditScene, hasRoles: boolean): Promise<AuditFinding> {
  const renounce = await attempt(scene, { act: by(stranger, "renounceMinter") });
  const renounces = renounce.isReached && renounce.worked;
  if (!hasRoles) {
    return renounces
      ? told("unknown", "by behaviour: roles without hasRole, but strangers can renounce them")
      : told("caver-js up to 1.9", "by behaviour: roles of their own, which strangers cannot renounce");
  }
  const [id] = scene.freeIds;
  const act = by(stranger, "mintWithTokenURI", [fresh, id, "ipfs://latchkey"]);
  const mint = await attempt(scene, { opening: scene.opening, act, then: [view("ownerOf", [id])] });
  const mints = mint.isReached && mint.worked && isSameAddress(mint.values[0], fresh);
  if (!renounces) return told("unknown", "by behaviour: it has isMinter and hasRole, but strangers cannot renounce");
  return mints
    ? told("caver-js 1.10 to 1.12", "by behaviour: OpenZeppelin's roles, and mintWithTokenURI open to strangers")
    : told(
        "@klaytn/contracts or @kaiachain/contracts",
        "by behaviour: OpenZeppelin's roles, and mintWithTokenURI guarded",
      );
}

export const generationQuestions: readonly Question[] = [
  question("generation", "Which generation of contracts is it?", generation),
];
