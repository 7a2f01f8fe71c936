import type { AuditReport } from "../inspection/audit/report.ts";
import type { FreezeResult } from "./types.ts";

/** What a pause would have to stop, by the audit's questions, and what it means if it does not. */
const acts: readonly (readonly [name: string, what: string])[] = [
  ["transferFrom", "Tokens can be transferred"],
  ["approve", "Single tokens can be approved to others"],
  ["setApprovalForAll", "Operators can be approved for all tokens of an owner"],
  ["mint", "Minters can mint"],
  ["mintWithTokenURI", "Minters can mint with a URI"],
  ["burn", "Holders can burn"],
];

const strangers: readonly (readonly [id: string, what: string])[] = [
  ["stranger.mint", "Anybody can mint by mint"],
  ["stranger.mintWithTokenURI", "Anybody can mint by mintWithTokenURI"],
  ["stranger.otherMints", "Anybody can mint by another function"],
  ["stranger.addMinter", "Anybody can make minters"],
  ["stranger.addPauser", "Anybody can make pausers"],
  ["stranger.pause", "Anybody can pause"],
  ["stranger.burn", "Anybody can burn others' tokens"],
  ["stranger.transfer", "Anybody can transfer others' tokens"],
  ["stranger.takeOver", "Anybody can take over the administration"],
];

export interface OpenFacts {
  readonly state: FreezeResult["state"];
  /** Whether the contract has a pause at all. */
  readonly canPause: boolean;
  readonly report: AuditReport | undefined;
}

/** What can still be done on the old contract, in sentences, by what the audit saw. */
export function staysOpen({ state, canPause, report }: OpenFacts): readonly string[] {
  const answerOf = (id: string): string | undefined => report?.answers.find((each) => each.id === id)?.answer;
  const listOf = (id: string): readonly string[] => report?.answers.find((each) => each.id === id)?.list ?? [];
  const sentences: string[] = [];
  if (!canPause)
    sentences.push("The old contract knows no pause: transfers, approvals, mints and burns go on there as before.");
  else if (state === "open")
    sentences.push("The old contract is not paused: transfers, approvals, mints and burns go on there as before.");
  if (report === undefined)
    return [...sentences, "The old contract was not audited: what else stays open is not known."];

  if (state === "paused") {
    for (const [name, what] of acts) {
      const stops = answerOf(`pause.stops.${name}`);
      if (stops === "no") sentences.push(`${what} while it is paused: ${name} is not stopped.`);
      else if (stops !== "yes") sentences.push(`Whether ${name} is stopped by the pause, the audit could not tell.`);
    }
    const [pausers, thaw] = [listOf("pause.freeze"), answerOf("pause.thaw")];
    sentences.push(
      pausers.length > 0
        ? `The pause can be ended by ${pausers.join(", ")}.`
        : "The pause can be ended by whoever is pauser; the audit names none.",
    );
    if (thaw === "yes")
      sentences.push(`Once every pauser has renounced, it can still be ended by ${listOf("pause.thaw").join(", ")}.`);
    else if (thaw === "no") sentences.push("Once every pauser has renounced, it stays paused for ever.");
  }
  // What was found without a pause need not hold under one, and nobody has tried: better said than left out.
  for (const [id, what] of strangers)
    if (answerOf(id) === "yes") sentences.push(`${what}${state === "paused" ? ", unless the pause stops it" : ""}.`);
  return sentences;
}
