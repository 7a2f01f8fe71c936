import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answers, invalid } from "./cases-safe-transfer.ts";
import { sceneOfEachTest } from "./cases.ts";
import { startChain, type TestChain } from "./chain.ts";
import type { Deployed } from "./deployed.ts";
import { collection, core, first, type Scene, unknown, zero } from "./subject.ts";

// Who is given a token by a safe transfer, and who is not. Budget of the file: 15 s.
vi.setConfig({ testTimeout: 20_000 });

const kip17Magic = "0x6745782b";
const erc721Magic = "0x150b7a02";
const word = (start: string): string => start.padEnd(66, "0");

let chain: TestChain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain.close());

describe.each([core, collection])("a safe transfer of $name", (subject) => {
  const scene = sceneOfEachTest(() => chain, subject);

  describe.each([
    ["safeTransferFrom", "safeTransferFrom(address,address,uint256,bytes)"],
    ["_safeMint", "$_safeMint(address,uint256,bytes)"],
  ])("by %s", (_, method) => {
    const mints = method.includes("Mint");
    const id = mints ? unknown : first;
    const argsOf = ({ owner }: Scene, to: Deployed): readonly [string, string, ...unknown[]] =>
      mints ? [owner, method, to.address, id, "0x1234"] : [owner, method, owner, to.address, id, "0x1234"];

    it.each([
      ["a KIP-17 receiver", "BehaviourKIP17Receiver", [answers.accept], kip17Magic],
      ["a receiver of both kinds, asked by KIP-17 alone", "BehaviourBothReceiver", [answers.accept], kip17Magic],
      ["an ERC-721 receiver", "BehaviourERC721Receiver", [answers.accept], erc721Magic],
      ["an ERC-721 receiver that reverts with data on other calls", "BehaviourLoudReceiver", [], erc721Magic],
      ["an ERC-721 receiver that takes other calls in silence", "BehaviourSilentReceiver", [], erc721Magic],
      ["a KIP-17 receiver that answers other calls with four bytes", "BehaviourShortKIP17Receiver", [], kip17Magic],
    ])("reaches %s", async (_name, contract, args, asked) => {
      const { token, owner, deploy } = scene();
      const receiver = await deploy(contract, ...args);
      const { logs } = await token.receipt(...argsOf(scene(), receiver));
      expect(receiver.events(logs)).toEqual([["Received", asked, owner, mints ? zero : owner, id, "0x1234"]]);
      expect(await token.read("ownerOf", id)).toBe(receiver.address);
    });

    const almost = `${kip17Magic}${"0".repeat(54)}`;
    it.each([
      ["nothing", "0x"],
      ["KIP-17's magic value in four bytes", kip17Magic],
      ["ERC-721's magic value in four bytes", erc721Magic],
      ["a magic value in 31 bytes", almost],
      ["a magic value at the wrong end", `0x${kip17Magic.slice(2).padStart(64, "0")}`],
      ["a magic value with other bytes after it", `${kip17Magic}${"f".repeat(56)}`],
      ["ERC-721's magic value with other bytes after it", `${erc721Magic}${"0".repeat(55)}1`],
      ["zero", word("0x")],
      ["true", `0x${"1".padStart(64, "0")}`],
      ["the id of the interface", word("0x80ac58cd")],
      ["all bits", `0x${"f".repeat(64)}`],
      ["a magic value in a later word", `${word("0x")}${word(kip17Magic).slice(2)}`],
    ])("takes %s for a no", async (_name, answer) => {
      const { token, owner, deploy } = scene();
      const receiver = await deploy("BehaviourFixedAnswer", answer, false);
      expect(await token.refusal(...argsOf(scene(), receiver))).toEqual(invalid(receiver));
      expect(await token.read("$_ownerOf", id)).toBe(mints ? zero : owner);
    });

    it.each([
      ["KIP-17's magic value", kip17Magic],
      ["ERC-721's magic value", erc721Magic],
      ["KIP-17's magic word", word(kip17Magic)],
      ["ERC-721's magic word", word(erc721Magic)],
    ])("takes a revert with %s for a no", async (_name, answer) => {
      const { token, owner, deploy } = scene();
      const receiver = await deploy("BehaviourFixedAnswer", answer, true);
      await token.refusal(...argsOf(scene(), receiver));
      expect(await token.read("$_ownerOf", id)).toBe(mints ? zero : owner);
    });

    it.each<readonly [string, number, readonly unknown[] | undefined]>([
      ["another magic value", answers.wrongMagic, undefined],
      ["a revert without a reason", answers.revertEmpty, undefined],
      ["a revert with a reason", answers.revertReason, ["Error", "not today"]],
      ["a custom error", answers.revertCustom, ["Custom", 7n]],
      ["a panic", answers.panic, ["Panic", 1n]],
    ])("takes %s of a KIP-17 receiver for a no, and passes on what was said", async (_name, answer, said) => {
      const { token, owner, deploy } = scene();
      const receiver = await deploy("BehaviourKIP17Receiver", answer);
      expect(await token.refusal(...argsOf(scene(), receiver))).toEqual(said ?? invalid(receiver));
      expect(await token.read("$_ownerOf", id)).toBe(mints ? zero : owner);
    });

    it("takes a receiver that burns all gas for a no", async () => {
      const { token, owner, deploy } = scene();
      const receiver = await deploy("BehaviourGasEater");
      await token.refusal(...argsOf(scene(), receiver));
      expect(await token.read("$_ownerOf", id)).toBe(mints ? zero : owner);
    });
  });

  it("takes each magic value as an answer to its own question alone", async () => {
    const { token, owner, deploy } = scene();
    const swapped = await deploy("BehaviourSwappedReceiver");
    const refused = await token.refusal(
      owner,
      "safeTransferFrom(address,address,uint256)",
      owner,
      swapped.address,
      first,
    );
    expect(refused).toEqual(invalid(swapped));
  });

  it.each([
    ["a transfer on", "transferFrom"],
    ["a burn", "burn"],
  ])("keeps its books through a receiver that answers with %s", async (_name, method) => {
    const {
      token,
      subject: { enumerable },
      owner,
      other,
      deploy,
    } = scene();
    const receiver = await deploy("BehaviourReentrant");
    const burns = method === "burn";
    const reenter = burns ? token.data("$_burn", first) : token.data(method, receiver.address, other, first);
    await receiver.send(owner, "plan", token.address, [reenter]);
    const events = await token.send(owner, "safeTransferFrom(address,address,uint256)", owner, receiver.address, first);
    expect(events).toEqual([
      ["Transfer", owner, receiver.address, first],
      ["Transfer", receiver.address, burns ? zero : other, first],
    ]);
    expect(await receiver.read("succeeded", 0n)).toBe(true);
    expect(await token.read("$_ownerOf", first)).toBe(burns ? zero : other);
    expect(await token.read("balanceOf", receiver.address)).toBe(0n);
    expect(await token.read("balanceOf", other)).toBe(burns ? 0n : 1n);
    if (enumerable) expect(await token.read("totalSupply")).toBe(burns ? 1n : 2n);
  });

  it("cannot be had twice by a receiver that asks for it again", async () => {
    const { token, owner, operator, deploy } = scene();
    const receiver = await deploy("BehaviourReentrant");
    await token.send(owner, "setApprovalForAll", operator, true);
    await token.send(owner, "approve", receiver.address, first);
    const again = token.data("transferFrom", owner, receiver.address, first);
    await receiver.send(owner, "plan", token.address, [again]);
    await token.send(operator, "safeTransferFrom(address,address,uint256)", owner, receiver.address, first);
    expect(await receiver.read("succeeded", 0n)).toBe(false);
    expect(await token.read("balanceOf", receiver.address)).toBe(1n);
  });
});
