import { receiver } from "../../artifacts/receiver.ts";
import { type Check, prepared } from "../check.ts";
import { freshAddress, receiverAbi } from "../../scene/kip17-calls.ts";
import { safeTransfer, safeTransferWithData } from "../../scene/kip17-abi.ts";
import type { Finding } from "../../scene/finding.ts";
import type { CheckTopic } from "../report.ts";
import type { Cast, Scene } from "../../scene/scene.ts";
import { answers, type Line, play, prepares, throws, works } from "../../scene/story.ts";

/** As the enum `Answer` in contracts/inspection/Receiver.sol. */
const answer = {
  magic: 0,
  wrongMagic: 1,
  short: 2,
  silent: 3,
  revertEmpty: 4,
  revertSelector: 5,
  revertReason: 6,
} as const;

interface Kind {
  readonly id: string;
  readonly who: string;
  readonly onKip17: number;
  readonly onErc721: number;
  readonly isTaken: boolean;
}

const { magic, wrongMagic, short, silent, revertEmpty, revertSelector, revertReason } = answer;

const kinds: readonly Kind[] = [
  ...[
    { id: "kip17", who: "that knows nothing else", onErc721: revertEmpty },
    { id: "kip17.error", who: "that answers all else with a four-byte error", onErc721: revertSelector },
    { id: "kip17.reason", who: "that answers all else with a revert's reason", onErc721: revertReason },
    { id: "kip17.silent", who: "that answers all else with silence", onErc721: silent },
  ].map((kind) => ({ ...kind, who: `A KIP-17 receiver ${kind.who}`, onKip17: magic, isTaken: true })),
  ...[
    { id: "erc721", who: "that knows nothing else", onKip17: revertEmpty },
    { id: "erc721.error", who: "that answers all else with a four-byte error", onKip17: revertSelector },
    { id: "erc721.reason", who: "that answers all else with a revert's reason", onKip17: revertReason },
    { id: "erc721.silent", who: "that answers all else with silence", onKip17: silent },
  ].map((kind) => ({ ...kind, who: `An ERC-721 receiver ${kind.who}`, onErc721: magic, isTaken: true })),
  { id: "both", who: "A receiver of both kinds", onKip17: magic, onErc721: magic, isTaken: true },
  ...[
    { id: "no.revert", who: "that reverts without data", onKip17: revertEmpty },
    { id: "no.error", who: "that reverts with four bytes", onKip17: revertSelector },
    { id: "no.reason", who: "that reverts with a reason", onKip17: revertReason },
    { id: "no.silent", who: "with a silent fallback", onKip17: silent },
    { id: "no.short", who: "that returns the right four bytes without padding", onKip17: short },
    { id: "no.wrongMagic", who: "that returns four other bytes", onKip17: wrongMagic },
  ].map((kind) => ({ ...kind, who: `A contract ${kind.who}`, onErc721: kind.onKip17, isTaken: false })),
];

const recipient = freshAddress("receiver");
const code = { [recipient]: receiver.bytecode };
const someData = "0x6c617463686b6579";

const topic = (id: string, title: string): CheckTopic => ({
  id: `safeTransfers.${id}`,
  title,
  group: "safe transfers",
  requirement: "must",
  section: "KIP-17, safeTransferFrom and Wallet Interface",
});

const atRecipient = (line: Line): Line => ({ ...line, to: recipient, abi: receiverAbi });

/** Both overloads, each from the same beginning. The first that is otherwise than expected is the finding. */
async function both(
  scene: Scene,
  tell: (transfer: string, more: readonly string[]) => readonly Line[],
): Promise<Finding> {
  const plain = await play(scene, tell(safeTransfer, []), code);
  if (plain.outcome !== "conforms") return { ...plain, found: `without data: ${plain.found}` };
  const withData = await play(scene, tell(safeTransferWithData, [someData]), code);
  return withData.outcome === "conforms" ? plain : { ...withData, found: `with data: ${withData.found}` };
}

const kindChecks = kinds.map(({ id, who, onKip17, onErc721, isTaken }): Check => {
  const title = `${who} ${isTaken ? "gets" : "does not get"} the token`;
  return prepared(topic(id, title), { token: true }, (scene, cast, opening) =>
    both(scene, (transfer, more) => {
      const args = [cast.holder, recipient, cast.id, ...more];
      return [
        ...opening,
        atRecipient(prepares(cast.stranger, "behave", [onKip17, onErc721])),
        isTaken ? works(cast.holder, transfer, args) : throws(cast.holder, transfer, args),
        answers("ownerOf", [cast.id], isTaken ? recipient : cast.holder),
      ];
    }),
  );
});

const toAccount = prepared(
  topic("account", "An address without code gets the token"),
  { token: true },
  (scene, cast, opening) =>
    both(scene, (transfer, more) => [
      ...opening,
      works(cast.holder, transfer, [cast.holder, cast.fresh, cast.id, ...more]),
      answers("ownerOf", [cast.id], cast.fresh),
    ]),
);

const onKip17Received = "0x6745782b";

/** By an operator, so that operator and former owner are not the same. */
const questionCheck = prepared(
  topic("arguments", "The receiver is asked onKIP17Received(operator, from, id, data)"),
  { token: true },
  (scene, cast, opening) =>
    both(scene, (transfer, more) => [
      ...opening,
      atRecipient(prepares(cast.stranger, "behave", [magic, revertEmpty])),
      prepares(cast.holder, "setApprovalForAll", [cast.friend, true]),
      works(cast.friend, transfer, [cast.holder, recipient, cast.id, ...more]),
      ...asked(scene, cast, more[0] ?? "0x"),
    ]),
);

function asked({ address }: Scene, { friend, holder, id }: Cast, data: string): readonly Line[] {
  return [
    ["selector", onKip17Received],
    ["token", address],
    ["operator", friend],
    ["from", holder],
    ["id", id],
    ["data", data],
  ].map(([name, value]) => atRecipient(answers(String(name), [], value)));
}

export const safeTransferChecks: readonly Check[] = [...kindChecks, toAccount, questionCheck];
