import { expect, it } from "vitest";
import type { Deployed } from "./deployed.ts";
import { first, type Scene, second, zero } from "./subject.ts";

export function enumerationCases(scene: () => Scene): void {
  it("is known by its interface", async () => {
    const { token, subject } = scene();
    expect(await token.read("supportsInterface", "0x780e9d63")).toBe(subject.enumerable);
  });

  it("counts all tokens, and gives each one's id", async () => {
    const { token, owner } = scene();
    expect(await token.read("totalSupply")).toBe(2n);
    expect(await all(token)).toEqual([first, second]);
    expect(await ofOwner(token, owner)).toEqual([first, second]);
  });

  it("refuses an index past the end, of all and of an owner's", async () => {
    const { token, owner, other } = scene();
    expect(await token.refusal(owner, "tokenByIndex", 2n)).toEqual(["ERC721OutOfBoundsIndex", zero, 2n]);
    expect(await token.refusal(owner, "tokenOfOwnerByIndex", owner, 2n)).toEqual(["ERC721OutOfBoundsIndex", owner, 2n]);
    expect(await token.refusal(owner, "tokenOfOwnerByIndex", other, 0n)).toEqual(["ERC721OutOfBoundsIndex", other, 0n]);
    const largest = 2n ** 256n - 1n;
    expect(await token.refusal(owner, "tokenByIndex", largest)).toEqual(["ERC721OutOfBoundsIndex", zero, largest]);
  });

  it("follows a transfer", async () => {
    const { token, owner, other } = scene();
    await token.send(owner, "transferFrom", owner, other, first);
    expect(await ofOwner(token, owner)).toEqual([second]);
    expect(await ofOwner(token, other)).toEqual([first]);
    expect(await all(token)).toEqual([first, second]);
  });

  it("stays as it is when a token goes to its own owner", async () => {
    const { token, owner } = scene();
    await token.send(owner, "transferFrom", owner, owner, first);
    expect(await ofOwner(token, owner)).toEqual([first, second]);
  });

  it.each([first, second])("forgets %s once it is burned, and knows it once it is minted again", async (id) => {
    const { token, owner, other } = scene();
    const rest = id === first ? second : first;
    await token.send(owner, "$_burn", id);
    expect(await token.read("totalSupply")).toBe(1n);
    expect([await all(token), await ofOwner(token, owner)]).toEqual([[rest], [rest]]);
    expect(await token.refusal(owner, "tokenByIndex", 1n)).toEqual(["ERC721OutOfBoundsIndex", zero, 1n]);
    await token.send(owner, "$_mint", other, id);
    expect([await all(token), await ofOwner(token, other)]).toEqual([[first, second], [id]]);
  });

  it("is empty once all are burned", async () => {
    const { token, owner } = scene();
    await token.send(owner, "$_burn", first);
    await token.send(owner, "$_burn", second);
    expect(await token.read("totalSupply")).toBe(0n);
    expect(await token.refusal(owner, "tokenByIndex", 0n)).toEqual(["ERC721OutOfBoundsIndex", zero, 0n]);
  });
}

async function gather(length: unknown, at: (index: bigint) => Promise<unknown>): Promise<readonly bigint[]> {
  const ids: bigint[] = [];
  for (let index = 0n; index < BigInt(String(length)); index += 1n) ids.push(BigInt(String(await at(index))));
  return ids.sort((a, b) => (a < b ? -1 : 1));
}

/** All ids in ascending order. */
export async function all(token: Deployed): Promise<readonly bigint[]> {
  return await gather(await token.read("totalSupply"), (index) => token.read("tokenByIndex", index));
}

/** An owner's ids in ascending order. */
async function ofOwner(token: Deployed, owner: string): Promise<readonly bigint[]> {
  return await gather(await token.read("balanceOf", owner), (index) => token.read("tokenOfOwnerByIndex", owner, index));
}
