import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRun } from "../../../src/migration/run-folder.ts";
import { takeSnapshot } from "../../../src/migration/snapshot/take-snapshot.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { deployOld, type OldCollection, ownerAt } from "../harness/old-collection.ts";
import {
  answering,
  answeringZeros,
  type Behaviour,
  endless,
  overrideView,
  reverting,
  textWords,
  word,
} from "../harness/override-view.ts";
import { hasty, snapshotOf } from "./subject.ts";

const views = {
  ownerOf: "0x6352211e",
  tokenURI: "0xc87b56dd",
  balanceOf: "0x70a08231",
  supportsInterface: "0x01ffc9a7",
  getApproved: "0x081812fc",
};
const stranger = "0x00000000000000000000000000000000000b0b00";
const transfer = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/** One node, one small collection whose views are exchanged one at a time. */
describe("a contract that cannot be moved", { timeout: 60_000 }, () => {
  let anvil: Anvil;
  let old: OldCollection;

  beforeAll(async () => {
    anvil = await startAnvil();
    old = await deployOld(anvil, { tokens: 9, owners: 3, burned: 1 });
  });
  afterAll(() => anvil.stop());

  /** What a snapshot throws, having written nothing. */
  async function refused(address: string, more: { chainId?: string; asked?: string } = {}): Promise<unknown> {
    const directory = temporaryDirectory();
    const run = await openRun(directory, { oldChainId: more.chainId ?? "31337", oldContract: address });
    const transport = http(anvil.url);
    const error = await thrownBy(() =>
      takeSnapshot(run, { transport, address: more.asked ?? address }, { clock: hasty }),
    );
    expect(await readdir(directory)).toEqual(["run.json"]);
    return error;
  }

  const unsuitable = (context: Readonly<Record<string, unknown>>) => ({
    code: "ERR_MIGRATION_SOURCE_UNSUITABLE",
    context,
  });

  const [alive, last, hole] = [2n, 9n, 10n];
  it.each<[string, string, bigint, Behaviour, Readonly<Record<string, unknown>>]>([
    [
      "names another owner",
      views.ownerOf,
      alive,
      answering(word(BigInt(stranger))),
      { reason: "owners disagree", id: alive, count: 1 },
    ],
    [
      "does not know an owner",
      views.ownerOf,
      alive,
      reverting,
      { reason: "owners disagree", id: alive, byContract: "nobody" },
    ],
    [
      "names an owner of a burned id",
      views.ownerOf,
      hole,
      answering(word(BigInt(stranger))),
      { reason: "owners disagree", id: hole, byLogs: "nobody" },
    ],
    ["burns all gas for an owner", views.ownerOf, alive, endless, { reason: "answer", id: alive }],
    ["burns all gas for a hole", views.ownerOf, hole, endless, { reason: "answer", id: hole }],
    ["answers with garbage", views.ownerOf, alive, answering("ff".repeat(32)), { reason: "answer", id: alive }],
    ["answers with nothing", views.ownerOf, alive, answering(""), { reason: "answer", id: alive }],
    ["has a URI of 1 MB", views.tokenURI, alive, answeringZeros(1_000_000), { reason: "answer", id: alive }],
    ["has a URI of 8,193 bytes", views.tokenURI, last, answeringZeros(8193), { reason: "answer", id: last }],
    [
      "has a URI that is no UTF-8",
      views.tokenURI,
      alive,
      answering(textWords(Buffer.from("c328", "hex"))),
      { reason: "answer", id: alive },
    ],
    [
      "has a URI with a lone surrogate",
      views.tokenURI,
      alive,
      answering(textWords(Buffer.from("eda080", "hex"))),
      { reason: "answer", id: alive },
    ],
    [
      "has a URI that ends too early",
      views.tokenURI,
      alive,
      answering(word(32n), word(64n), word(0n)),
      { reason: "answer", id: alive },
    ],
    [
      "has a URI that begins nowhere",
      views.tokenURI,
      alive,
      answering(word(2n ** 255n), word(0n)),
      { reason: "answer", id: alive },
    ],
    ["throws for a URI", views.tokenURI, alive, reverting, { reason: "answer", id: alive }],
    ["burns all gas for a URI", views.tokenURI, alive, endless, { reason: "answer", id: alive }],
    [
      "counts otherwise",
      views.balanceOf,
      BigInt(ownerAt(1)),
      answering(word(4n)),
      { reason: "balances differ", owners: 1 },
    ],
    ["is an ERC-1155", views.supportsInterface, 0xd9b67a26n << 224n, answering(word(1n)), { reason: "erc1155" }],
  ])("because it %s", async (_what, selector, argument, behaviour, context) => {
    const putBack = await overrideView(anvil, old.address, { selector, argument, behaviour });
    const error = await refused(old.address);
    await putBack();
    expect(error).toMatchObject(unsuitable(context));
  });

  it("says so of what is not there, has no tokens, or counts more than it has", async () => {
    expect(await refused(stranger)).toMatchObject(unsuitable({ reason: "no code" }));
    const empty = await deployOld(anvil, { tokens: 0, owners: 1 });
    expect(await refused(empty.address)).toMatchObject(unsuitable({ reason: "no tokens" }));
    // Enumerable collections keep their tokens' list, whose length is the supply, in one of the first slots.
    const supply = `0x${word(BigInt(old.tokens.length))}`;
    for (let slot = 0; slot < 20; slot += 1) {
      const at = `0x${slot.toString(16)}`;
      if ((await anvil.request("eth_getStorageAt", old.address, at, "latest")) !== supply) continue;
      await anvil.request("anvil_setStorageAt", old.address, `0x${word(BigInt(slot))}`, `0x${word(10n)}`);
      const error = await refused(old.address);
      await anvil.request("anvil_setStorageAt", old.address, `0x${word(BigInt(slot))}`, supply);
      expect(error).toMatchObject(unsuitable({ reason: "supply differs" }));
      return;
    }
    expect.fail("no slot holds the supply");
  });

  it("tells an ERC-20 by its decimals or its Transfer logs, and what has no ids in them", async () => {
    const emitting = async (code: string): Promise<string> => {
      const address = `0x${code.length.toString(16).padStart(40, "ab")}`;
      await anvil.request("anvil_setCode", address, `0x${code}`);
      const accounts = await anvil.request("eth_accounts");
      const from: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
      await anvil.request("eth_sendTransaction", { from, to: address, gas: "0x30d40" });
      await anvil.request("anvil_mine", "0x1");
      return address;
    };
    // Returns 18 to any call: decimals, and no interface.
    expect(await refused(await emitting("60125f5260205ff3"))).toMatchObject(unsuitable({ reason: "erc20" }));
    // log3 and log1, and it answers nothing.
    const log3 = await emitting(`60025f52600160027f${transfer}60205fa3`);
    expect(await refused(log3)).toMatchObject(unsuitable({ reason: "erc20" }));
    const log1 = await emitting(`7f${transfer}60605fa1`);
    expect(await refused(log1)).toMatchObject(unsuitable({ reason: "not erc721" }));
  });

  it("refuses another contract, another chain and a block that is not there", async () => {
    expect(await refused(old.address, { asked: stranger })).toMatchObject({ code: "ERR_MIGRATION_RUN_MISMATCH" });
    expect(await refused(old.address, { chainId: "8217" })).toMatchObject({
      code: "ERR_CHAIN_ID_MISMATCH",
      context: { configured: "8217", served: 31_337n },
    });
    const error = await thrownBy(() => snapshotOf(old, { block: 1_000_000n }));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect((await snapshotOf(old, { multipleOf: 4n })).result.block.number).toMatch(/[02468]$/);
  });

  it("carries a URI of 8,192 bytes", async () => {
    const argument = alive;
    const behaviour = answeringZeros(8192);
    const putBack = await overrideView(anvil, old.address, { selector: views.tokenURI, argument, behaviour });
    const { tokens } = await snapshotOf(old);
    await putBack();
    expect(tokens.find(({ id }) => id === alive)?.uri).toBe("\u0000".repeat(8192));
  });
});
