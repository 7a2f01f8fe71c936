import type { PlanResult } from "../types.ts";
import type { Findings } from "./findings.ts";
import { callsWithin, costOf, dearestOf, spread } from "./gas-budget.ts";
import { sideBySide } from "./side-by-side.ts";
import type { TokenBook } from "./token-book.ts";
import { numberIn } from "../read/words.ts";
import { askView, askViews, viewCall, type Viewed } from "./views.ts";

const stretch = 100;
const atOnce = 4;
const beyondExpected = 16;

/**
 * Walks `tokenByIndex` over the whole collection, or over a sample spread evenly where the node would have to run for
 * too long. After `checkBalances`.
 */
export async function checkAllTokens(
  viewed: Viewed,
  book: TokenBook,
  plan: PlanResult,
  supply: bigint,
  findings: Findings,
): Promise<void> {
  // A supply that is wrong was told of: nobody walks to the end of it.
  const total = Math.min(Number(supply), book.aliveCount() + beyondExpected);
  const calls = callsWithin(total, costOf(total, plan.windowSize));
  const check =
    calls === total
      ? "tokenByIndex, all indexes"
      : `tokenByIndex, a sample of indexes (${String(calls)} of ${String(total)})`;
  const differ = (expected: string, found: string, id?: bigint): void => {
    findings.differ([check], { kind: "enumeration", ...(id === undefined ? {} : { id: String(id) }), expected, found });
  };
  const isDear = dearestOf(total, plan.windowSize) > 9_000_000;
  let asked = 0;
  const answers = sideBySide(spread(calls, total), stretch, atOnce, async (indexes) => {
    const found = await askViews(
      viewed,
      indexes.map((index) => viewCall("tokenByIndex(uint256)", index)),
    );
    return indexes.map((index, place) => ({ index, answer: found[place] }));
  });
  for await (const some of answers) {
    for (const { index, answer } of some) {
      // In a very large collection a call may honestly take more gas than it gets.
      if (answer?.kind === "failed" && isDear) continue;
      findings.checked(check);
      asked += 1;
      const where = `tokenByIndex(${String(index)})`;
      const id = numberIn(answer);
      if (id === undefined)
        differ(`${where} gives an id`, answer?.kind === "failed" ? `it ${answer.why}` : "it throws");
      else if (!isThere(book, id)) differ("not enumerated: no such token", `${where} gives it`, id);
      else if (book.see(id)) differ("enumerated once", `${where} gives it again`, id);
    }
  }
  if (calls === total && asked === total)
    for (const { id } of book.alive())
      if (!book.wasSeen(id) && book.traceOf(id) !== undefined) differ("enumerated", "tokenByIndex never gives it", id);

  findings.checked(check);
  const beyond = await askView(viewed, "tokenByIndex(uint256)", supply);
  if (beyond.kind === "data") differ(`tokenByIndex(${String(supply)}) throws`, "it answers");
}

/** One that should be, or that the logs have: if it should not be, that was told of. */
function isThere(book: TokenBook, id: bigint): boolean {
  return book.expectedOwner(id) !== undefined || book.traceOf(id)?.owner !== undefined;
}
