import type { TestChain } from "../behaviour/chain.ts";
import { deploy } from "../behaviour/deployed.ts";
import { accountViews, idViews, pairViews, plainViews, type Seen, type Sight } from "./views.ts";

/** Reads all that the world is compared by, in one call. */
export async function lookerAt(chain: TestChain, target: string, sight: Sight): Promise<() => Promise<Seen>> {
  const viewer = await deploy(chain, "BehaviourViewer");
  const selectors = (views: object): readonly string[] =>
    Object.keys(views).map((name) => sight.abi.getFunction(name)?.selector ?? "");
  const questions = [plainViews, idViews, accountViews, pairViews].map(selectors);
  const data = viewer.data("look", target, questions, sight.ids, sight.accounts);
  return async () => seenIn(await chain.call({ to: viewer.address, data }), sight);
}

/** Read by hand: the general decoder takes several times as long as the call. */
function seenIn(answer: string, { accounts }: Sight): Seen {
  const words = answer.slice(2).match(/.{64}/g) ?? [];
  const number = (place: number): number => Number(`0x${words[place] ?? ""}`);
  const list = (n: number): readonly string[] => {
    const start = number(n) / 32;
    return words.slice(start + 1, start + 1 + number(start));
  };
  const [values, all, owned, beyond] = [list(0), list(1), list(2), list(3)];
  const perAccount = Object.keys(accountViews).length;
  const firstBalance =
    values.length - accounts.length ** 2 * Object.keys(pairViews).length - accounts.length * perAccount;
  let next = 0;
  const ofAccounts = accounts.map((_, n) => {
    const from = next;
    next += Number(`0x${values[firstBalance + n * perAccount] ?? ""}`);
    return owned.slice(from, next).sort();
  });
  return { words: values, all: [...all].sort(), owned: ofAccounts, beyond };
}
