import { describe, expect, it } from "vitest";
import { first, type Scene, unknown, zero } from "./subject.ts";

export function approvalCases(scene: () => Scene): void {
  describe("approve", () => {
    it("lets an account have a token, tells it by an event, and is replaced by the next", async () => {
      const { token, owner, approved, other } = scene();
      expect(await token.read("getApproved", first)).toBe(zero);
      const { logs } = await token.receipt(owner, "approve", approved, first);
      expect(token.events(logs)).toEqual([["Approval", owner, approved, first]]);
      expect(logs.map((log) => [log.topics.length, log.data])).toEqual([[4, "0x"]]);
      expect(await token.read("getApproved", first)).toBe(approved);
      await token.send(owner, "approve", approved, first);
      expect(await token.read("getApproved", first)).toBe(approved);
      await token.send(owner, "approve", other, first);
      expect(await token.read("getApproved", first)).toBe(other);
    });

    it("of the zero address clears, also where nothing was approved", async () => {
      const { token, owner, approved } = scene();
      expect(await token.send(owner, "approve", zero, first)).toEqual([["Approval", owner, zero, first]]);
      await token.send(owner, "approve", approved, first);
      expect(await token.send(owner, "approve", zero, first)).toEqual([["Approval", owner, zero, first]]);
      expect(await token.read("getApproved", first)).toBe(zero);
    });

    it("is done by an operator", async () => {
      const { token, owner, approved, operator } = scene();
      await token.send(owner, "setApprovalForAll", operator, true);
      expect(await token.send(operator, "approve", approved, first)).toEqual([["Approval", owner, approved, first]]);
    });

    it("lets the owner approve himself", async () => {
      const { token, owner } = scene();
      await token.send(owner, "approve", owner, first);
      expect(await token.read("getApproved", first)).toBe(owner);
    });

    it("is refused to a stranger and to the one who is approved", async () => {
      const { token, owner, approved, stranger } = scene();
      await token.send(owner, "approve", approved, first);
      for (const sender of [approved, stranger])
        expect(await token.refusal(sender, "approve", stranger, first)).toEqual(["ERC721InvalidApprover", sender]);
    });

    it("is refused for an id that no token has", async () => {
      const { token, owner, approved } = scene();
      expect(await token.refusal(owner, "approve", approved, unknown)).toEqual(["ERC721NonexistentToken", unknown]);
    });
  });

  describe("_approve", () => {
    it("asks for the right of the given account, and for none of the zero address", async () => {
      const { token, owner, approved, operator, stranger } = scene();
      await token.send(owner, "setApprovalForAll", operator, true);
      for (const auth of [zero, owner, operator]) {
        const seen = await token.send(stranger, "$_approve", approved, first, auth);
        expect(seen).toEqual([["Approval", owner, approved, first]]);
      }
      const refused = await token.refusal(owner, "$_approve", approved, first, stranger);
      expect(refused).toEqual(["ERC721InvalidApprover", stranger]);
      const none = await token.refusal(owner, "$_approve", approved, unknown, zero);
      expect(none).toEqual(["ERC721NonexistentToken", unknown]);
    });
  });

  describe("setApprovalForAll", () => {
    it("makes several operators, tells it by events, and unmakes one alone", async () => {
      const { token, owner, operator, other } = scene();
      const { logs } = await token.receipt(owner, "setApprovalForAll", operator, true);
      expect(token.events(logs)).toEqual([["ApprovalForAll", owner, operator, true]]);
      expect(logs.map((log) => log.topics.length)).toEqual([3]);
      await token.send(owner, "setApprovalForAll", other, true);
      await token.send(owner, "setApprovalForAll", other, true);
      expect(await token.send(owner, "setApprovalForAll", operator, false)).toEqual([
        ["ApprovalForAll", owner, operator, false],
      ]);
      expect(await token.read("isApprovedForAll", owner, operator)).toBe(false);
      expect(await token.read("isApprovedForAll", owner, other)).toBe(true);
      expect(await token.read("isApprovedForAll", other, owner)).toBe(false);
    });

    it("needs no token", async () => {
      const { token, operator, stranger } = scene();
      await token.send(stranger, "setApprovalForAll", operator, true);
      expect(await token.read("isApprovedForAll", stranger, operator)).toBe(true);
    });

    it("refuses the zero address as operator", async () => {
      const { token, owner } = scene();
      for (const on of [true, false])
        expect(await token.refusal(owner, "setApprovalForAll", zero, on)).toEqual(["ERC721InvalidOperator", zero]);
    });

    it("has `_setApprovalForAll` refuse the zero address as owner and as operator", async () => {
      const { token, owner, operator } = scene();
      expect(await token.refusal(owner, "$_setApprovalForAll", zero, operator, true)).toEqual([
        "ERC721InvalidApprover",
        zero,
      ]);
      expect(await token.refusal(owner, "$_setApprovalForAll", owner, zero, true)).toEqual([
        "ERC721InvalidOperator",
        zero,
      ]);
      await token.send(operator, "$_setApprovalForAll", owner, operator, true);
      expect(await token.read("isApprovedForAll", owner, operator)).toBe(true);
    });
  });
}
