import { describe, expect, it } from "vitest";
import { all } from "./cases-enumeration.ts";
import { first, type Scene, second, unknown, zero } from "./subject.ts";

const safe = "safeTransferFrom(address,address,uint256)";
const safeWithData = "safeTransferFrom(address,address,uint256,bytes)";

/** The three ways to transfer, to addresses without code. */
const ways = [
  ["transferFrom", "transferFrom", []],
  ["safeTransferFrom", safe, []],
  ["safeTransferFrom with data", safeWithData, ["0x42"]],
] as const;

export function transferCases(scene: () => Scene): void {
  describe.each(ways)("%s", (_, method, data) => {
    it.each(["owner", "approved", "operator"] as const)("is done by the %s", async (who) => {
      const { token, owner, approved, operator, other, [who]: sender } = scene();
      await token.send(owner, "approve", approved, first);
      await token.send(owner, "setApprovalForAll", operator, true);
      expect(await token.send(sender, method, owner, other, first, ...data)).toEqual([
        ["Transfer", owner, other, first],
      ]);
      expect(await token.read("ownerOf", first)).toBe(other);
      expect(await token.read("getApproved", first)).toBe(zero);
      expect(await token.read("balanceOf", owner)).toBe(1n);
      expect(await token.read("balanceOf", other)).toBe(1n);
      expect(await token.read("ownerOf", second)).toBe(owner);
    });

    it("is done by an operator where nobody is approved", async () => {
      const { token, owner, operator, other } = scene();
      await token.send(owner, "setApprovalForAll", operator, true);
      await token.send(operator, method, owner, other, first, ...data);
      expect(await token.read("ownerOf", first)).toBe(other);
    });

    it("to its own owner keeps everything but the approval", async () => {
      const { token, subject, owner, approved } = scene();
      await token.send(owner, "approve", approved, first);
      expect(await token.send(owner, method, owner, owner, first, ...data)).toEqual([
        ["Transfer", owner, owner, first],
      ]);
      expect(await token.read("ownerOf", first)).toBe(owner);
      expect(await token.read("balanceOf", owner)).toBe(2n);
      expect(await token.read("getApproved", first)).toBe(zero);
      if (subject.enumerable) expect(await all(token)).toEqual([first, second]);
    });

    it("has all three of the event's arguments indexed", async () => {
      const { token, owner, other } = scene();
      const { logs } = await token.receipt(owner, method, owner, other, first, ...data);
      expect(logs.map((log) => [log.topics.length, log.data])).toEqual([[4, "0x"]]);
    });

    it("refuses a wrong `from`", async () => {
      const { token, owner, other } = scene();
      expect(await token.refusal(owner, method, other, other, first, ...data)).toEqual([
        "ERC721IncorrectOwner",
        other,
        first,
        owner,
      ]);
    });

    it("refuses whoever has no right to it, though it was approved for another token", async () => {
      const { token, owner, approved, other } = scene();
      await token.send(owner, "approve", approved, second);
      expect(await token.refusal(approved, method, owner, other, first, ...data)).toEqual([
        "ERC721InsufficientApproval",
        approved,
        first,
      ]);
    });

    it("refuses who was approved once the token has moved, and an operator once told so", async () => {
      const { token, owner, approved, operator, other } = scene();
      await token.send(owner, "approve", approved, first);
      await token.send(owner, method, owner, other, first, ...data);
      await token.send(other, method, other, owner, first, ...data);
      const refused = await token.refusal(approved, method, owner, approved, first, ...data);
      expect(refused).toEqual(["ERC721InsufficientApproval", approved, first]);
      await token.send(owner, "setApprovalForAll", operator, true);
      await token.send(owner, "setApprovalForAll", operator, false);
      const again = await token.refusal(operator, method, owner, operator, first, ...data);
      expect(again).toEqual(["ERC721InsufficientApproval", operator, first]);
    });

    it("refuses an id that no token has", async () => {
      const { token, owner, other } = scene();
      const refused = await token.refusal(owner, method, owner, other, unknown, ...data);
      expect(refused).toEqual(["ERC721NonexistentToken", unknown]);
    });

    it("refuses the zero address as receiver", async () => {
      const { token, owner } = scene();
      expect(await token.refusal(owner, method, owner, zero, first, ...data)).toEqual(["ERC721InvalidReceiver", zero]);
    });
  });

  describe("_transfer", () => {
    it.each([
      ["$_transfer", []],
      ["$_safeTransfer(address,address,uint256)", []],
      ["$_safeTransfer(address,address,uint256,bytes)", ["0x42"]],
    ] as const)("%s asks for no right, and refuses what is not so", async (method, data) => {
      const { token, owner, other, stranger } = scene();
      expect(await token.refusal(stranger, method, owner, zero, first, ...data)).toEqual([
        "ERC721InvalidReceiver",
        zero,
      ]);
      expect(await token.refusal(stranger, method, owner, other, unknown, ...data)).toEqual([
        "ERC721NonexistentToken",
        unknown,
      ]);
      expect(await token.refusal(stranger, method, other, other, first, ...data)).toEqual([
        "ERC721IncorrectOwner",
        other,
        first,
        owner,
      ]);
      expect(await token.send(stranger, method, owner, other, first, ...data)).toEqual([
        ["Transfer", owner, other, first],
      ]);
      expect(await token.read("ownerOf", first)).toBe(other);
    });
  });
}
