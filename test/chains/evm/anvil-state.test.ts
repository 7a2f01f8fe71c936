import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import { sign } from "../signing.ts";
import { type AnvilChain, from, key, reject, startAnvilChain } from "./anvil-account.ts";

// Budget of the file: 15 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const abi = ["function act(bytes)", "error NotYours(address who, uint256 id)"];
const errors = new Interface([...abi, "error Error(string)", "error Panic(uint256)"]);
let main: AnvilChain;
beforeAll(async () => {
  main = await startAnvilChain(["--no-mining"]);
});
afterAll(() => main.stop());

const mineBlock = (): Promise<unknown> => main.anvil.request("evm_mine");
const transfer = (value: bigint) => ({ transfer: { to, value } });
async function signed(value: bigint, options = {}): Promise<SignedTransaction> {
  return sign(await main.prepare(transfer(value), options), key);
}
async function reasonOf(transaction: SignedTransaction): Promise<string> {
  const [outcome] = await main.chain.broadcastAll([transaction]);
  if (outcome?.kind === "refused") return outcome.reason;
  return outcome?.kind ?? "none";
}

describe("a real node", () => {
  it("tells an account's counts, balance and whether it is delegated", async () => {
    const before = await main.chain.accountState(from);
    expect(before).toMatchObject({ pendingNonce: before.nonce, isDelegated: false });
    await main.send(transfer(1n));
    expect(await main.chain.accountState(from)).toEqual({ ...before, pendingNonce: before.nonce + 1 });
    await mineBlock();
    expect((await main.chain.accountState(from)).nonce).toBe(before.nonce + 1);
    const { number } = await main.chain.head();
    expect(await main.chain.nonces([to, from])).toEqual([0, before.nonce + 1]);
    expect(await main.chain.nonces([from], number - 1n)).toEqual([before.nonce]);
    const delegated = "0x00000000000000000000000000000000000d1e6a";
    await main.anvil.request("anvil_setCode", delegated, `0xef0100${to.slice(2).toLowerCase()}`);
    expect((await main.chain.accountState(delegated)).isDelegated).toBe(true);
  });

  it("finds several receipts at once, and who sent what in a block", async () => {
    const sent = [await main.send(transfer(1n)), await main.send(transfer(2n))];
    const hashes = [...sent.map(({ hash }) => hash), `0x${"00".repeat(32)}` as const];
    expect(await main.chain.receipts(hashes)).toEqual([undefined, undefined, undefined]);
    await mineBlock();
    const receipts = await main.chain.receipts(hashes);
    expect(receipts).toMatchObject([{ hash: hashes[0], status: "success" }, { hash: hashes[1] }, undefined]);
    const { number, hash } = await main.chain.head();
    expect(receipts[0]).toMatchObject({ blockNumber: number, blockHash: hash });
    expect(await main.chain.sentIn(number, from)).toEqual(sent.map((each) => ({ hash: each.hash, nonce: each.nonce })));
    expect(await main.chain.sentIn(number, to)).toEqual([]);
  });

  it("forgets a block that leaves the chain, with its receipts", async () => {
    const { hash } = await main.send(transfer(1n));
    await mineBlock();
    const before = await main.chain.head();
    expect(await main.chain.blockHash(before.number)).toBe(before.hash);
    expect(await main.chain.blockHash(before.number + 1_000n)).toBeUndefined();
    await main.anvil.request("anvil_reorg", 1, []);
    expect(await main.chain.receipts([hash])).toEqual([undefined]);
    expect(await main.chain.blockHash(before.number)).not.toBe(before.hash);
  });

  it("takes the place of one that waits for the replacement's fee, and not for less than one more", async () => {
    const { nonce } = await main.chain.accountState(from);
    const fee = await main.chain.suggestFee();
    const first = await signed(1n, { nonce, fee });
    expect(await reasonOf(first)).toBe("accepted");
    expect(await reasonOf(first)).toBe("accepted");
    expect(await reasonOf(await signed(2n, { nonce, fee }))).toBe("underpriced");
    const replacement = await signed(3n, { nonce, fee: main.chain.replacementFee(fee, fee) });
    expect(await reasonOf(replacement)).toBe("accepted");
    await mineBlock();
    expect(await main.chain.receipts([first.hash, replacement.hash])).toMatchObject([undefined, { status: "success" }]);
    expect(await reasonOf(await signed(4n, { nonce, fee }))).toBe("nonce-too-low");
  });

  it("takes several in their order, and says of each what became of it", async () => {
    const { nonce } = await main.chain.accountState(from);
    const good = [await signed(1n, { nonce }), await signed(1n, { nonce: nonce + 1 })];
    const poor = sign(
      await main.prepare(transfer(10n ** 30n), {
        nonce: nonce + 2,
        gasLimit: 21_000n,
        fee: await main.chain.suggestFee(),
      }),
      key,
    );
    const outcomes = await main.chain.broadcastAll([...good, poor]);
    expect(outcomes).toMatchObject([{ kind: "accepted" }, { kind: "accepted" }, { reason: "insufficient-funds" }]);
    await mineBlock();
    expect(await main.chain.receipts(good.map(({ hash }) => hash))).toMatchObject([{}, {}]);
  });

  it.each([
    ["an error of the ABI", errors.encodeErrorResult("NotYours", [to, 7n]), `NotYours(${to}, 7)`],
    ["a text", errors.encodeErrorResult("Error", ["closed today"]), "closed today"],
    ["a panic", errors.encodeErrorResult("Panic", [17n]), "Panic(17): arithmetic overflow or underflow"],
    ["an error of another ABI", "0xdeadbeef", undefined],
    ["nothing", "0x", undefined],
  ])("tells why a transaction was reverted: %s", async (_, data, expected) => {
    const deployed = await main.send({ deploy: { bytecode: reject } });
    await mineBlock();
    const [{ contractAddress } = { contractAddress: null }] = await main.chain.receipts([deployed.hash]);
    const call = { to: contractAddress ?? "", abi, function: "act", args: [data] };
    const intent = await main.chain.encode({ call });
    const { hash } = await main.send({ call }, { gasLimit: 100_000n });
    await mineBlock();
    const [receipt] = await main.chain.receipts([hash]);
    if (receipt?.status !== "reverted") expect.fail("it was not reverted");
    expect(await main.chain.revertReason(intent, from, receipt)).toBe(expected);
  });
});
