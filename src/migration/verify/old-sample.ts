import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { BlockTag } from "../../inspection/simulation/pinned-block.ts";
import type { ManifestToken } from "../types.ts";
import { askTokens, type TokenAnswer } from "../read/ask-tokens.ts";
import type { Findings } from "./findings.ts";
import type { OldMoves } from "./old-moves.ts";
import { patienceOf, type Viewed } from "./views.ts";

/** Tokens of the manifest to read again on the old contract. */
export interface OldSample {
  /** Looks at a token of the manifest, in its order, and keeps it where its turn is. */
  offer(token: ManifestToken): void;
  readonly tokens: readonly ManifestToken[];
}

const sampleSize = 200;

/** @param total - how many will be offered. @param start - what nobody can foresee, so that nobody knows which are read. */
export function createOldSample(total: number, start: bigint): OldSample {
  const every = BigInt(Math.max(1, Math.ceil(total / sampleSize)));
  const tokens: ManifestToken[] = [];
  let place = start % every;
  return {
    offer: (token) => {
      if (place % every === 0n) tokens.push(token);
      place += 1n;
    },
    tokens,
  };
}

/**
 * Reads the sample again on the old contract, in the snapshot's block; where the node no longer has that block's state,
 * in the block `now`, as far as nothing has happened to the token since.
 */
export async function checkOldSample(
  now: Viewed,
  snapshotTag: BlockTag,
  { tokens }: OldSample,
  moves: OldMoves,
  findings: Findings,
): Promise<void> {
  const answers = await ask(now, tokens, snapshotTag);
  if (answers !== undefined) {
    compare("sample of the old contract's tokens, in the snapshot's block", tokens, answers, findings);
    return;
  }
  const still = tokens.filter(({ id }) => moves.of(id) === undefined);
  const check = "sample of the old contract's tokens, now: the node no longer has the state of the snapshot's block";
  const later = await ask(now, still, now.block.tag);
  if (later === undefined) findings.checked("sample of the old contract's tokens: the node does not answer for it", 0);
  else compare(check, still, later, findings);
}

/** Undefined where the node does not have the block's state. */
async function ask(
  viewed: Viewed,
  tokens: readonly ManifestToken[],
  tag: BlockTag,
): Promise<readonly TokenAnswer[] | undefined> {
  const { transport, address, block } = viewed;
  try {
    // A node without the state of a block has no code there either, and may then take each view for one that throws.
    const code = await transport.request({ method: "eth_getCode", params: [address, tag] });
    if (typeof code !== "string" || code.length <= 2) return undefined;
    const ids = tokens.map(({ id }) => id);
    return await askTokens(transport, address, ids, tag, patienceOf(viewed));
  } catch (error) {
    if (isLatchkeyError(error) && tag !== block.tag && isAnswered(error.code)) return undefined;
    throw error;
  }
}

function isAnswered(code: string): boolean {
  return code === "ERR_RPC_REJECTED" || code === "ERR_RPC_NODE_FAULT";
}

function compare(
  check: string,
  tokens: readonly ManifestToken[],
  answers: readonly TokenAnswer[],
  findings: Findings,
): void {
  findings.checked(check, tokens.length);
  for (const [index, token] of tokens.entries()) {
    const { owner, uri } = answers[index] ?? {};
    const id = String(token.id);
    const expected = token.owner === "hole" ? undefined : (token.remappedFrom ?? token.owner);
    // Whoever has a token that waits at the door is not in the manifest.
    const isOwner = token.owner === "door" ? owner !== undefined : owner === expected;
    if (!isOwner)
      findings.differ([check], {
        kind: "owner",
        id,
        expected: `the manifest has ${token.owner}`,
        found: `the old contract's ownerOf ${owner === undefined ? "throws" : `gives ${owner}`}`,
      });
    if (token.owner !== "hole" && uri !== token.uri)
      findings.differ([check], {
        kind: "uri",
        id,
        expected: `the manifest has ${JSON.stringify(token.uri).slice(0, 300)}`,
        found: `the old contract's tokenURI ${uri === undefined ? "throws" : `gives ${JSON.stringify(uri).slice(0, 300)}`}`,
      });
  }
}
