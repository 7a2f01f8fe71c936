import { describe, expect, it } from "vitest";
import type { Deployed, Named } from "./deployed.ts";
import { first, type Scene, unknown, zero } from "./subject.ts";

/** What a receiver of the mocks answers when it is asked. */
export const answers = {
  accept: 0,
  wrongMagic: 1,
  revertEmpty: 2,
  revertReason: 3,
  revertCustom: 4,
  panic: 5,
} as const;

/** The ways in which a contract is given a token and asked whether it wants it. */
const ways = [
  { name: "safeTransferFrom", method: "safeTransferFrom(address,address,uint256)", data: "0x" },
  { name: "safeTransferFrom with data", method: "safeTransferFrom(address,address,uint256,bytes)", data: "0x4242" },
  { name: "_safeTransfer", method: "$_safeTransfer(address,address,uint256)", data: "0x" },
  { name: "_safeTransfer with data", method: "$_safeTransfer(address,address,uint256,bytes)", data: "0x4242" },
  { name: "_safeMint", method: "$_safeMint(address,uint256)", data: "0x" },
  { name: "_safeMint with data", method: "$_safeMint(address,uint256,bytes)", data: "0x4242" },
] as const;

type Way = (typeof ways)[number];

function argsOf({ method, data }: Way, { owner }: Scene, to: string): readonly [string, ...unknown[]] {
  const given = method.endsWith("bytes)") ? [data] : [];
  return method.includes("Mint") ? [method, to, unknown, ...given] : [method, owner, to, first, ...given];
}

const idOf = ({ method }: Way): bigint => (method.includes("Mint") ? unknown : first);

export function safeTransferCases(scene: () => Scene): void {
  describe.each(ways)("$name", (way) => {
    const mints = way.method.includes("Mint");

    it.each(["BehaviourERC721Receiver", "BehaviourBothReceiver"])(
      "asks a %s once, with operator, sender, id and data",
      async (kind) => {
        const { token, subject, owner, operator, deploy } = scene();
        const receiver = await deploy(kind, answers.accept);
        await token.send(owner, "setApprovalForAll", operator, true);
        const { logs } = await token.receipt(operator, ...argsOf(way, scene(), receiver.address));
        const from = mints ? zero : owner;
        const asked =
          kind === "BehaviourBothReceiver" && subject.asks[0] === "onKIP17Received" ? "0x6745782b" : "0x150b7a02";
        expect(receiver.events(logs)).toEqual([["Received", asked, operator, from, idOf(way), way.data]]);
        expect(token.events(logs)).toEqual([["Transfer", from, receiver.address, idOf(way)]]);
        expect(await token.read("ownerOf", idOf(way))).toBe(receiver.address);
      },
    );

    it("takes an address without code", async () => {
      const { token, owner, other } = scene();
      await token.send(owner, ...argsOf(way, scene(), other));
      expect(await token.read("ownerOf", idOf(way))).toBe(other);
    });

    it.each<readonly [string, number, (receiver: Deployed) => Named]>([
      ["another magic value", answers.wrongMagic, invalid],
      ["a revert without a reason", answers.revertEmpty, invalid],
      ["a revert with a reason", answers.revertReason, () => ["Error", "not today"]],
      ["a custom error", answers.revertCustom, () => ["Custom", 7n]],
      ["a panic", answers.panic, () => ["Panic", 1n]],
    ])("takes %s for a no, and passes on what was said", async (_, answer, expected) => {
      const { token, owner, deploy } = scene();
      for (const kind of ["BehaviourERC721Receiver", "BehaviourBothReceiver"]) {
        const receiver = await deploy(kind, answer);
        const refused = await token.refusal(owner, ...argsOf(way, scene(), receiver.address));
        expect([kind, refused]).toEqual([kind, expected(receiver)]);
      }
      expect(await token.read("ownerOf", first)).toBe(owner);
      expect(await token.read("$_ownerOf", unknown)).toBe(zero);
    });

    it("refuses a contract that is no receiver", async () => {
      const { token, owner } = scene();
      const refused = await token.refusal(owner, ...argsOf(way, scene(), token.address));
      expect(refused).toEqual(invalid(token));
    });
  });

  it("asks a receiver that transferFrom gives a token nothing", async () => {
    const { token, owner, deploy } = scene();
    const receiver = await deploy("BehaviourBothReceiver", answers.revertReason);
    const { logs } = await token.receipt(owner, "transferFrom", owner, receiver.address, first);
    expect(logs.length).toBe(1);
    await token.send(owner, "$_mint", receiver.address, unknown);
    expect(await token.read("balanceOf", receiver.address)).toBe(2n);
  });
}

/** The error of EIP-6093 that names the receiver. */
export function invalid({ address }: Deployed): Named {
  return ["ERC721InvalidReceiver", address];
}
