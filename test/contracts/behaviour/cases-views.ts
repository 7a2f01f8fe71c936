import { describe, expect, it } from "vitest";
import { first, names, type Scene, second, unknown, zero } from "./subject.ts";

/** balanceOf, ownerOf, getApproved, supportsInterface, and what metadata and enumeration answer. */
export function viewCases(scene: () => Scene): void {
  describe("balanceOf", () => {
    it("counts an owner's tokens, and is 0 for whoever has none", async () => {
      const { token, owner, other } = scene();
      expect(await token.read("balanceOf", owner)).toBe(2n);
      expect(await token.read("balanceOf", other)).toBe(0n);
    });

    it("refuses the zero address", async () => {
      const { token, owner } = scene();
      expect(await token.refusal(owner, "balanceOf", zero)).toEqual(["ERC721InvalidOwner", zero]);
    });
  });

  describe("ownerOf", () => {
    it("gives the owner", async () => {
      const { token, owner } = scene();
      expect(await token.read("ownerOf", first)).toBe(owner);
      expect(await token.read("$_ownerOf", first)).toBe(owner);
      expect(await token.read("$_requireOwned", first)).toBe(owner);
    });

    it.each(["ownerOf", "getApproved", "tokenURI", "$_requireOwned"])(
      "has an id that no token has refused by %s",
      async (view) => {
        const { token, owner } = scene();
        expect(await token.refusal(owner, view, unknown)).toEqual(["ERC721NonexistentToken", unknown]);
      },
    );

    it("has nobody own an id that no token has", async () => {
      expect(await scene().token.read("$_ownerOf", unknown)).toBe(zero);
    });
  });

  describe("supportsInterface", () => {
    it.each([
      ["0x01ffc9a7", true],
      ["0x80ac58cd", true],
      ["0xffffffff", false],
      ["0x00000000", false],
      ["0x12345678", false],
    ])("answers %s with %s, for less than 30,000 gas", async (id, answer) => {
      const { chain, token, owner } = scene();
      expect(await token.read("supportsInterface", id)).toBe(answer);
      const data = token.data("supportsInterface", id);
      const estimate = await chain.request("eth_estimateGas", { from: owner, to: token.address, data });
      // A transaction's own 21,000 and its data on top.
      expect(BigInt(String(estimate))).toBeLessThan(21_000n + 1_000n + 30_000n);
    });
  });

  describe("authorisation", () => {
    it("is the owner's, an operator's and the approved one's, and never the zero address's", async () => {
      const { token, owner, approved, operator, other } = scene();
      await token.send(owner, "approve", approved, first);
      await token.send(owner, "setApprovalForAll", operator, true);
      for (const spender of [owner, approved, operator])
        expect(await token.read("$_checkAuthorized", owner, spender, first)).toEqual([]);
      for (const spender of [other, zero])
        for (const id of [first, second]) {
          const refused = token.refusal(owner, "$_checkAuthorized", owner, spender, id);
          expect(await refused).toEqual(["ERC721InsufficientApproval", spender, id]);
        }
    });

    it("is refused with the spender and the id, or because there is no token", async () => {
      const { token, owner, other } = scene();
      expect(await token.refusal(owner, "$_checkAuthorized", owner, other, first)).toEqual([
        "ERC721InsufficientApproval",
        other,
        first,
      ]);
      expect(await token.refusal(owner, "$_checkAuthorized", zero, other, unknown)).toEqual([
        "ERC721NonexistentToken",
        unknown,
      ]);
    });
  });

  describe("metadata", () => {
    it("has a name, a symbol and, without a base, no URI", async () => {
      const { token } = scene();
      expect(await token.read("name")).toBe(names.name);
      expect(await token.read("symbol")).toBe(names.symbol);
      expect(await token.read("tokenURI", first)).toBe("");
    });

    it("makes URIs of a base and the id", async () => {
      const { token, owner } = scene();
      await token.send(owner, "$setBase", "https://token.test/");
      expect(await token.read("tokenURI", first)).toBe(`https://token.test/${first}`);
      await token.send(owner, "$setBase", "https://other.test/");
      expect(await token.read("tokenURI", second)).toBe(`https://other.test/${second}`);
      await token.send(owner, "$setBase", "");
      expect(await token.read("tokenURI", first)).toBe("");
    });

    it("is known by its interface", async () => {
      const { token } = scene();
      expect(await token.read("supportsInterface", "0x5b5e139f")).toBe(true);
    });
  });
}
