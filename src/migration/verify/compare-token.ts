import type { Difference, ManifestToken } from "../types.ts";
import type { Trace } from "./token-book.ts";

/** All that was found out about an id that the manifest names. */
export interface TokenEvidence {
  readonly token: ManifestToken;
  /** By the new contract's logs. */
  readonly trace: Trace | undefined;
  /** What `ownerOf` and `tokenURI` answered; undefined where they threw. */
  readonly owner: string | undefined;
  readonly uri: string | undefined;
  /** What makes an answer none, such as bytes that are no UTF-8. */
  readonly fault?: string | undefined;
  /** Undefined where it was not asked. */
  readonly isReserved: boolean | undefined;
  /** Whether the new contract may have left it at the door, because the old token has changed hands. */
  readonly mayBeLeft: boolean;
  /** Who sent the old token to the new contract, since the snapshot. */
  readonly sentInBy: string | undefined;
}

/** Which of the two ways shows a difference. */
export type Way = "reads" | "logs";

export interface TokenVerdict {
  readonly differences: readonly { readonly ways: readonly Way[]; readonly difference: Difference }[];
  /** Who should have the token now: undefined for nobody. */
  readonly expectedOwner: string | undefined;
}

/**
 * Compares an id of the manifest with what the chain says of it, once by the contract's views and once by its logs. A
 * token that its first owner has sent on, or burned, is where it should be.
 */
export function compareToken(evidence: TokenEvidence): TokenVerdict {
  const { token, trace } = evidence;
  if (token.owner === "hole") return { differences: hole(evidence), expectedOwner: undefined };
  const isThroughDoor = token.owner === "door" || (evidence.mayBeLeft && evidence.isReserved === true);
  const promised = isThroughDoor ? evidence.sentInBy : token.owner;
  const expectedOwner = trace?.hasMoved === true ? trace.owner : promised;
  const list = isThroughDoor
    ? waiting(evidence)
    : [...mint(evidence, token.owner), ...view(evidence, expectedOwner), ...text(evidence, expectedOwner)];
  return {
    differences: merged([...list, ...sound(evidence)]),
    expectedOwner: isThroughDoor && trace === undefined ? undefined : expectedOwner,
  };
}

interface Finding {
  readonly way: Way;
  readonly difference: Difference;
}

const of = (
  { token: { id } }: TokenEvidence,
  way: Way,
  kind: Difference["kind"],
  expected: string,
  found: string,
): Finding => ({ way, difference: { kind, id: String(id), expected, found } });

/** The logs: who was given it first. */
function mint(evidence: TokenEvidence, owner: string): readonly Finding[] {
  const { trace } = evidence;
  if (trace?.firstOwner === undefined) return [of(evidence, "logs", "missing", owner, "never minted, by the logs")];
  if (trace.firstOwner === owner) return [];
  return [of(evidence, "logs", "owner", owner, `minted to ${trace.firstOwner}`)];
}

/** The views: who has it now. */
function view(evidence: TokenEvidence, expected: string | undefined): readonly Finding[] {
  const { owner } = evidence;
  if (owner === expected) return [];
  if (expected === undefined) return [of(evidence, "reads", "owner", "nobody: it was burned", says(owner))];
  if (owner === undefined) return [of(evidence, "reads", "missing", expected, evidence.fault ?? "ownerOf throws")];
  return [of(evidence, "reads", "owner", expected, says(owner))];
}

function text(evidence: TokenEvidence, expectedOwner: string | undefined): readonly Finding[] {
  const { token, uri, fault, owner } = evidence;
  if (fault !== undefined && owner !== undefined) return [of(evidence, "reads", "uri", quoted(token.uri), fault)];
  if (expectedOwner === undefined)
    return uri === undefined ? [] : [of(evidence, "reads", "uri", "nothing: it was burned", quoted(uri))];
  if (uri === token.uri) return [];
  // That there is no such token was said already.
  if (uri === undefined)
    return owner === undefined ? [] : [of(evidence, "reads", "uri", quoted(token.uri), "tokenURI throws")];
  return [of(evidence, "reads", "uri", ...contrasted(token.uri, uri))];
}

