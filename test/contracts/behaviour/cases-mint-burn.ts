import { describe, expect, it } from "vitest";
import { first, type Scene, second, unknown, zero } from "./subject.ts";

const largest = 2n ** 256n - 1n;

export function mintAndBurnCases(scene: () => Scene): void {
  describe.each([
    ["$_mint", []],
    ["$_safeMint(address,uint256)", []],
    ["$_safeMint(address,uint256,bytes)", ["0x42"]],
  ] as const)("%s", (method, data) => {
    it.each([unknown, 0n, 1n, largest])("gives token %s to its first owner", async (id) => {
      const { token, other, stranger } = scene();
      const { logs } = await token.receipt(stranger, method, other, id, ...data);
      expect(token.events(logs)).toEqual([["Transfer", zero, other, id]]);
      expect(logs.map((log) => [log.topics.length, log.data])).toEqual([[4, "0x"]]);
      expect(await token.read("ownerOf", id)).toBe(other);
      expect(await token.read("balanceOf", other)).toBe(1n);
      expect(await token.read("getApproved", id)).toBe(zero);
    });

    it("refuses the zero address, and an id that a token has", async () => {
      const { token, owner, other } = scene();
      expect(await token.refusal(owner, method, zero, unknown, ...data)).toEqual(["ERC721InvalidReceiver", zero]);
      expect(await token.refusal(owner, method, other, first, ...data)).toEqual(["ERC721InvalidSender", zero]);
      expect(await token.read("ownerOf", first)).toBe(owner);
    });
  });

  describe("_burn", () => {
    it("ends a token and its approval, and tells it by an event", async () => {
      const { token, owner, approved, other, stranger } = scene();
      await token.send(owner, "approve", approved, first);
      const { logs } = await token.receipt(stranger, "$_burn", first);
      expect(token.events(logs)).toEqual([["Transfer", owner, zero, first]]);
      expect(logs.map((log) => log.topics.length)).toEqual([4]);
      for (const view of ["ownerOf", "getApproved"])
        expect(await token.refusal(owner, view, first)).toEqual(["ERC721NonexistentToken", first]);
      expect(await token.read("balanceOf", owner)).toBe(1n);
      expect(await token.read("ownerOf", second)).toBe(owner);
      await token.send(stranger, "$_mint", other, first);
      expect(await token.read("getApproved", first)).toBe(zero);
      expect(await token.read("ownerOf", first)).toBe(other);
    });

    it("refuses an id that no token has, also one that was burned", async () => {
      const { token, owner } = scene();
      expect(await token.refusal(owner, "$_burn", unknown)).toEqual(["ERC721NonexistentToken", unknown]);
      await token.send(owner, "$_burn", first);
      expect(await token.refusal(owner, "$_burn", first)).toEqual(["ERC721NonexistentToken", first]);
    });
  });
}
