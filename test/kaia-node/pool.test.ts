import { parseEther, type TransactionLike, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { ask, comparable } from "./answers.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recorded, type Recording, recording } from "./recordings.ts";

// Budget: 20 s. The recorded requests in their order, on a pool that is mined by hand.

const sender = "0xb11A98B6460980ED49E2a837B835a29951d2b039";
const feePayer = "0x84c84969285a2b7273afc1be906fcd3f67bcb7ce";

let node: KaiaNode;

beforeAll(async () => {
  node = await startKaiaNode({ mining: "manual", txpool: true });
  await node.setBalance(sender, parseEther("1000"));
  await node.setBalance(feePayer, parseEther("1000"));
});

afterAll(() => node.stop());

/** Asks what was asked, and expects what was answered. */
async function repeat(each: Recording): Promise<void> {
  const { name, method, params, result, error } = each;
  const answer = await ask(node, method, params);
  expect(comparable(answer), name).toEqual(comparable(error === undefined ? { result } : { error }));
}

describe("the pool, in the recorded order", () => {
  it("takes a transaction once, and knows it until it is mined", async () => {
    await repeat(recording("err.first.ok"));
    await repeat(recording("err.duplicate.pending"));
    await node.mine();
    await repeat(recording("err.duplicate.mined"));
    await repeat(recording("err.nonceTooLow"));
    await repeat(recording("err.nonceTooLow.kaia"));
  });

  it("queues what waits behind a gap, and does not count it", async () => {
    await repeat(recording("err.nonceTooHigh.queued"));
    await repeat(recording("err.nonceTooHigh.pendingCount"));
    await repeat(recording("err.nonceTooHigh.txByHash"));
    await repeat(recording("err.nonceTooHigh.txByHash.kaia"));
    expect(await node.request("txpool_status")).toEqual({ pending: "0x0", queued: "0x1" });
    expect(ofSender(await node.request("txpool_content"))).toEqual(
      ofSender(recording("err.nonceTooHigh.txpool").result),
    );
  });

  it("replaces for one kei more across types, by a cancel at any price, and for nothing less", async () => {
    for (const each of recorded(
      /^repl\.queue\.(samePrice|plus1wei|lower|kaiaType\.higher|kaiaType\.lower|cancel\.lower)$/,
    )) {
      await repeat(each);
    }
    expect(ofSender(await node.request("txpool_content"))).toEqual(ofSender(recording("repl.queue.after").result));
    await repeat(recording("repl.queue.overCancel"));
    const replaced = recording("repl.queue.plus1wei").result;
    expect(await node.request("eth_getTransactionByHash", replaced)).toBeNull();
    expect(await node.request("eth_getTransactionReceipt", replaced)).toBeNull();
  });

  const whole = ({ params }: Recording): boolean => !JSON.stringify(params).includes("…");
  const pattern =
    /^err\.(insufficientFunds|belowBaseFee|tipAboveCap|zeroPrice|intrinsicGas|floorDataGas|gasTooHigh|chainId|sig|fd|feeRatio|raw)/;
  it.each(recorded(pattern).filter(whole))("refuses $name", repeat);

  it("does not know Ethereum's cap of gas", () => repeat(recording("err.gas.2^24+1.insufficient?")));

  it("refuses what is over 128 KiB, and what deploys too much code", async () => {
    const wallet = Wallet.createRandom();
    const send = async (bytes: number, more: TransactionLike): Promise<unknown> => {
      const fields = { chainId: 7_482, type: 2, maxFeePerGas: 50_000_000_000n, gasLimit: 5_000_000n, ...more };
      const raw = await wallet.signTransaction({ ...fields, data: `0x${"00".repeat(bytes)}` });
      return (await ask(node, "eth_sendRawTransaction", [raw])).error?.message;
    };
    expect(await send(131_000, { to: sender })).toBe(recording("err.oversized").error?.message);
    // Small enough, so the next check refuses it.
    expect(await send(130_900, { to: sender })).toBe(recording("err.insufficientFunds.zeroBal").error?.message);
    expect(await send(49_153, {})).toBe(recording("err.initcode.tooBig").error?.message);
  });

  it("drops a transaction without a word when told to", async () => {
    const { result } = recording("repl.queue.overCancel");
    node.drop(String(result));
    expect(await node.request("eth_getTransactionByHash", result)).toBeNull();
  });
});

describe("the routes", () => {
  const user = "0x984c7798f55ede08d8a6c78ffc964bf0c65924f5";
  const payer = "0x6afc634e9bc18b59c31a47083df0f6f8693e09c5";
  const envelopeUser = "0xef9474d7941893085ff5fa983f7c778350b91237";

  beforeAll(async () => {
    for (const address of [user, payer, envelopeUser]) await node.setBalance(address, parseEther("10"));
  });

  it("are eth_ for Ethereum's types and kaia_ for Kaia's, and the ratio splits the fee", async () => {
    const later = recorded(/^(b\.first|fd\.viaEthSend|fd\.viaKaiaSend|fdr\.send)$/).filter(
      ({ params }) => !String(params[0]).includes("b11a98b6460980ed49e2a837b835a29951d2b039"),
    );
    expect(later).toHaveLength(4);
    for (const each of later) await repeat(each);
    await node.mine();

    const gas = 50_000_000_000n;
    // A transfer at the base fee, a delegated one, and one whose fee payer has 30 %.
    const paidByPayer = 31_000n * gas + (36_000n * gas * 30n) / 100n;
    const paidByUser = 21_000n * (gas / 2n) + 36_000n * gas - (36_000n * gas * 30n) / 100n;
    expect(await balance(payer)).toBe(parseEther("10") - paidByPayer);
    // Each of the three moved one kei.
    expect(await balance(user)).toBe(parseEther("10") - paidByUser - 3n);
  });

  it("want Ethereum's types in an envelope through kaia_, and without it through eth_", async () => {
    for (const each of recorded(
      /^(kaiaSend\.0x02|kaiaSend\.0x7802|ethSend\.0x7802|kaiaSend\.0x7801|kaiaSend\.legacy)$/,
    )) {
      await repeat(each);
    }
    await node.mine();
    await repeat(recording("kaiaSend.0x7802.receipt"));
  });
});

async function balance(address: string): Promise<bigint> {
  return BigInt(String(await node.request("eth_getBalance", address, "latest")));
}

/** What `txpool_content` has of the sender. */
function ofSender(content: unknown): unknown {
  const queued = isRecord(content) ? content["queued"] : undefined;
  return isRecord(queued) ? comparable(queued[sender]) : undefined;
}