function hole(evidence: TokenEvidence): readonly { readonly ways: readonly Way[]; readonly difference: Difference }[] {
  const { trace, owner, uri, isReserved } = evidence;
  const list: Finding[] = [];
  if (trace !== undefined)
    list.push(of(evidence, "logs", "hole-alive", "never minted", `minted to ${trace.firstOwner ?? "nobody"}`));
  if (owner !== undefined) list.push(of(evidence, "reads", "hole-alive", "ownerOf throws", says(owner)));
  else if (uri !== undefined) list.push(of(evidence, "reads", "hole-alive", "tokenURI throws", quoted(uri)));
  // One that is alive cannot be reserved as well: nothing is to be added.
  if (isReserved === false && list.length === 0)
    list.push(of(evidence, "reads", "missing", "an id that stays burned", "isReserved is false: it can be minted"));
  return merged(list);
}

/** A token that waits at the door, or came in there, or was left there because it had changed hands. */
function waiting(evidence: TokenEvidence): readonly Finding[] {
  const { token, trace, owner, isReserved, sentInBy } = evidence;
  const list: Finding[] = [];
  if (token.owner !== "door" && trace === undefined)
    list.push(of(evidence, "logs", "door", token.owner, "left at the door: the old token had changed hands"));
  if (isReserved === false) list.push(of(evidence, "reads", "door", "waits at the door", "isReserved is false"));
  if (trace === undefined) {
    if (owner !== undefined) list.push(of(evidence, "reads", "door", "ownerOf throws", says(owner)));
    return list;
  }
  if (trace.firstOwner !== sentInBy)
    list.push(
      of(
        evidence,
        "logs",
        "door",
        sentInBy === undefined
          ? "not minted: the old token was not sent in"
          : `minted to ${sentInBy}, who sent the old token in`,
        `minted to ${trace.firstOwner ?? "nobody"}`,
      ),
    );
  const expected = trace.hasMoved ? trace.owner : (sentInBy ?? trace.firstOwner);
  return [...list, ...view(evidence, expected), ...text(evidence, expected)];
}

/** Whether the logs make sense by themselves. */
function sound(evidence: TokenEvidence): readonly Finding[] {
  const { trace } = evidence;
  if (trace === undefined) return [];
  if (trace.mints > 1) return [of(evidence, "logs", "logs", "minted once", `minted ${trace.mints} times`)];
  if (trace.isBroken) return [of(evidence, "logs", "logs", "each log's sender is the owner before", "one is not")];
  return [];
}

/** One difference of a kind, whichever way shows it: the first one's words. */
function merged(
  list: readonly Finding[],
): readonly { readonly ways: readonly Way[]; readonly difference: Difference }[] {
  const byKind = new Map<string, { ways: Way[]; difference: Difference }>();
  for (const { way, difference } of list) {
    const before = byKind.get(difference.kind);
    if (before === undefined) byKind.set(difference.kind, { ways: [way], difference });
    else {
      if (!before.ways.includes(way)) before.ways.push(way);
      const { expected, found } = before.difference;
      if (found !== difference.found)
        before.difference = { ...difference, expected, found: `${found}; ${difference.found}` };
    }
  }
  return [...byKind.values()];
}

function says(owner: string | undefined): string {
  return owner === undefined ? "ownerOf throws" : `ownerOf gives ${owner}`;
}

const longestText = 200;
const before = 60;

/** As JSON writes it, so that spaces and unseen characters show. */
function quoted(uri: string): string {
  return excerpt(uri, 0);
}

/** Two texts that differ, so that it shows where. */
function contrasted(expected: string, found: string): readonly [string, string] {
  let same = 0;
  while (same < expected.length && expected[same] === found[same]) same += 1;
  const isLong = Math.max(expected.length, found.length) > longestText;
  const start = isLong ? Math.max(0, same - before) : 0;
  return [excerpt(expected, start), excerpt(found, start)];
}

function excerpt(text: string, start: number): string {
  const part = text.slice(start, start + longestText);
  if (part.length === text.length) return JSON.stringify(text);
  const size = `${String(Buffer.byteLength(text))} bytes`;
  return `${JSON.stringify(part)} (from character ${String(start)}, of ${size})`;
}
