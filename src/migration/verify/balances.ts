import type { Findings } from "./findings.ts";
import { sideBySide } from "./side-by-side.ts";
import type { TokenBook } from "./token-book.ts";
import { numberIn } from "../read/words.ts";
import { askView, askViews, viewCall, type Viewed } from "./views.ts";

const balancesCheck = "balance of each owner";
const supplyCheck = "supply";

/**
 * Compares the balance of everybody who ever had a token, or should have one, and the supply. After `checkExtras`.
 *
 * @returns what `totalSupply` answered.
 */
export async function checkBalances(viewed: Viewed, book: TokenBook, findings: Findings): Promise<bigint | undefined> {
  const all = sideBySide(book.balances(), 500, 4, async (owners) => {
    const answers = await askViews(
      viewed,
      owners.map(([owner]) => viewCall("balanceOf(address)", owner)),
    );
    return owners.map(([owner, expected], index) => ({ owner, expected, found: numberIn(answers[index]) }));
  });
  for await (const balances of all) {
    findings.checked(balancesCheck, balances.length);
    for (const { owner, expected, found } of balances) {
      if (found === BigInt(expected)) continue;
      findings.differ([balancesCheck], {
        kind: "balance",
        expected: `${owner} has ${String(expected)}`,
        found: found === undefined ? "balanceOf throws" : `balanceOf gives ${String(found)}`,
      });
    }
  }

  const supply = numberIn(await askView(viewed, "totalSupply()"));
  findings.checked(supplyCheck);
  if (supply !== BigInt(book.aliveCount()))
    findings.differ([supplyCheck], {
      kind: "supply",
      expected: String(book.aliveCount()),
      found: supply === undefined ? "totalSupply throws" : String(supply),
    });
  return supply;
}
