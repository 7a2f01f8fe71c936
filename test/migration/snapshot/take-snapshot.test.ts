import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commitCollection } from "../../../src/contracts/index.ts";
import { parseRemap } from "../../../src/migration/remap.ts";
import { takeSnapshot } from "../../../src/migration/snapshot/take-snapshot.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { deployOld, type OldCollection, ownerAt } from "../harness/old-collection.ts";
import { snapshotOf } from "./subject.ts";

const operator = "0x00000000000000000000000000000000000a11ce";
const largest = 2n ** 256n - 1n;
const ids = [0n, 5n, 10n, 9n, largest, largest - 1n, 2n ** 96n, 77n, 78n, 79n, 1000n];

/** One node, three small collections. */
describe("a snapshot of caver-js's own contracts", { timeout: 60_000 }, () => {
  let anvil: Anvil;
  let old: OldCollection;

  beforeAll(async () => {
    anvil = await startAnvil();
    old = await deployOld(anvil, {
      tokens: ids.length - 2,
      owners: 3,
      burned: 2,
      idOf: (index) => ids[index] ?? 0n,
      uriOf: (id) =>
        id === 78n ? "" : id === 9n ? '데이터:\u0000\n"\u2028\ufeff' : `\ufeffipfs://pool/${String(id)}/${String(id)}`,
    });
  });
  afterAll(() => anvil.stop());

  it.each(["1.9", "1.12"] as const)("has every token of one from caver-js %s, and its holes", async (version) => {
    const other = await deployOld(anvil, { version, tokens: 300, owners: 7, burned: 3 });
    const { result, tokens } = await snapshotOf(other);
    expect(tokens.filter(({ owner }) => owner !== "hole")).toEqual(other.tokens);
    expect(tokens.filter(({ owner }) => owner === "hole")).toEqual(
      other.burned.map((id) => ({ id, owner: "hole", uri: "" })),
    );
    expect(result).toMatchObject({
      tokens: 300,
      owners: 7,
      holes: 3,
      door: 0,
      remapped: 0,
      name: "Old",
      symbol: "OLD",
    });
    expect(result).toMatchObject({ pattern: { base: "ipfs://tickets/", suffix: ".json", tokens: 300 } });
    expect(result).toMatchObject({ ownersWithCode: [], approvals: { tokens: 0, operators: 0 } });
  });

  it("carries ids up to 2^256-1 in their order and URIs byte for byte, under one root", async () => {
    const { result, tokens, lines } = await snapshotOf(old);
    expect(tokens.map(({ id }) => id)).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(tokens.filter(({ owner }) => owner !== "hole")).toEqual(old.tokens);
    const { root } = commitCollection({ oldChainId: 31_337, oldContract: old.address, tokens, batchSize: 1_000_000 });
    expect(result.root).toBe(root);
    expect(lines.split("\n")[0]).toBe(`{"id":"0","owner":"${ownerAt(0)}","uri":"\ufeffipfs://pool/0/0"}`);
    expect(result.pattern).toBeNull();
  });

  it("gives the same bytes of the same block, and is returned as it is", async () => {
    const block = BigInt(String(await anvil.request("eth_blockNumber")));
    const first = await snapshotOf(old, { block });
    await anvil.request("anvil_mine", "0x3");
    const second = await snapshotOf(old, { block });
    expect(second.lines).toBe(first.lines);
    expect({ ...second.result, run: "", seconds: 0, manifest: {} }).toEqual({
      ...first.result,
      run: "",
      seconds: 0,
      manifest: {},
    });
    const nobody = {
      origin: "http://nobody",
      request: () => Promise.reject(new Error("asked")),
      close: () => Promise.resolve(),
    };
    const again = await takeSnapshot(first.run, { transport: nobody, address: old.address }, { block });
    expect(again).toEqual(first.result);
    const text = await readFile(join(first.run.directory, "manifest.jsonl"));
    expect(first.result.manifest.sha256).toBe(createHash("sha256").update(text).digest("hex"));
    expect(first.result.manifest.bytes).toBe(text.length);
  });

  it("is not another one than was asked for, nor one whose manifest was altered", async () => {
    const { run, result } = await snapshotOf(old);
    const other = BigInt(result.block.number) + 1n;
    expect(await thrownBy(() => takeSnapshot(run, old, { block: other }))).toMatchObject({
      code: "ERR_MIGRATION_RUN_MISMATCH",
    });
    const remap = parseRemap(Buffer.from(`{"format":"latchkey-remap","version":1,"owners":{}}`));
    expect(await thrownBy(() => takeSnapshot(run, old, { remap }))).toMatchObject({
      code: "ERR_MIGRATION_RUN_MISMATCH",
    });
    const file = join(run.directory, "manifest.jsonl");
    await writeFile(file, (await readFile(file, "utf8")).replace("pool/0/0", "pool/0/1"));
    expect(await thrownBy(() => takeSnapshot(run, old))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
  });

  it("moves tokens by a remap file, which it names, and to the door", async () => {
    const other = await deployOld(anvil, { tokens: 9, owners: 3 });
    const [from, to, contract] = [ownerAt(0), `0x${"77".repeat(20)}`, ownerAt(1)];
    await anvil.request("anvil_setCode", contract, "0x60016001");
    const file = Buffer.from(`{"format":"latchkey-remap","version":1,"owners":{"${from}":"${to}"}}`);
    const { result, tokens, lines } = await snapshotOf(other, { remap: parseRemap(file), door: "owners-with-code" });
    await anvil.request("anvil_setCode", contract, "0x");
    expect(tokens.map(({ owner }) => owner)).toEqual([1, 2, 3].flatMap(() => [to, "door", ownerAt(2)]));
    expect(lines.split("\n")[0]).toBe(
      `{"id":"1","owner":"${to}","uri":"ipfs://tickets/1.json","remappedFrom":"${from}"}`,
    );
    expect(result).toMatchObject({ tokens: 9, owners: 2, door: 3, remapped: 3 });
    expect(result.remapSha256).toBe(createHash("sha256").update(file).digest("hex"));
    expect(result.ownersWithCode).toEqual([{ address: contract, kind: "contract", tokens: 3 }]);

    const stranger = Buffer.from(`{"format":"latchkey-remap","version":1,"owners":{"${to}":"${from}"}}`);
    const error = await thrownBy(() => snapshotOf(other, { remap: parseRemap(stranger) }));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID", context: { owner: to, count: 1 } });
  });

  it("classifies owners with code, and counts what approvals are in force", async () => {
    const other = await deployOld(anvil, { tokens: 8, owners: 4 });
    const [safe, delegated, contract] = [ownerAt(0), ownerAt(1), ownerAt(2)];
    // Answers VERSION() with "1.4.1" and getThreshold() with 2.
    const version = `${"20".padStart(64, "0")}${"5".padStart(64, "0")}${"312e342e31".padEnd(64, "0")}`;
    await anvil.request("anvil_setCode", safe, safeCode(version));
    await anvil.request("anvil_setCode", delegated, `0xef0100${"12".repeat(20)}`);
    await anvil.request("anvil_setCode", contract, "0x5f5ff3");
    await other.call(ownerAt(3), "approve", operator, 4n);
    await other.call(ownerAt(3), "approve", operator, 8n);
    await other.call(operator, "transferFrom", ownerAt(3), ownerAt(9), 8n);
    await other.call(ownerAt(3), "setApprovalForAll", operator, true);
    await other.call(ownerAt(9), "setApprovalForAll", operator, true);
    await other.call(ownerAt(9), "setApprovalForAll", operator, false);
    const { result } = await snapshotOf(other);
    expect(result.ownersWithCode).toEqual([
      { address: safe, kind: "safe", tokens: 2 },
      { address: delegated, kind: "eip7702", tokens: 2 },
      { address: contract, kind: "contract", tokens: 2 },
    ]);
    expect(result.approvals).toEqual({ tokens: 1, operators: 1 });
  });

  it("tells how far it is, and ends when it is told to", async () => {
    const units = new Map<string, number>();
    const controller = new AbortController();
    await snapshotOf(old, {
      onProgress: ({ step, done, total, unit }) => {
        expect(step).toBe("snapshot");
        expect(done).toBeLessThanOrEqual(total ?? 0);
        units.set(unit, done);
      },
    });
    expect([...units.keys()]).toEqual(["blocks", "tokens"]);
    expect(units.get("tokens")).toBe(ids.length);
    controller.abort(new Error("enough"));
    expect(await thrownBy(() => snapshotOf(old, { signal: controller.signal }))).toMatchObject({ message: "enough" });
  });
});

/** Returns a text to VERSION() and 2 to all else. */
function safeCode(version: string): string {
  // Its selector goes on at 0x19: codecopy(0, 0x24, 0x60); return(0, 0x60). All others return 2.
  return `0x5f3560e01c63ffa1ad741460195760025f5260205ff3fefefe5b606060245f3960605ff3${version}`;
}
