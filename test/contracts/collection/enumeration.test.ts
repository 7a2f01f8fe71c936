import { describe, expect, it, vi } from "vitest";
import type { Account } from "../behaviour/chain.ts";
import type { Deployed, Named } from "../behaviour/deployed.ts";
import { largest, zero } from "../model/state.ts";
import { collectionScene } from "./scene.ts";
import { slotOf, storedWords } from "./stored-words.ts";

// All tokens by index, and all of an owner: at the edges of the window, and over its words. Budget of the file: 30 s.
vi.setConfig({ testTimeout: 30_000 });

const scene = collectionScene();

describe.each([
  { start: 0n, size: 1000n, first: 0n, last: 999n, beside: [1000n, largest] },
  { start: 10n, size: 1000n, first: 10n, last: 1009n, beside: [9n, 1010n, 0n, largest] },
  { start: 10n, size: 1n, first: 10n, last: 10n, beside: [9n, 11n] },
  { start: 10n, size: 0n, first: 10n, last: 10n, beside: [9n, 11n, 10n] },
  {
    start: 2n ** 128n - 1n,
    size: 256n,
    first: 2n ** 128n - 1n,
    last: 2n ** 128n + 254n,
    beside: [0n, 2n ** 128n - 2n],
  },
])("a window of $size ids from $start", ({ start, size, first, last, beside }) => {
  const deployed = (): Promise<Deployed> =>
    scene().deploy("KIP17Collection", "Edge", "EDG", scene().owner.address, start, size);
  // Minted before the one beside the window, the highest first, and listed after it, ascending.
  const inside = size === 0n ? [] : [...new Set([last, first])];

  it.each(["mint", "mintBatch"])("has ids beside it go first: by %s", async (method) => {
    const { owner, holder } = scene();
    for (const id of beside) {
      const token = await deployed();
      for (const each of [...inside, id])
        await token.send(
          owner.address,
          method,
          ...(method === "mint" ? [holder.address, each] : [[holder.address], [each]]),
        );
      const order = [id, ...[...inside].sort((a, b) => (a < b ? -1 : 1))];
      for (const [index, expected] of order.entries()) {
        expect(await token.read("tokenByIndex", BigInt(index))).toBe(expected);
        expect(await token.read("tokenOfOwnerByIndex", holder.address, BigInt(index))).toBe(expected);
      }
    }
  });
});

it.each([
  { start: 0n, inside: 1n, beside: 1000n },
  { start: 10n, inside: 11n, beside: 9n },
])("an id beside a window from $start goes before one in it", async ({ start, inside, beside }) => {
  const { owner, holder, deploy } = scene();
  const token = await deploy("KIP17Collection", "Edge", "EDG", owner.address, start, 1000n);
  await token.send(owner.address, "mint", holder.address, inside);
  await token.send(owner.address, "mint", holder.address, beside);
  expect([await token.read("tokenByIndex", 0n), await token.read("tokenByIndex", 1n)]).toEqual([beside, inside]);
});

const start = 100n;
const size = 2n ** 17n;
const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
const isInside = (id: bigint): boolean => id >= start && id < start + size;
/** The ids of a word of the window, at these places in it. */
const idsOf = (word: bigint, places: readonly number[]): readonly bigint[] =>
  places.map((place) => start + 256n * word + BigInt(place));

const places = Array.from({ length: 256 }, (_, place) => place);
const full = idsOf(1n, places);
const sparse = idsOf(3n, [0, 7, 128, 255]);
/** Found by the second summary alone. */
const far = idsOf(300n, [1, 254]);
const beside = [99n, start + size, 5n, largest];

/** What each of them owns, as a list of ids by owner. */
type Holdings = Map<string, bigint[]>;

const outOfBounds = (owner: string, index: number): Named => ["ERC721OutOfBoundsIndex", owner, BigInt(index)];

