import { parseEther } from "ethers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./answers.ts";
import { recoverEthereumSender } from "./authenticate.ts";
import { decodeEthereumTransaction, decodeTransaction } from "./decode.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { vectors } from "./vectors.ts";

// Budget: 30 s.

let node: KaiaNode;

beforeAll(async () => {
  node = await startKaiaNode({ mining: "manual", allowAnchoring: true });
});

afterAll(() => node.stop());

/** Each type once, by the vector of the plain name; the rest differ from these in nothing that a signature covers. */
const plain = vectors.filter(
  ({ name, accepted }) => accepted && !/^(multisig|role|accountUpdate\.public)|roleFeePayer/.test(name),
);

describe("a transaction with one bit changed", () => {
  it.each(plain)("is refused, and without accepted: $name", async ({ raw, method, hash }) => {
    const transaction = method.startsWith("eth_") ? decodeEthereumTransaction(raw) : decodeTransaction(raw);
    const sender = transaction.from ?? recoverEthereumSender(transaction) ?? "";
    for (const address of [sender, transaction.feePayer ?? sender]) await node.setBalance(address, parseEther("100"));
    await node.setNonce(sender, transaction.nonce);
    if (transaction.kind.action === "smartContractExecution") await node.setCode(transaction.to ?? "", "0x00");

    const bits = (raw.length - 2) * 4;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bits - 1 }), async (bit) => {
        const altered = BigInt(raw) ^ (1n << BigInt(bit));
        const bytes = `0x${altered.toString(16).padStart(raw.length - 2, "0")}`;
        const answer = await ask(node, method, [bytes]);
        expect(answer).toMatchObject({ error: { code: -32_000 } });
      }),
      { numRuns: 12 },
    );
    expect(await ask(node, method, [raw])).toEqual({ result: hash });
    node.drop(hash);
  });
});
