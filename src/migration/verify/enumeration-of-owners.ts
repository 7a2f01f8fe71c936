import type { PlanResult } from "../types.ts";
import type { CallAnswer } from "../read/calls.ts";
import { numberIn } from "../read/words.ts";
import type { Findings } from "./findings.ts";
import { gasOfOwners } from "./gas-budget.ts";
import { sideBySide } from "./side-by-side.ts";
import type { TokenBook } from "./token-book.ts";
import { askViews, viewCall, type Viewed } from "./views.ts";

/** Gas of `tokenOfOwnerByIndex` for each token of the window up to the one in question; and what any call takes. */
const gasOfPassed = 2_900;
const gasOfCall = 40_000;
/** Less than what a call is given: dearer ones are not put. */
const dearest = 9_000_000;

/** An owner's tokens that can be asked for: an index outside the window or early in it takes little gas, and comes first. */
interface Walk {
  readonly owner: string;
  readonly ids: ReadonlySet<bigint>;
  /** Of all the owner's: that index has to throw. */
  readonly balance: number;
}

/**
 * Walks `tokenOfOwnerByIndex` over the tokens of every owner, or over a sample that begins with an owner whom nobody can
 * foresee: a call's gas grows with the collection, so that all of a large one's would take hours, and the last of them more
 * gas than a node gives. After `checkBalances`.
 */
export async function checkTokensOfOwners(
  viewed: Viewed,
  book: TokenBook,
  plan: PlanResult,
  findings: Findings,
): Promise<void> {
  const gasOf = createPrice(book, plan);
  const prices = pricesOf(book, gasOf);
  const walks = choose(prices, book, gasOf, Number(BigInt(viewed.block.hash) % 1_000_003n));
  const asked = walks.reduce((sum, { ids }) => sum + ids.size, 0);
  const total = [...prices.values()].reduce((sum, { balance }) => sum + balance, 0);
  const check =
    asked === total
      ? "tokenOfOwnerByIndex, all tokens of all owners"
      : `tokenOfOwnerByIndex, a sample (${String(asked)} of ${String(total)} tokens, of ${String(walks.length)} owners)`;
  findings.checked(check, 0);

  const answered = sideBySide(walks, 16, 4, async (some) => {
    const indexes = some.map(({ ids, balance }) => [...Array(ids.size).keys(), balance]);
    const calls = some.flatMap(({ owner }, place) =>
      (indexes[place] ?? []).map((index) => viewCall("tokenOfOwnerByIndex(address,uint256)", owner, index)),
    );
    const answers = await askViews(viewed, calls);
    let start = 0;
    return some.map((walk) => {
      const own = answers.slice(start, start + walk.ids.size + 1);
      start += own.length;
      return { walk, answers: own };
    });
  });
  for await (const some of answered)
    for (const { walk, answers } of some) {
      findings.checked(check, walk.ids.size);
      compare(walk, answers, book, (expected, found, id) => {
        const named = id === undefined ? {} : { id: String(id) };
        findings.differ([check], { kind: "enumeration", ...named, expected, found });
      });
    }
}

function compare(
  { owner, ids, balance }: Walk,
  answers: readonly CallAnswer[],
  book: TokenBook,
  differ: (expected: string, found: string, id?: bigint) => void,
): void {
  const found = answers.map(numberIn).filter((id) => id !== undefined);
  const given = new Set(found);
  for (const id of ids) if (!given.has(id)) differ(`${owner} has it`, "tokenOfOwnerByIndex does not give it", id);
  for (const id of given)
    if (book.expectedOwner(id) !== owner && book.traceOf(id)?.owner !== owner)
      differ(`${owner} does not have it`, "tokenOfOwnerByIndex gives it", id);
  const twice = found.find((id, index) => found.indexOf(id) !== index);
  if (twice !== undefined) differ(`${owner} has it once`, "tokenOfOwnerByIndex gives it twice", twice);
  const failed = answers.find(({ kind }) => kind === "failed");
  if (failed?.kind === "failed") differ(`tokenOfOwnerByIndex gives the tokens of ${owner}`, `it ${failed.why}`);
  if (answers.at(-1)?.kind === "data" && given.size <= ids.size)
    differ(`tokenOfOwnerByIndex(${owner}, ${String(balance)}) throws`, "it answers");
}

/** What asking for all of an owner's tokens takes that can be asked for. */
interface Price {
  gas: number;
  balance: number;
}

/** By owner; what the logs give to somebody else than the manifest was told of, and is left out. */
function pricesOf(book: TokenBook, gasOf: (id: bigint) => number): ReadonlyMap<string, Price> {
  const prices = new Map<string, Price>();
  for (const { id, owner } of book.alive()) {
    if (book.traceOf(id)?.owner !== owner) continue;
    const price = prices.get(owner) ?? { gas: gasOfCall, balance: 0 };
    prices.set(owner, price);
    price.balance += 1;
    const gas = gasOf(id);
    if (gas <= dearest) price.gas += gas;
  }
  return prices;
}

/** Walks within the budget. */
function choose(
  prices: ReadonlyMap<string, Price>,
  book: TokenBook,
  gasOf: (id: bigint) => number,
  start: number,
): readonly Walk[] {
  const owners = [...prices];
  const chosen = new Map<string, { owner: string; ids: Set<bigint>; balance: number }>();
  let left = gasOfOwners;
  for (let place = 0; place < owners.length; place += 1) {
    const [owner, price] = owners[(place + start) % owners.length] ?? [];
    if (owner === undefined || price === undefined || price.gas > left) continue;
    left -= price.gas;
    chosen.set(owner, { owner, ids: new Set(), balance: price.balance });
  }
  for (const { id, owner } of book.alive())
    if (book.traceOf(id)?.owner === owner && gasOf(id) <= dearest) chosen.get(owner)?.ids.add(id);
  return [...chosen.values()];
}

/** The most gas that asking for an id takes, once it is clear which index it has. */
function createPrice(book: TokenBook, { windowStart, windowSize }: PlanResult): (id: bigint) => number {
  const [start, end] = [BigInt(windowStart), BigInt(windowStart) + BigInt(windowSize)];
  const alive = book.aliveCount();
  return (id) => {
    const passed = id >= start && id < end ? Math.min(Number(id - start) + 1, alive) : 0;
    return gasOfCall + passed * gasOfPassed;
  };
}
