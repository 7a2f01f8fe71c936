import { freshAddress, receiverAbi, stranger } from "../../scene/kip17-calls.ts";
import { safeTransfer } from "../../scene/kip17-abi.ts";
import { receiver } from "../../artifacts/receiver.ts";
import { attempt, isSameAddress } from "../attempt.ts";
import { type AuditScene, by, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, type AuditSeverity, cannotSay, no, yes } from "../report.ts";

/** As the enum `Answer` in contracts/inspection/Receiver.sol. */
const answers = { magic: 0, silent: 3, revertEmpty: 4, revertSelector: 5, revertReason: 6 } as const;

interface Kind {
  readonly who: string;
  readonly onKip17: number;
  readonly onErc721: number;
}

const recipient = freshAddress("receiver");

/** Undefined where it could not be tried; otherwise whether the receiver got the token. */
async function gets(scene: AuditScene, { onKip17, onErc721 }: Kind): Promise<boolean | string> {
  if (!("value" in scene.stage)) return scene.stage.reason;
  const { opening, id, holder } = scene.stage.value;
  const behave = { ...by(stranger, "behave", [onKip17, onErc721]), to: recipient, abi: receiverAbi };
  const tried = await attempt(scene, {
    opening: [...opening, behave],
    act: by(holder, safeTransfer, [holder, recipient, id]),
    then: [view("ownerOf", [id])],
    code: { [recipient]: receiver.bytecode },
  });
  if (!tried.isReached) return tried.why;
  return tried.worked && isSameAddress(tried.values[0], recipient);
}

/** The answer is yes if all of the kinds get the token, and otherwise says which do not. */
async function allGet(scene: AuditScene, kinds: readonly Kind[], severity: AuditSeverity): Promise<AuditFinding> {
  const refused: string[] = [];
  for (const kind of kinds) {
    const got = await gets(scene, kind);
    if (typeof got === "string") return cannotSay(got);
    if (!got) refused.push(kind.who);
  }
  if (refused.length === 0) return yes(`accepted: one ${kinds.map(({ who }) => who).join(", one ")}`);
  return no(`refused: one ${refused.join(", one ")}`, severity);
}

async function noneGets(scene: AuditScene, kinds: readonly Kind[]): Promise<AuditFinding> {
  const accepted: string[] = [];
  for (const kind of kinds) {
    const got = await gets(scene, kind);
    if (typeof got === "string") return cannotSay(got);
    if (got) accepted.push(kind.who);
  }
  if (accepted.length === 0) return yes(`refused: one ${kinds.map(({ who }) => who).join(", one ")}`);
  return no(`the token went to one ${accepted.join(", one ")}, where it is lost`, "medium");
}

const { magic, silent, revertEmpty, revertSelector, revertReason } = answers;

export const receiverQuestions: readonly Question[] = [
  question("receivers.erc721", "Do safe transfers reach ERC-721 receivers?", (scene) =>
    allGet(
      scene,
      [
        { who: "that reverts with data when asked for KIP-17", onKip17: revertSelector, onErc721: magic },
        { who: "that reverts with a reason when asked for KIP-17", onKip17: revertReason, onErc721: magic },
        { who: "with a silent fallback", onKip17: silent, onErc721: magic },
      ],
      "medium",
    ),
  ),
  question(
    "receivers.kip17Error",
    "Do safe transfers reach KIP-17 receivers that answer other questions with an error?",
    (scene) =>
      allGet(
        scene,
        [{ who: "that answers onERC721Received with a four-byte error", onKip17: magic, onErc721: revertSelector }],
        "low",
      ),
  ),
  question("receivers.refusal", "Are contracts that take no tokens spared safe transfers?", (scene) =>
    noneGets(scene, [
      { who: "that reverts without data", onKip17: revertEmpty, onErc721: revertEmpty },
      { who: "that reverts with four bytes", onKip17: revertSelector, onErc721: revertSelector },
      { who: "that reverts with a reason", onKip17: revertReason, onErc721: revertReason },
      { who: "with a silent fallback", onKip17: silent, onErc721: silent },
    ]),
  ),
];
