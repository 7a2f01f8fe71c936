import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { data } from "../../inspection/collections.ts";
import { deployOld } from "./old-collection.ts";

/** One node, some hundred transactions. */
describe("an old collection for tests", { timeout: 60_000 }, () => {
  let anvil: Anvil;

  beforeAll(async () => {
    anvil = await startAnvil();
  });
  afterAll(() => anvil.stop());

  it.each(["1.9", "1.12"] as const)("of caver-js %s has the tokens that it says", async (version) => {
    const old = await deployOld(anvil, { version, tokens: 100, owners: 7, burned: 3 });
    expect(old.tokens).toHaveLength(100);
    expect(new Set(old.tokens.map(({ owner }) => owner)).size).toBe(7);
    expect(old.burned).toHaveLength(3);
    const ask = (name: string, ...args: unknown[]): Promise<unknown> =>
      anvil.request("eth_call", { to: old.address, data: data(name, ...args) }, "latest");
    expect(BigInt(String(await ask("totalSupply")))).toBe(100n);
    for (const { id, owner } of old.tokens)
      expect(await ask("ownerOf", id)).toBe(`0x${owner.slice(2).padStart(64, "0")}`);
    for (const id of old.burned) await expect(ask("ownerOf", id)).rejects.toThrow("revert");
  });
});
