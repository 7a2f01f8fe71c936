import { type Check, prepared, storyCheck } from "../check.ts";
import { viewGas } from "../../scene/interface-facts.ts";
import { zeroAddress } from "../../scene/kip17-abi.ts";
import { cannotTell } from "../../scene/finding.ts";
import { type CheckTopic } from "../report.ts";
import type { Scene } from "../../scene/scene.ts";
import { answers, type Line, play, prepares, returns, throwsFor, works } from "../../scene/story.ts";

const about = (id: string, title: string): CheckTopic => ({
  id: `enumerable.${id}`,
  title,
  group: "enumerable",
  requirement: "must",
  section: "KIP-17, Enumeration Extension",
});
const offers = "IKIP17Enumerable";
const needs = { offers, token: true } as const;

const dear = (line: Line): Line => ({ ...line, gas: viewGas });

/** What a view answers once the opening was played. */
async function numberAfter(
  { simulator, encode }: Scene,
  opening: readonly Line[],
  name: string,
  args: readonly unknown[],
): Promise<bigint | undefined> {
  const calls = [...opening, returns(name, args)].map(encode);
  const result = (await simulator.run(calls)).at(-1);
  const value = result === undefined ? undefined : calls.at(-1)?.decode(result);
  return typeof value === "bigint" ? value : undefined;
}

const byIndex = prepared(
  about("tokenByIndex", "tokenByIndex throws from totalSupply on"),
  needs,
  async (scene, _, opening) => {
    const supply = await numberAfter(scene, opening, "totalSupply", []);
    if (supply === undefined || supply === 0n) return cannotTell("totalSupply does not count the token that is there");
    const last = dear(returns("tokenByIndex", [supply - 1n]));
    return await play(scene, [...opening, last, dear(throwsFor("tokenByIndex", [supply]))]);
  },
);

const ofOwner = prepared(
  about("tokenOfOwnerByIndex", "tokenOfOwnerByIndex throws from the owner's balance on"),
  needs,
  async (scene, { holder }, opening) => {
    const balance = await numberAfter(scene, opening, "balanceOf", [holder]);
    if (balance === undefined || balance === 0n) return cannotTell("balanceOf does not count the token that is there");
    const last = dear(returns("tokenOfOwnerByIndex", [holder, balance - 1n]));
    return await play(scene, [...opening, last, dear(throwsFor("tokenOfOwnerByIndex", [holder, balance]))]);
  },
);

const supplyCounts = prepared(
  about("totalSupply", "totalSupply counts what is minted"),
  { offers, minter: true },
  async (scene, cast, opening) => {
    const supply = await numberAfter(scene, opening, "totalSupply", []);
    if (supply === undefined) return cannotTell("totalSupply gives no number");
    const lines = [works(...cast.minting(cast.fresh, cast.newId)), answers("totalSupply", [], supply + 1n)];
    return await play(scene, [...opening, ...lines]);
  },
);

const follows = prepared(
  about("follows", "tokenOfOwnerByIndex follows a transfer"),
  needs,
  async (scene, { id, holder, fresh }, opening) => {
    const balance = await numberAfter(scene, opening, "balanceOf", [holder]);
    const gone =
      balance === undefined || balance === 0n ? [] : [dear(throwsFor("tokenOfOwnerByIndex", [holder, balance - 1n]))];
    return await play(scene, [
      ...opening,
      prepares(holder, "transferFrom", [holder, fresh, id]),
      dear(answers("tokenOfOwnerByIndex", [fresh, 0n], id)),
      dear(throwsFor("tokenOfOwnerByIndex", [fresh, 1n])),
      ...gone,
    ]);
  },
);

export const enumerableChecks: readonly Check[] = [
  byIndex,
  ofOwner,
  storyCheck(about("zeroOwner", "tokenOfOwnerByIndex of the zero address throws"), { offers }, () => [
    dear(throwsFor("tokenOfOwnerByIndex", [zeroAddress, 0n])),
  ]),
  follows,
  supplyCounts,
];
