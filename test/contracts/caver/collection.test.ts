import hre from "hardhat";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { caverProvider, caverWallet } from "../../../src/chains/kaia/index.ts";
import { type Actor, type Play, playOn, startTestNode } from "../../chains/kaia/real-node.ts";
import { kaiaCoin, person } from "../../chains/kaia/scene.ts";
import { thrownBy } from "../../harness/errors.ts";
import { type CaverKct, type CaverKip17, caverOver, type SendOptions } from "./kip17.ts";

// caver-js 1.12 as it is, on a Kaia node. Budget of the file: 30 s.
vi.setConfig({ testTimeout: 30_000 });

const zero = "0x0000000000000000000000000000000000000000";
const largest = (2n ** 256n - 1n).toString();

let play: Play;
let caver: CaverKct;
let token: CaverKip17;
let owner: Actor;
let user: Actor;
let friend: Actor;
let payer: Actor;
let wallet: ReturnType<typeof caverWallet>;

/** Everything in one collection, one step after the other, as a project would use it. */
beforeAll(async () => {
  play = playOn(await startTestNode());
  caver = caverOver(caverProvider({ chains: { kaia: play.chain } }, "kaia"));
  owner = await play.account(50n * kaiaCoin);
  user = await play.account(50n * kaiaCoin);
  friend = await play.account(50n * kaiaCoin);
  payer = await play.account(50n * kaiaCoin);
  wallet = caverWallet([owner, user, friend, payer]);
  token = await deployByCaver();
});
afterAll(() => play.stop());

async function deployByCaver(): Promise<CaverKip17> {
  const { abi, bytecode } = await hre.artifacts.readArtifact("KIP17Collection");
  const entries: readonly unknown[] = abi;
  const made = caver.kct.kip17.create(entries);
  made.setWallet(wallet);
  const deployment = { data: bytecode, arguments: ["Ticket", "TKT", owner.address, "0", "10000"] };
  const { options } = await made.deploy(deployment).send({ from: owner.address, gas: "0x989680" });
  const created = caver.kct.kip17.create(options.address);
  created.setWallet(wallet);
  return created;
}

/** Without gas: caver asks the node for an estimate first. */
const by = (actor: Actor): SendOptions => ({ from: actor.address });
const done = { status: true, type: "TxTypeSmartContractExecution" };
const lower = async (address: Promise<string>): Promise<string> => (await address).toLowerCase();
const text = async (value: Promise<{ toString(base?: number): string }>): Promise<string> => (await value).toString(10);
/** caver asks for an estimate before it sends, so that what the contract refuses is never sent. */
const refused = async (sent: () => Promise<unknown>): Promise<void> => {
  expect(String(await thrownBy(sent))).toMatch(/revert/);
};

