import { describe, expect, it, vi } from "vitest";
import { error } from "../model/errors.ts";
import { largest, zero } from "../model/state.ts";
import { collectionScene, inWindow, outside } from "./scene.ts";
import { slotOf, storedWords } from "./stored-words.ts";

// A token's URI is what was given, byte for byte. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = collectionScene();

const uris: readonly (readonly [string, string])[] = [
  ["an empty one", ""],
  ["one byte", "x"],
  ...[30, 31, 32, 33, 63, 64, 65].map((length) => [`${length} bytes`, "u".repeat(length)] as const),
  ["another script", "https://token.test/티켓/🎫.json"],
  ["a zero byte at the end", "x\0"],
  ["zero bytes alone", "\0".repeat(31)],
  ["31 bytes that end with zeros", `${"a".repeat(20)}${"\0".repeat(11)}`],
  ["the longest", "k".repeat(8192)],
  ["a word less than that", "k".repeat(8160)],
];

describe("a token's own URI", () => {
  it.each(uris)("is kept: %s", async (_, uri) => {
    const { token, owner, friend, holder } = scene();
    await token.send(owner.address, "setBaseURI", "https://base.test/", ".json");
    await token.send(owner.address, "mintWithTokenURI", friend.address, 2n, uri);
    await token.send(
      owner.address,
      "mintBatchWithTokenURI",
      [friend.address, holder.address],
      [3n, largest],
      [uri, uri],
    );
    expect(await token.send(owner.address, "setTokenURI", outside, uri)).toEqual([["MetadataUpdate", outside]]);
    for (const id of [2n, 3n, largest, outside]) expect(await token.read("tokenURI", id)).toBe(uri);
  });

  it.each(uris)("is replaced whole by a longer and by a shorter one: %s", async (_, uri) => {
    const { token, owner } = scene();
    for (const next of [uri, "l".repeat(100), uri, "s", uri]) {
      await token.send(owner.address, "setTokenURI", inWindow, next);
      expect(await token.read("tokenURI", inWindow)).toBe(next);
    }
  });

  it("ends with its token: the same id minted again has none of it", async () => {
    const { token, owner, holder, friend } = scene();
    for (const uri of ["short", "l".repeat(100)]) {
      await token.send(owner.address, "mintWithTokenURI", holder.address, 2n, uri);
      await token.send(holder.address, "burn", 2n);
      expect(await token.refusal(owner.address, "tokenURI", 2n)).toEqual(error.nonexistent(2n));
      await token.send(owner.address, "mint", friend.address, 2n);
      expect(await token.read("tokenURI", 2n)).toBe("");
      await token.send(friend.address, "burn", 2n);
    }
  });

  it("ends with its token, the longest too: no word of it stays, and the pattern is in force again", async () => {
    const { chain, token, owner, holder, friend } = scene();
    await token.send(owner.address, "setBaseURI", "ipfs://cid/", ".json");
    await token.send(owner.address, "mintWithTokenURI", holder.address, 2n, "k".repeat(8192));
    const slot = slotOf("latchkey.KIP17.URIStorage", 0n, 2n);
    const words = (): Promise<bigint[]> => storedWords(chain, token.address, slot, 257);
    expect((await words()).filter((word) => word === 0n)).toEqual([]);
    expect(await token.send(holder.address, "burn", 2n)).toContainEqual(["Transfer", holder.address, zero, 2n]);
    expect((await words()).filter((word) => word !== 0n)).toEqual([]);
    await token.send(owner.address, "mint", friend.address, 2n);
    expect([await token.read("ownerOf", 2n), await token.read("tokenURI", 2n)]).toEqual([
      friend.address,
      "ipfs://cid/2.json",
    ]);
  });

  it.each([8193, 10_240])("is refused when it has %i bytes", async (length) => {
    const { owner, friend, refused } = scene();
    const uri = "k".repeat(length);
    for (const [method, ...args] of [
      ["mintWithTokenURI", friend.address, 2n, uri],
      ["mintBatchWithTokenURI", [friend.address, friend.address], [2n, 3n], ["x", uri]],
      ["setTokenURI", inWindow, uri],
    ] as const)
      expect(await refused(owner, method, ...args)).toEqual(error.uriTooLong(length));
  });

  it("is refused where the transaction's gas does not reach, and nothing of it stays", async () => {
    const { chain, token, owner, friend } = scene();
    const data = token.data("mintWithTokenURI", friend.address, 2n, "k".repeat(8192));
    const gas = "0x493e0";
    const sent = chain.request("eth_sendTransaction", { from: owner.address, to: token.address, data, gas });
    await expect(sent).rejects.toThrow(/gas/);
    expect(await token.refusal(owner.address, "ownerOf", 2n)).toEqual(error.nonexistent(2n));
    expect(await token.read("totalSupply")).toBe(2n);
  });

  it("is the owner's to set, for a token that is there", async () => {
    const { token, owner, holder, refused } = scene();
    await token.send(owner.address, "addMinter", holder.address);
    expect(await refused(holder, "setTokenURI", inWindow, "x")).toEqual(error.notOwner(holder.address));
    expect(await refused(owner, "setTokenURI", 2n, "x")).toEqual(error.nonexistent(2n));
  });
});

describe("a URI by base and suffix", () => {
  it("is base, id in decimal, suffix, for every token without its own", async () => {
    const { token, owner, friend } = scene();
    await token.send(owner.address, "mintBatch", [friend.address, friend.address], [0n, largest]);
    expect(await token.send(owner.address, "setBaseURI", "ipfs://cid/", ".json")).toEqual([
      ["BatchMetadataUpdate", 0n, largest],
    ]);
    expect([await token.read("baseURI"), await token.read("uriSuffix")]).toEqual(["ipfs://cid/", ".json"]);
    for (const id of [0n, outside, largest]) expect(await token.read("tokenURI", id)).toBe(`ipfs://cid/${id}.json`);
    expect(await token.read("tokenURI", inWindow)).toBe("ipfs://1");
  });

  it("is nobody's but the owner's to set", async () => {
    const { holder, refused } = scene();
    expect(await refused(holder, "setBaseURI", "x", "y")).toEqual(error.notOwner(holder.address));
    expect(await refused(holder, "setContractURI", "x")).toEqual(error.notOwner(holder.address));
  });
});

describe("the collection's own URI", () => {
  it("is told by an event, and read", async () => {
    const { token, owner } = scene();
    expect(await token.read("contractURI")).toBe("");
    expect(await token.send(owner.address, "setContractURI", "ipfs://collection")).toEqual([["ContractURIUpdated"]]);
    expect(await token.read("contractURI")).toBe("ipfs://collection");
  });
});
