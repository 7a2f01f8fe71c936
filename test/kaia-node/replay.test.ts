import { parseEther } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { ask, comparable } from "./answers.ts";
import { recoverEthereumSender } from "./authenticate.ts";
import { decodeEthereumTransaction, decodeTransaction } from "./decode.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recorded, recording, recordings } from "./recordings.ts";
import { vectors } from "./vectors.ts";

// Budget: 40 s, most of it for 50 transactions on a node of its own.

let node: KaiaNode;

beforeAll(async () => {
  node = await startKaiaNode({ allowAnchoring: true, senderTxHashIndexing: true });
  const funded = new Set(
    vectors.flatMap(({ raw, method, error }) => {
      const transaction = method.startsWith("eth_") ? decodeEthereumTransaction(raw) : decodeTransaction(raw);
      // The one whose new key signs for an address that owns nothing.
      if (error?.startsWith("insufficient funds") === true) return [];
      return [transaction.from ?? recoverEthereumSender(transaction) ?? "", transaction.feePayer ?? ""].filter(Boolean);
    }),
  );
  for (const address of funded) await node.setBalance(address, parseEther("1000"));
  // The recorded account that gave the authorization.
  await node.setBalance("0x8B17043Da996D043ceCA2D58566B7053d81DF176", parseEther("1000"));
});

afterAll(() => node.stop());

describe("every vector, in the node's order", () => {
  it.each(vectors.filter(({ name }) => name !== "chainDataAnchoring.onEN"))("$name", async (vector) => {
    const answer = await ask(node, vector.method, [vector.raw]);
    if (!vector.accepted) {
      expect(answer).toEqual({ error: { code: -32_000, message: vector.error, data: undefined } });
      return;
    }
    expect(answer).toEqual({ result: vector.hash });
    expect(await node.request("kaia_getTransactionReceipt", vector.hash)).toMatchObject(vector.receipt);
  });
});

const ofVectors = recordings.filter(
  ({ name, params }) => /^(tx|ethers)\./.test(name) && vectors.some(({ hash }) => hash === params[0]),
);

describe("what the node showed of each transaction", () => {
  it("is recorded four times for each of the 40 accepted", () => {
    expect(ofVectors).toHaveLength(160);
  });

  it.each(ofVectors)("$name", async ({ method, params, result }) => {
    expect(comparable(await node.request(method, ...params))).toEqual(comparable(result));
  });
});

describe("what the node showed of accounts afterwards", () => {
  it.each(recorded(/^(accountKey|senderTxHash)\.|^7702\.(code|accountKey|isContractAccount)$|^account\.absent$/))(
    "$name",
    async ({ method, params, result }) => {
      expect(comparable(await node.request(method, ...params))).toEqual(comparable(result));
    },
  );

  it.each(recorded(/^account\.(updated|contract)$|^7702\.account$/))("$name but for its balance", async (each) => {
    const answer = await node.request(each.method, ...each.params);
    expect(withoutBalance(answer)).toEqual(withoutBalance(each.result));
  });

  it("leaves a delegated account one transaction in flight, and no gap", async () => {
    node.setMining("manual");
    for (const name of ["7702.delegated.second", "7702.delegated.first", "7702.delegated.inflight2"]) {
      const { method, params, result, error } = recording(name);
      expect(await ask(node, method, params), name).toEqual(error === undefined ? { result } : { error });
    }
    node.setMining("instant");
  });
});

function withoutBalance(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value["account"])) return value;
  const { balance: _, ...account } = value["account"];
  return { ...value, account };
}

describe("blocks of those transactions", () => {
  const hash = vectors.find(({ name }) => name === "feeDelegatedValueTransfer")?.hash ?? "";
  const blockNumber = async (): Promise<unknown> => {
    const receipt = await node.request("eth_getTransactionReceipt", hash);
    return isRecord(receipt) ? receipt["blockNumber"] : undefined;
  };

  it.each(recorded(/^blockReceipts\.|^rewards\.txblock$/))("$name", async ({ method, params, result }) => {
    const asked = [await blockNumber(), ...params.slice(1)];
    expect(comparable(await node.request(method, ...asked))).toEqual(comparable(result));
  });

  it("hold them in full when asked", async () => {
    const { result } = recording("block.full.eth");
    const block = await node.request("eth_getBlockByNumber", await blockNumber(), true);
    const transactions = (value: unknown): unknown => (isRecord(value) ? comparable(value["transactions"]) : undefined);
    expect(transactions(block)).toEqual(transactions(result));
  });
});

describe("a node that does not allow anchoring", () => {
  it("refuses it", async () => {
    const vector = vectors.find(({ name }) => name === "chainDataAnchoring.onEN");
    const plain = await startKaiaNode();
    const answer = await ask(plain, "kaia_sendRawTransaction", [vector?.raw]);
    await plain.stop();
    expect(answer.error?.message).toBe(vector?.error);
  });
});
