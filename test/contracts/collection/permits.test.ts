import { TypedDataEncoder } from "ethers";
import { describe, expect, it, vi } from "vitest";
import type { Account } from "../behaviour/chain.ts";
import type { Permit } from "../model/attempt.ts";
import { error } from "../model/errors.ts";
import { compact, domainOf, malleated, signPermit } from "../model/permits.ts";
import { largest, zero } from "../model/state.ts";
import { collectionScene, inWindow, name, outside } from "./scene.ts";

// ERC-4494's permits, and whatever looks like one. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = collectionScene();
/** Of secp256k1. */
const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

/** A permit of the holder's for `friend`, with something else about it. */
function signed(changes: Partial<Permit> = {}, signer?: Account, chainId?: bigint, contract?: string): string {
  const { chain, token, holder, friend } = scene();
  const permit = { spender: friend.address, tokenId: outside, nonce: 0n, deadline: largest, ...changes };
  return signPermit(signer ?? holder, domainOf(name, chainId ?? chain.chainId, contract ?? token.address), permit);
}

/** The refusal of a permit for `friend`, which anybody may hand in. */
function refusal(signature: string, id = outside, deadline = largest): Promise<unknown> {
  const { friend, stranger, refused } = scene();
  return refused(stranger, "permit", friend.address, id, deadline, signature);
}

function handIn(signature: string, id = outside): Promise<unknown> {
  const { token, friend, stranger } = scene();
  return token.send(stranger.address, "permit", friend.address, id, largest, signature);
}

