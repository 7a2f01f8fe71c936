import { Contract, JsonRpcProvider, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import type { EthersSigner } from "../../../src/chains/evm/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { ethersErrorBy } from "./ethers-parts.ts";
import { deployBook, type EthersScene, mined, startScene } from "./ethers-scene.ts";

// Budget of the file: 10 s, the node's start included.

const abi = [...guestBook.abi];
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const key = "49".repeat(32);

let scene: EthersScene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.stop());

const shown = ["code", "shortMessage", "reason", "data", "revert", "action", "transaction"];

/** What other people's code reads of an error. */
function parts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error };
  return Object.fromEntries(shown.map((name): [string, unknown] => [name, Reflect.get(error, name)]));
}

describe("errors are those of ethers' own provider and Wallet:", () => {
  type Attempt = (by: EthersSigner | Wallet, book: Contract) => Promise<unknown>;
  const poor = { to, value: 1n, gasLimit: 21_000n };
  const attempts: readonly (readonly [string, Attempt])[] = [
    ["NONCE_EXPIRED", (by) => by.sendTransaction({ to, nonce: 0 })],
    ["INSUFFICIENT_FUNDS", (by) => by.sendTransaction({ ...poor, value: 10n ** 30n })],
    ["CALL_EXCEPTION", (_, book) => book.getFunction("sign").staticCall("")],
    ["CALL_EXCEPTION", (_, book) => book.getFunction("sign").send("")],
    ["CALL_EXCEPTION", (_, book) => book.getFunction("sign").estimateGas("x".repeat(300))],
    ["CALL_EXCEPTION", (by) => by.sendTransaction({ data: "0xfe", gasLimit: 60_000n }).then((sent) => sent.wait())],
    ["CALL_EXCEPTION", (by) => by.call({ data: "0xfe" })],
    ["UNKNOWN_ERROR", (by) => by.sendTransaction({ ...poor, gasLimit: 1n })],
    ["BAD_DATA", (by) => new Contract(to, abi, by).getFunction("count").staticCall()],
  ];

  it.each(attempts)("%s", async (code, attempt) => {
    const theirs = new Wallet(
      `0x${key}`,
      new JsonRpcProvider(scene.anvil.url, scene.anvil.chainId, { staticNetwork: true, cacheTimeout: -1 }),
    );
    const ours = await scene.signerOf(key);
    const address = await (await deployBook(scene.signer)).getAddress();
    // From the same nonce.
    await mined(ours, { to });
    const state = await scene.anvil.request("evm_snapshot");
    const error = await thrownBy(() => attempt(ours, new Contract(address, abi, ours)));
    await scene.anvil.request("evm_revert", state);
    const expected = await thrownBy(() => attempt(theirs, new Contract(address, abi, theirs)));
    await scene.anvil.request("evm_revert", state);
    theirs.provider?.destroy();
    expect(error).toMatchObject({ code });
    expect(parts(error)).toEqual(parts(expected));
  });

  it("REPLACEMENT_UNDERPRICED, and TRANSACTION_REPLACED for whoever waits", async () => {
    await scene.anvil.request("evm_setAutomine", false);
    const first = await scene.signer.sendTransaction({ to, value: 1n });
    const { nonce, maxFeePerGas, maxPriorityFeePerGas } = first;
    await ethersErrorBy(
      scene.signer.sendTransaction({ to, value: 2n, nonce, maxFeePerGas, maxPriorityFeePerGas }),
      "REPLACEMENT_UNDERPRICED",
    );
    const waiting = first.wait().catch((error: unknown) => error);
    const fees = { maxFeePerGas: 2n * (maxFeePerGas ?? 0n), maxPriorityFeePerGas: 2n * (maxPriorityFeePerGas ?? 0n) };
    const second = await scene.signer.sendTransaction({ to, value: 2n, nonce, ...fees });
    await scene.anvil.request("evm_setIntervalMining", 1);
    expect(await waiting).toMatchObject({ code: "TRANSACTION_REPLACED", hash: second.hash });
  });
});
