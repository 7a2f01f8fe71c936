import type { ManifestToken } from "../types.ts";
import { askTokens, type TokenAnswer } from "../read/ask-tokens.ts";
import { compareToken, type Way } from "./compare-token.ts";
import type { Findings } from "./findings.ts";
import type { OldMoves } from "./old-moves.ts";
import { sideBySide } from "./side-by-side.ts";
import type { TokenBook } from "./token-book.ts";
import { booleanIn } from "../read/words.ts";
import { askViews, patienceOf, viewCall, type Viewed } from "./views.ts";

export interface TokenCheck {
  readonly viewed: Viewed;
  readonly manifest: AsyncIterable<ManifestToken>;
  /** With all logs recorded. */
  readonly book: TokenBook;
  readonly moves: OldMoves;
  /** Whether the new contract asked the old one, and left at the door what had changed hands. */
  readonly comparesWithOld: boolean;
  readonly findings: Findings;
  readonly onChecked: (tokens: number) => void;
}

const checkOf: Readonly<Record<Way, string>> = {
  reads: "owner and URI of each id, by the contract's views",
  logs: "first and present owner of each id, by all Transfer logs",
};

/** Ids whose answers are under way at a time: so many, times four. */
const stretch = 250;
const atOnce = 4;

interface Asked {
  readonly token: ManifestToken;
  readonly answer: TokenAnswer | undefined;
  readonly isReserved: boolean | undefined;
}

/** Compares each id of the manifest, in one pass over it, and tells the book who should have it. */
export async function checkTokens(check: TokenCheck): Promise<void> {
  const { manifest, book, moves, comparesWithOld, findings, onChecked } = check;
  let done = 0;
  for await (const asked of sideBySide(manifest, stretch, atOnce, (tokens) => ask(check, tokens))) {
    for (const { token, answer, isReserved } of asked) {
      const trace = book.traceOf(token.id);
      const move = moves.of(token.id);
      const { differences, expectedOwner } = compareToken({
        token,
        trace,
        owner: answer?.owner,
        uri: answer?.uri,
        fault: answer?.fault,
        isReserved,
        mayBeLeft: comparesWithOld && move !== undefined,
        sentInBy: move?.sentInBy,
      });
      for (const { ways, difference } of differences)
        findings.differ(
          ways.map((way) => checkOf[way]),
          difference,
        );
      book.expect(token.id, expectedOwner);
      const cameIn = trace !== undefined && trace.firstOwner === move?.sentInBy && isReserved === true;
      if (token.owner === "door" || cameIn) moves.excuse(token.id);
    }
    findings.checked(checkOf.reads, asked.length);
    findings.checked(checkOf.logs, asked.length);
    done += asked.length;
    onChecked(done);
  }
}

async function ask({ viewed, book }: TokenCheck, tokens: readonly ManifestToken[]): Promise<readonly Asked[]> {
  const { transport, address, block } = viewed;
  viewed.signal?.throwIfAborted();
  const answers = await askTokens(
    transport,
    address,
    tokens.map(({ id }) => id),
    block.tag,
    patienceOf(viewed),
  );
  // A token that its owner was given is not reserved: it could not have been minted.
  const doubtful = tokens.filter(({ id, owner }) => book.traceOf(id)?.firstOwner !== owner);
  const calls = doubtful.map(({ id }) => viewCall("isReserved(uint256)", id));
  const reserved = await askViews(viewed, calls);
  const byId = new Map(doubtful.map(({ id }, index) => [id, booleanIn(reserved[index])]));
  return tokens.map((token, index) => ({ token, answer: answers[index], isReserved: byId.get(token.id) }));
}
