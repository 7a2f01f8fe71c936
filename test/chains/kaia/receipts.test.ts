import { describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { parseReceipt } from "../../../src/chains/kaia/receipts.ts";
import { isRecord } from "../../../scripts/guards.ts";
import { recorded } from "../../kaia-node/recordings.ts";
import { rejectedBy, refusedBy } from "../refused.ts";
import { type Answer, trouble } from "../scripted-node.ts";
import { chainId, contract, payer, scriptedKaia } from "./scene.ts";
import { bytes } from "./written.ts";

// Budget of the file: 3 s.

const hash = `0x${"ab".repeat(32)}` as const;
const blockHash = `0x${"cd".repeat(32)}` as const;
const mined = {
  transactionHash: hash,
  blockHash,
  blockNumber: "0x7",
  status: "0x1",
  gasUsed: "0x5208",
  gasPrice: "0x64",
  effectiveGasPrice: "0x64",
  to: payer.toLowerCase(),
  contractAddress: null,
  typeInt: 8,
};
const delegated = { ...mined, typeInt: 9, feePayer: payer.toLowerCase() };

const of = (changes: object): ReturnType<typeof parseReceipt> => parseReceipt(hash, { ...mined, ...changes });

describe("a receipt", () => {
  it("tells what the sender paid", () => {
    expect(of({})).toEqual({
      hash,
      status: "success",
      blockNumber: 7n,
      blockHash,
      gasUsed: 21_000n,
      fee: 2_100_000n,
      contractAddress: null,
    });
  });

  it("tells what each paid: the fee payer all, or its part without the odd kei", () => {
    expect(of({ ...delegated })).toMatchObject({ fee: 0n, feePayer: { address: payer, fee: 2_100_000n } });
    const odd = { ...delegated, gasUsed: "0x7", effectiveGasPrice: "0x1", feeRatio: "0x1e" };
    expect(of(odd)).toMatchObject({ fee: 5n, feePayer: { address: payer, fee: 2n } });
    expect(of({ ...delegated, feeRatio: "0x63" })).toMatchObject({
      fee: 21_000n,
      feePayer: { address: payer, fee: 2_079_000n },
    });
  });

  it("is paid at the effective price, or at the transaction's own where the node shows no other", () => {
    expect(of({ effectiveGasPrice: "0x1" }).fee).toBe(21_000n);
    expect(of({ effectiveGasPrice: undefined }).fee).toBe(2_100_000n);
  });

  it.each([
    ["0x2", "the virtual machine failed"],
    ["0x3", "call depth"],
    ["0x4", "address collision"],
    ["0x5", "out of gas while storing the code"],
    ["0x6", "code too large"],
    ["0x7", "out of gas"],
    ["0x8", "write protection"],
    ["0x9", "reverted"],
    ["0xa", "computation cost limit"],
    ["0x1d", "failed"],
    ["__proto__", "failed"],
    [undefined, "failed"],
    [9, "failed"],
  ])("of a failure with txError %s says: %s", (txError, failure) => {
    const failed = of({ status: "0x0", txError });
    expect(failed).toMatchObject({ status: "reverted", failure, contractAddress: null });
  });

  it("of a success has no failure", () => {
    expect(of({ txError: "0x9" })).not.toHaveProperty("failure");
  });

  it.each([0x28, 0x29, 0x2a])("of the deploying type %i shows the contract", (typeInt) => {
    const deployed = { typeInt, contractAddress: contract.toLowerCase() };
    expect(of(deployed).contractAddress).toBe(contract);
    expect(of({ ...deployed, status: "0x0" }).contractAddress).toBeNull();
  });

  it.each([0, 0x7801, 0x7802, 0x7804])("of Ethereum's type %i shows the contract where nobody is called", (typeInt) => {
    const shown = { typeInt, contractAddress: contract.toLowerCase() };
    expect(of({ ...shown, to: null }).contractAddress).toBe(contract);
    expect(of(shown).contractAddress).toBeNull();
  });

  it.each([0x08, 0x10, 0x20, 0x21, 0x22, 0x30, 0x38, 0x39, 0x3a, 0x48, undefined, "0x28"])(
    "of type %s, which deploys nothing, shows no contract although the node does",
    (typeInt) => {
      expect(of({ typeInt, to: null, contractAddress: contract.toLowerCase() }).contractAddress).toBeNull();
    },
  );

  it.each<readonly [string, unknown]>([
    ["text", "mined"],
    ["a list", [mined]],
    ["of another transaction", { ...mined, transactionHash: blockHash }],
    ["of no transaction", { ...mined, transactionHash: undefined }],
    ["with a block hash of 31 bytes", { ...mined, blockHash: blockHash.slice(2) }],
    ["with a status of true", { ...mined, status: true }],
    ["with a status of 2", { ...mined, status: "0x2" }],
    ["without a status", { ...mined, status: undefined }],
    ["with gas as a number", { ...mined, gasUsed: 21_000 }],
    ["without gas", { ...mined, gasUsed: undefined }],
    ["without a price", { ...mined, gasPrice: undefined, effectiveGasPrice: undefined }],
    ["with a block of text", { ...mined, blockNumber: "latest" }],
    ["with a fee payer of text", { ...delegated, feePayer: "somebody" }],
    ["with a fee payer of 19 bytes", { ...delegated, feePayer: payer.slice(0, -2) }],
    ["with a ratio of 0", { ...delegated, feeRatio: "0x0" }],
    ["with a ratio of 100", { ...delegated, feeRatio: "0x64" }],
    ["with a ratio as a number", { ...delegated, feeRatio: 30 }],
    ["with a contract of text", { ...mined, typeInt: 0x28, contractAddress: "here" }],
  ])("is refused: %s", (_, receipt) => {
    const error = refusedBy(() => parseReceipt(hash, receipt), "ERR_RPC_BAD_RESPONSE");
    expect(error.context).toMatchObject({ fault: "node" });
  });
});

describe("a receipt of a real node", () => {
  const all = recorded(/kaia_getTransactionReceipt$|^fail\..*\.kaia$|^kaiaSend\.0x7802\.receipt$/).filter(
    ({ result }) => isRecord(result) && result["transactionHash"] !== undefined,
  );

  it.each(all.map(({ name, result }) => [name, result] as const))("%s is read, to the kei", (_, result) => {
    if (!isRecord(result)) return expect.fail("no receipt");
    const { transactionHash, gasUsed, effectiveGasPrice, status, typeInt, type, feePayer, feeRatio } = result;
    const read = parseReceipt(bytes(String(transactionHash)), result);
    const fee = BigInt(String(gasUsed)) * BigInt(String(effectiveGasPrice));
    expect(read.fee + (read.feePayer?.fee ?? 0n)).toBe(fee);
    expect(read.feePayer?.address.toLowerCase()).toBe(feePayer);
    const ofPayer =
      feePayer === undefined ? undefined : (fee * BigInt(typeof feeRatio === "string" ? feeRatio : 100)) / 100n;
    expect(read.feePayer?.fee).toBe(ofPayer);
    expect(read.status).toBe(status === "0x1" ? "success" : "reverted");
    const isDeployment = String(type).includes("Deploy") || (typeInt === 0x7802 && result["to"] === null);
    const shown = isDeployment && status === "0x1" ? result["contractAddress"] : undefined;
    expect(read.contractAddress?.toLowerCase()).toBe(shown);
  });

  it("is there for many types, failures among them", () => {
    expect(all.length).toBeGreaterThan(40);
    const failures = all.filter(({ result }) => isRecord(result) && result["status"] === "0x0");
    expect(failures.length).toBeGreaterThan(4);
  });
});

describe("waiting for a receipt", () => {
  const wait = (answer: Answer, timeoutMs = 0) => {
    const node = scriptedKaia({ kaia_getTransactionReceipt: answer });
    const chain = kaia({ name: "kaia", chainId, transport: node });
    return { node, receipt: chain.waitForReceipt(hash, { timeoutMs }) };
  };

  it.each([null, undefined, { ...mined, blockHash: null }, { ...mined, blockHash: undefined }])(
    "goes on while there is none: %j",
    async (answer) => {
      const error = await rejectedBy(wait(answer).receipt, "ERR_CHAIN_RECEIPT_TIMEOUT");
      expect(error.context).toMatchObject({ hash });
    },
  );

  it("asks until it is there, through the node's troubles", async () => {
    const answers: Answer[] = [null, "trouble", { ...mined, blockHash: null }, delegated];
    const { node, receipt } = wait(() => {
      const answer = answers.shift();
      if (answer === "trouble") throw trouble("ERR_RPC_TIMEOUT");
      return answer;
    }, 60_000);
    expect(await receipt).toMatchObject({ hash, feePayer: { address: payer } });
    expect(node.asked.at(-1)).toEqual({ method: "kaia_getTransactionReceipt", params: [hash] });
    expect(node.asked).toHaveLength(4);
  });

  it("ends with what is no receipt, and with a refusal", async () => {
    await rejectedBy(wait("mined").receipt, "ERR_RPC_BAD_RESPONSE");
    await rejectedBy(wait(() => Promise.reject(trouble("ERR_RPC_REJECTED"))).receipt, "ERR_RPC_REJECTED");
  });
});