describe("caver.kct.kip17 on a KIP17Collection that caver deployed", () => {
  it("detects every interface", async () => {
    const every = {
      IKIP17: true,
      IKIP17Metadata: true,
      IKIP17Enumerable: true,
      IKIP17Mintable: true,
      IKIP17MetadataMintable: true,
      IKIP17Burnable: true,
      IKIP17Pausable: true,
    };
    expect(await token.detectInterface()).toEqual(every);
    expect(await caver.kct.kip17.detectInterface(token.options.address)).toEqual(every);
    expect(await token.supportsInterface("0x80ac58cd")).toBe(true);
    expect(await token.supportsInterface("0xffffffff")).toBe(false);
  });

  it("reads the name, the symbol and an empty collection", async () => {
    expect([await token.name(), await token.symbol(), await text(token.totalSupply())]).toEqual(["Ticket", "TKT", "0"]);
  });

  it("mints, with and without a URI", async () => {
    expect(await token.mint(user.address, 1, by(owner))).toMatchObject(done);
    expect(await token.mintWithTokenURI(user.address, largest, "ipfs://cid/티켓", by(owner))).toMatchObject(done);
    expect(await token.mintWithTokenURI(friend.address, 2, "", by(owner))).toMatchObject(done);
    expect(await token.tokenURI(largest)).toBe("ipfs://cid/티켓");
    expect([await text(token.totalSupply()), await text(token.balanceOf(user.address))]).toEqual(["3", "2"]);
    expect(await lower(token.ownerOf(1))).toBe(user.address.toLowerCase());
    await refused(() => token.mint(user.address, 1, by(owner)));
    await refused(() => token.mint(user.address, 3, by(user)));
    await refused(() => token.mintWithTokenURI(user.address, 3, "x", by(user)));
  });

  it("enumerates", async () => {
    const all = [];
    for (let index = 0; index < 3; index += 1) all.push(await text(token.tokenByIndex(index)));
    expect(all.sort()).toEqual(["1", largest, "2"].sort());
    const owned = [0, 1].map((index) => text(token.tokenOfOwnerByIndex(user.address, index)));
    expect((await Promise.all(owned)).sort()).toEqual(["1", largest].sort());
    await refused(() => token.tokenByIndex(3));
  });

  it("approves, and the one who was approved transfers", async () => {
    expect(await token.approve(friend.address, 1, by(user))).toMatchObject(done);
    expect(await lower(token.getApproved(1))).toBe(friend.address.toLowerCase());
    expect(await token.transferFrom(user.address, friend.address, 1, by(friend))).toMatchObject(done);
    expect(await token.getApproved(1)).toBe(zero);
    expect(await lower(token.ownerOf(1))).toBe(friend.address.toLowerCase());
  });

  it("makes an operator, who transfers safely, with data and without", async () => {
    expect(await token.setApprovalForAll(user.address, true, by(friend))).toMatchObject(done);
    expect(await token.isApprovedForAll(friend.address, user.address)).toBe(true);
    expect(await token.safeTransferFrom(friend.address, person, 1, "0x1234", by(user))).toMatchObject(done);
    expect(await token.safeTransferFrom(friend.address, user.address, 2, by(user))).toMatchObject(done);
    expect([await lower(token.ownerOf(1)), await lower(token.ownerOf(2))]).toEqual([
      person.toLowerCase(),
      user.address.toLowerCase(),
    ]);
    await refused(() => token.safeTransferFrom(user.address, token.options.address, 2, by(user)));
    expect(await token.setApprovalForAll(user.address, false, by(friend))).toMatchObject(done);
    expect(await token.isApprovedForAll(friend.address, user.address)).toBe(false);
  });

  it("burns", async () => {
    expect(await token.burn(2, by(user))).toMatchObject(done);
    await refused(() => token.ownerOf(2));
    await refused(() => token.burn(1, by(user)));
    expect(await text(token.totalSupply())).toBe("2");
  });

  it("pauses and goes on", async () => {
    expect(await token.isPauser(owner.address)).toBe(true);
    expect(await token.pause(by(owner))).toMatchObject(done);
    expect(await token.paused()).toBe(true);
    await refused(() => token.transferFrom(user.address, person, largest, by(user)));
    await refused(() => token.pause(by(owner)));
    expect(await token.unpause(by(owner))).toMatchObject(done);
    expect(await token.paused()).toBe(false);
  });

  it("adds and renounces pausers and minters", async () => {
    await refused(() => token.addPauser(friend.address, by(user)));
    expect(await token.addPauser(user.address, by(owner))).toMatchObject(done);
    expect(await token.addPauser(friend.address, by(user))).toMatchObject(done);
    expect(await token.renouncePauser(by(user))).toMatchObject(done);
    expect([await token.isPauser(user.address), await token.isPauser(friend.address)]).toEqual([false, true]);
    await refused(() => token.renouncePauser(by(user)));
    await refused(() => token.addMinter(friend.address, by(user)));
    expect(await token.addMinter(user.address, by(owner))).toMatchObject(done);
    expect(await token.addMinter(friend.address, by(user))).toMatchObject(done);
    expect(await token.mint(person, 9, by(friend))).toMatchObject(done);
    expect(await token.renounceMinter(by(friend))).toMatchObject(done);
    expect([await token.isMinter(user.address), await token.isMinter(friend.address)]).toEqual([true, false]);
    await refused(() => token.renounceMinter(by(friend)));
  });

  it("works at a fee payer's expense, and sees the events", async () => {
    const delegated = { ...by(owner), gas: "0x7a120", feeDelegation: true, feePayer: payer.address };
    const receipt = await token.mintWithTokenURI(user.address, 77, "77.json", delegated);
    expect(receipt).toMatchObject({ status: true, type: "TxTypeFeeDelegatedSmartContractExecution" });
    expect(receipt.events).toMatchObject({
      Transfer: { returnValues: { from: zero, to: user.address, tokenId: "77" } },
    });
  });
});
