import { parseEther } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./answers.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recorded, type Recording, shapeOf } from "./recordings.ts";

// Budget: 15 s.

let node: KaiaNode;

beforeAll(async () => {
  node = await startKaiaNode({ senderTxHashIndexing: true, txpool: true });
  await node.setBalance("0x80432Bbb6bB386619F107b0d9B8ca492C58eae1c", parseEther("1000"));
  await node.mine(80);
});

afterAll(() => node.stop());

/** The same error, or an answer of the same shape. */
async function expectShape({ name, method, params, result, error }: Recording, renamed = method): Promise<void> {
  const answer = await ask(node, renamed, params);
  if (error === undefined) {
    expect({ name, ...answer, result: shapeOf(answer.result) }).toEqual({ name, result: shapeOf(result) });
  } else {
    const message = String(error.message).replace(method, renamed);
    expect({ name, ...answer }).toEqual({ name, error: { ...error, message } });
  }
}

/** What stays the same from chain to chain, to the letter. */
const fixed =
  /^ns\.\w+\.(chainI[dD]|gasPrice|maxPriorityFeePerGas|(upper|lower)BoundGasPrice|getCode|syncing|accounts|protocolVersion|nodeAddress|getCouncil(Size)?|getCommittee(Size)?|getParams|getChainConfig|forkStatus|config|clientVersion|blobBaseFee|pendingTransactions|coinbase|etherbase|mining|hashrate|estimateGas|estimateComputationCost|call|createAccessList|getBlockReceipts|accountCreated|isContractAccount|getAccountKey|getTransactionCount|isSenderTxHashIndexingEnabled|getActiveAddressFromRegistry|getAllRecordsFromRegistry|getRewards|getUncleCountByBlockNumber)$/;

describe("each namespace", () => {
  const all = recorded(/^ns\./);

  it.each(all)("answers $method in the recorded shape", (each) => expectShape(each));

  it.each(all.filter(({ name, error }) => fixed.test(name) && error === undefined))(
    "answers $method as recorded",
    async ({ method, params, result }) => {
      expect(await node.request(method, ...params)).toEqual(result);
    },
  );

  it.each(all.filter(({ name }) => name.startsWith("ns.kaia.")))("takes klay_ for kaia_: $method", (each) =>
    expectShape(each, each.method.replace("kaia_", "klay_")),
  );
});

describe("each block tag", () => {
  it.each(recorded(/^tag\./))("answers $method in the recorded shape: $name", (each) => expectShape(each));

  it("names the same block but for earliest, and pending has no hash", async () => {
    const at = (tag: string): Promise<unknown> => node.request("eth_getBlockByNumber", tag, false);
    const latest = await at("latest");
    expect(await at("safe")).toEqual(latest);
    expect(await at("finalized")).toEqual(latest);
    expect(await at("pending")).toEqual(Object.assign({}, latest, { hash: null, miner: null, nonce: null }));
  });
});

describe("the other namespaces", () => {
  it.each(recorded(/^node\.(net_|web3_)/))("$method", async ({ method, params, result }) => {
    expect(await node.request(method, ...params)).toEqual(result);
  });

  it.each(recorded(/^node\.txpool_|^rpc\.|^second\.eth_getBalance (bad|no)/))("$name: $method", (each) =>
    expectShape(each),
  );

  it.each(recorded(/^en2\.(?!fasthttp)/))("are as closed as on a node with defaults: $method", async (each) => {
    const plain = await closedNode();
    const answer = await ask(plain, each.method, each.params);
    if (each.error === undefined) expect(shapeOf(answer.result)).toEqual(shapeOf(each.result));
    else expect(answer).toEqual({ error: each.error });
  });
});

let closed: Promise<KaiaNode> | undefined;

function closedNode(): Promise<KaiaNode> {
  closed ??= startKaiaNode();
  return closed;
}

afterAll(async () => {
  await (await closed)?.stop();
});