/** Reads the whole collection by index, and each owner's part, and one index more of each. */
async function expectListed(token: Deployed, holdings: Holdings): Promise<void> {
  const list = async (count: number, method: string, ...owner: readonly string[]): Promise<bigint[]> => {
    const ids: bigint[] = [];
    for (let index = 0; index < count; index += 1)
      ids.push(BigInt(String(await token.read(method, ...owner, BigInt(index)))));
    return ids;
  };
  const expectIds = (seen: readonly bigint[], ids: readonly bigint[]): void => {
    const countOutside = ids.filter((id) => !isInside(id)).length;
    const expected = [...ids.filter((id) => !isInside(id)).sort(ascending), ...ids.filter(isInside).sort(ascending)];
    expect([...seen.slice(0, countOutside).sort(ascending), ...seen.slice(countOutside)]).toEqual(expected);
  };
  const all = [...holdings.values()].flat();
  expect(await token.read("totalSupply")).toBe(BigInt(all.length));
  expectIds(await list(all.length, "tokenByIndex"), all);
  const after = await token.refusal(scene().owner.address, "tokenByIndex", BigInt(all.length));
  expect(after).toEqual(outOfBounds(zero, all.length));
  for (const [owner, ids] of holdings) {
    expect(await token.read("balanceOf", owner)).toBe(BigInt(ids.length));
    expectIds(await list(ids.length, "tokenOfOwnerByIndex", owner), ids);
    const more = await token.refusal(scene().owner.address, "tokenOfOwnerByIndex", owner, BigInt(ids.length));
    expect(more).toEqual(outOfBounds(owner, ids.length));
  }
}

describe("a full word, a sparse one, one far off, and ids beside the window", () => {
  interface Listed {
    readonly token: Deployed;
    readonly holdings: Holdings;
    burn(ids: readonly bigint[]): Promise<void>;
    summaries(): Promise<readonly bigint[]>;
  }

  /** All of them in one batch, by three owners in turn, which leaves each word and comes back to it. */
  async function listed(): Promise<Listed> {
    const { chain, owner, holder, friend, stranger, deploy } = scene();
    const token = await deploy("KIP17Collection", "Words", "WRD", owner.address, start, size);
    const ids = [
      ...[...full.slice(0, 100), ...sparse.slice(2), ...far.slice(1), ...beside.slice(0, 2)],
      ...[...full.slice(180), ...far.slice(0, 1), ...full.slice(100, 180), ...beside.slice(2), ...sparse.slice(0, 2)],
    ];
    const holders: readonly Account[] = [holder, friend, stranger];
    const owners = ids.map((_, n) => String(holders[n % 3]?.address));
    const holdings: Holdings = new Map(holders.map(({ address }) => [address, []]));
    for (const [n, id] of ids.entries()) holdings.get(String(owners[n]))?.push(id);
    await token.send(owner.address, "mintBatch", owners, ids);
    return {
      token,
      holdings,
      burn: async (gone) => {
        for (const id of gone) {
          const [address, held] = [...holdings].find(([, each]) => each.includes(id)) ?? ["", []];
          await token.send(address, "burn", id);
          held.splice(held.indexOf(id), 1);
        }
      },
      summaries: async () => {
        const slots = [0n, 1n].map((index) => slotOf("latchkey.KIP17.Enumerable", 1n, index));
        return (await Promise.all(slots.map((slot) => storedWords(chain, token.address, slot)))).flat();
      },
    };
  }

  it("are listed whole, and after burns in the middle of the full word, of its edges and of ids beside", async () => {
    const { token, holdings, burn } = await listed();
    await expectListed(token, holdings);
    await burn([...full.slice(120, 135), ...full.slice(0, 1), ...full.slice(255), ...beside.slice(1, 2)]);
    await expectListed(token, holdings);
  });

  it("are listed after a whole word is burned, and once it is minted into anew", async () => {
    const { token, holdings, burn, summaries } = await listed();
    const { owner, friend } = scene();
    expect(await summaries()).toEqual([2n ** 1n + 2n ** 3n, 2n ** (300n - 256n)]);
    await burn(full.slice(0, 255));
    expect(await summaries()).toEqual([2n ** 1n + 2n ** 3n, 2n ** 44n]);
    await burn(full.slice(255));
    expect(await summaries()).toEqual([2n ** 3n, 2n ** 44n]);
    await expectListed(token, holdings);
    await burn(sparse);
    expect(await summaries()).toEqual([0n, 2n ** 44n]);
    await expectListed(token, holdings);

    const again = [...full.slice(17, 19), ...sparse.slice(3)];
    await token.send(
      owner.address,
      "mintBatch",
      again.slice(1).map(() => friend.address),
      again.slice(1),
    );
    await token.send(owner.address, "mint", friend.address, again[0]);
    holdings.get(friend.address)?.push(...again);
    expect(await summaries()).toEqual([2n ** 1n + 2n ** 3n, 2n ** 44n]);
    await expectListed(token, holdings);
  });
});
