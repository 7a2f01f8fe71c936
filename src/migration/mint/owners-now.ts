import { askAll } from "../../chains/ethereum/ask-all.ts";
import { answerIn } from "../../chains/ethereum/node-errors.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { CommittedToken } from "../../contracts/leaf.ts";
import type { ManifestToken, OldCollectionAt } from "../types.ts";

/** Several thousand calls would be an answer of megabytes, and a node's time. */
const atOnce = 1_000;
const ownerOf = "0x6352211e";

/**
 * The tokens of a batch that have another owner on the old contract by now than the snapshot says; those that are gone among them. Holes and
 * tokens at the door have none to compare with.
 *
 * @throws `ERR_RPC_*` the node could not be asked.
 */
export async function movedSince(
  { transport, address }: OldCollectionAt,
  tokens: readonly CommittedToken[],
  manifest: ReadonlyMap<bigint, ManifestToken>,
): Promise<readonly bigint[]> {
  const owned = tokens.filter(({ owner }) => owner !== "hole" && owner !== "door");
  const moved: bigint[] = [];
  for (let start = 0; start < owned.length; start += atOnce) {
    const some = owned.slice(start, start + atOnce);
    const calls = some.map(({ id }) => ({
      method: "eth_call",
      params: [{ to: address, data: `${ownerOf}${id.toString(16).padStart(64, "0")}` }, "latest"],
    }));
    const answers = await askAll(transport, calls);
    for (const [index, { id, owner }] of some.entries()) {
      const then = manifest.get(id)?.remappedFrom ?? owner;
      if (ownerIn(answers[index]) !== then) moved.push(id);
    }
  }
  return moved;
}

/** In lower case; undefined where the contract refuses or answers with something else. */
function ownerIn(settled: PromiseSettledResult<unknown> | undefined): string | undefined {
  if (settled?.status === "rejected") {
    if (answerIn(settled.reason) !== undefined) return undefined;
    throw settled.reason;
  }
  const word = settled?.value;
  return typeof word === "string" && /^0x0{24}[0-9a-fA-F]{40}$/.test(word)
    ? `0x${word.slice(26).toLowerCase()}`
    : undefined;
}

const mostNamed = 20;

export function movedTokens(ids: readonly bigint[]): LatchkeyError {
  const named = ids.slice(0, mostNamed).map(String).join(", ");
  const more = ids.length > mostNamed ? ` and ${String(ids.length - mostNamed)} more` : "";
  return new LatchkeyError(
    "ERR_MIGRATION_SOURCE_UNSUITABLE",
    `${String(ids.length)} tokens have changed hands on the old contract since the snapshot: ${named}${more}. Their batch was not sent; freeze the old contract and take a new snapshot, or allow it and bring them to the committed owners.`,
    { context: { reason: "moved", count: ids.length, ids: named } },
  );
}