describe("a permit", () => {
  it("approves by a signature that anybody hands in, once", async () => {
    const { token, holder, friend } = scene();
    const signature = signed();
    expect(await handIn(signature)).toEqual([["Approval", holder.address, friend.address, outside]]);
    expect(await token.read("getApproved", outside)).toBe(friend.address);
    expect(await token.read("nonces", outside)).toBe(1n);
    expect(await refusal(signature)).toEqual(error.permit(scene().holder.address));
    await token.send(friend.address, "transferFrom", holder.address, friend.address, outside);
    expect(await token.read("ownerOf", outside)).toBe(friend.address);
  });

  it("can be for the zero address: then nobody is approved", async () => {
    const { token, friend, holder, stranger } = scene();
    await token.send(holder.address, "approve", friend.address, outside);
    const signature = signed({ spender: zero });
    await token.send(stranger.address, "permit", zero, outside, largest, signature);
    expect(await token.read("getApproved", outside)).toBe(zero);
  });

  it("has the domain that it says, for this chain and this contract", async () => {
    const { chain, token } = scene();
    const domain = TypedDataEncoder.hashDomain({ ...domainOf(name, chain.chainId, token.address) });
    expect(await token.read("DOMAIN_SEPARATOR")).toBe(domain);
    expect(await token.read("supportsInterface", "0x5604e225")).toBe(true);
  });

  it.each<readonly [string, () => string]>([
    ["for another chain", () => signed({}, undefined, 8217n)],
    ["for another contract", () => signed({}, undefined, undefined, scene().stranger.address)],
    ["for another spender", () => signed({ spender: scene().stranger.address })],
    ["for another token", () => signed({ tokenId: inWindow })],
    ["for another deadline", () => signed({ deadline: largest - 1n })],
    ["for a later nonce", () => signed({ nonce: 1n })],
    ["by another's key", () => signed({}, scene().stranger)],
    ["with s in the upper half", () => malleated(signed())],
    ["in EIP-2098's 64 bytes", () => compact(signed())],
    ["one byte too short", () => signed().slice(0, -2)],
    ["one byte too long", () => `${signed()}00`],
    ["of no bytes", () => "0x"],
    ["of zeros", () => `0x${"00".repeat(65)}`],
    ["with v of 0 or 1", () => signed().replace(/1[bc]$/, (v) => (v === "1b" ? "00" : "01"))],
    ["with another v", () => signed().replace(/1[bc]$/, "1d")],
    ["with r of the curve's order", () => `0x${order}${signed().slice(66)}`],
  ])("%s is refused", async (_, signature) => {
    expect(await refusal(signature())).toEqual(error.permit(scene().holder.address));
  });

  it("is refused once its deadline has passed, and not at it", async () => {
    const { chain, token, friend, stranger } = scene();
    const deadline = (await chain.now()) + 100n;
    await chain.request("evm_setNextBlockTimestamp", `0x${(deadline + 1n).toString(16)}`);
    const late = signed({ deadline });
    expect(await refusal(late, outside, deadline)).toEqual(error.expired(deadline));
    const next = deadline + 500n;
    await chain.request("evm_setNextBlockTimestamp", `0x${next.toString(16)}`);
    await token.send(stranger.address, "permit", friend.address, outside, next, signed({ deadline: next }));
    expect(await token.read("getApproved", outside)).toBe(friend.address);
  });

  it("is void once the token has moved, even when it comes back", async () => {
    const { token, holder, stranger } = scene();
    const signature = signed();
    await token.send(holder.address, "transferFrom", holder.address, stranger.address, outside);
    expect(await refusal(signature)).toEqual(error.permit(stranger.address));
    await token.send(stranger.address, "transferFrom", stranger.address, holder.address, outside);
    expect(await refusal(signature)).toEqual(error.permit(scene().holder.address));
    await handIn(signed({ nonce: 2n }));
  });

  it("is void once the token was sent to its own owner", async () => {
    const { token, holder } = scene();
    const signature = signed();
    await token.send(holder.address, "transferFrom", holder.address, holder.address, outside);
    expect(await refusal(signature)).toEqual(error.permit(scene().holder.address));
  });

  it("is void once the token is burned, also after the id was minted again to the same owner", async () => {
    const { token, owner, holder } = scene();
    const [unused, used] = [signed({ nonce: 1n }), signed()];
    await handIn(used);
    await token.send(holder.address, "burn", outside);
    expect(await refusal(unused)).toEqual(error.nonexistent(outside));
    await token.send(owner.address, "mint", holder.address, outside);
    for (const signature of [used, unused])
      expect(await refusal(signature)).toEqual(error.permit(scene().holder.address));
  });

  it("does nothing for a token that is not there", async () => {
    expect(await refusal(signed({ tokenId: 2n }), 2n)).toEqual(error.nonexistent(2n));
  });

  it("is refused while the collection is paused", async () => {
    const { token, owner } = scene();
    await token.send(owner.address, "pause");
    expect(await refusal(signed())).toEqual(error.paused());
  });
});

describe("a permit of a contract that owns the token", () => {
  it("is what the contract says is its signature", async () => {
    const { token, holder, friend, deploy } = scene();
    const wallet = await deploy("Behaviour1271Wallet", holder.address);
    await token.send(holder.address, "transferFrom", holder.address, wallet.address, outside);
    expect(await refusal(signed({ nonce: 1n }, friend))).toEqual(error.permit(wallet.address));
    const signature = signed({ nonce: 1n });
    expect(await handIn(signature)).toEqual([["Approval", wallet.address, friend.address, outside]]);
    expect(await refusal(signature)).toEqual(error.permit(wallet.address));
  });

  const yes = "0x1626ba7e".padEnd(66, "0");
  it.each([
    ["answers with another value", `0x${"f".repeat(64)}`, false],
    ["answers with too little", "0x1626ba7e", false],
    ["answers with nothing", "0x", false],
    ["answers with the value and more in its word", `0x1626ba7e${"f".repeat(56)}`, false],
    ["reverts with the value", yes, true],
  ])("is refused where the contract %s", async (_, answer, reverts) => {
    const { token, holder, deploy } = scene();
    const contract = await deploy("BehaviourFixedAnswer", answer, reverts);
    await token.send(holder.address, "transferFrom", holder.address, contract.address, outside);
    expect(await refusal(signed({ nonce: 1n }))).toEqual(error.permit(contract.address));
  });
});
