import { largestId } from "../../inspection/scene/kip17-abi.ts";
import { askTokens } from "../read/ask-tokens.ts";
import type { Findings } from "./findings.ts";
import type { TokenBook } from "./token-book.ts";
import { patienceOf, type Viewed } from "./views.ts";

const extrasCheck = "ids that the snapshot has not";

/**
 * Looks for tokens that should not be: whatever the logs name beside the manifest, unless a minter minted it after the
 * seal, and ids that nobody has named. After `checkTokens`.
 */
export async function checkExtras(viewed: Viewed, book: TokenBook, findings: Findings): Promise<void> {
  const extras = [...book.strangers()];
  for (const id of extras) {
    const trace = book.traceOf(id);
    findings.checked(extrasCheck);
    if (trace?.isLate === true) {
      book.expect(id, trace.owner);
      continue;
    }
    findings.differ([extrasCheck], {
      kind: "extra",
      id: String(id),
      expected: "no such token",
      found: `minted to ${trace?.firstOwner ?? "nobody"}, by the logs`,
    });
  }
  const never = neverMinted(book);
  const { transport, address, block } = viewed;
  for (const { id, owner, uri } of await askTokens(transport, address, never, block.tag, patienceOf(viewed))) {
    findings.checked(extrasCheck);
    if (owner === undefined && uri === undefined) continue;
    const found = owner === undefined ? "tokenURI answers" : `ownerOf gives ${owner}`;
    findings.differ([extrasCheck], { kind: "extra", id: String(id), expected: "ownerOf and tokenURI throw", found });
  }
}

const mostNeighbours = 50;

/** Ids next to those that are named, and the ends of what an id can be, as far as nobody has named them. */
function neverMinted(book: TokenBook): readonly bigint[] {
  const isNamed = (id: bigint): boolean => book.traceOf(id) !== undefined || book.isKnown(id);
  const candidates = new Set([0n, 1n, 2n ** 96n, 2n ** 128n, largestId]);
  let neighbours = 0;
  let last = 0n;
  for (const id of book.named()) {
    if (id > last) last = id;
    if (neighbours === mostNeighbours || isNamed(id + 1n)) continue;
    candidates.add(id + 1n);
    neighbours += 1;
  }
  candidates.add(last + 1n);
  return [...candidates].filter((id) => id <= largestId && !isNamed(id));
}
