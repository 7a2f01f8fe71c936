import { getAddress, getBytes, hexlify, keccak256 } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { loadEthers } from "../../../src/chains/ethereum/ethers.ts";
import { payerRequest, senderRequest } from "../../../src/chains/kaia/caver-request.ts";
import { caverProvider, caverWallet } from "../../../src/chains/kaia/index.ts";
import type { Signer } from "../../../src/ports/signer.ts";
import type { SigningRequest } from "../../../src/ports/signing-request.ts";
import { denied } from "../../../src/transactions/policy/refusals.ts";
import { rejectedBy } from "../refused.ts";
import { caverOver, type CaverTransaction, type TestedCaver } from "./caver.ts";
import { contract, from, hex, key, payer, payerKey, person, sceneOf, signerOf } from "./scene.ts";

// What the policy is told of caver's transactions. Budget of the file: 3 s.

const chainId = 7_482;
let caver: TestedCaver;
beforeAll(() => {
  caver = caverOver(caverProvider({ chains: { kaia: sceneOf().chain } }, "kaia"));
});

const ethers = await loadEthers();
const data = `0xa9059cbb${person.slice(2).toLowerCase().padStart(64, "0")}${"9".padStart(64, "0")}`;
const common = { from, gas: "0x7918", gasPrice: "0x5d21dba00", nonce: "0x1", chainId: hex(chainId) };
const { gasPrice, ...rest } = common;
const dynamic = { ...rest, maxFeePerGas: gasPrice, maxPriorityFeePerGas: "0x1" };
const transfer = { to: person, value: "0x5" };
const call = { to: contract, value: "0x5", input: data };
const deployment = { to: "0x", value: "0x0", input: "0x6001", humanReadable: false, codeFormat: "0x0" };

function create(type: string, fields: object): CaverTransaction {
  return (caver.transaction[type] ?? expect.fail(type)).create({ ...fields });
}

/** A signer that keeps what it was told. */
function witness(secret: string): { readonly signer: Signer; readonly told: (SigningRequest | undefined)[] } {
  const inner = signerOf(secret);
  const told: (SigningRequest | undefined)[] = [];
  const signDigest: Signer["signDigest"] = (digest, request) => {
    told.push(request);
    return inner.signDigest(digest, request);
  };
  return { signer: { address: inner.address, signDigest }, told };
}

const intentOf = (kind: string, to: string | null, value: bigint, bytes: string): object => ({
  kind: "transaction",
  chainId,
  intent: { kind, to, value, data: bytes },
});
const token = intentOf("data", contract, 5n, data);

describe("the sender's signature", () => {
  it.each<readonly [string, object, object]>([
    ["legacyTransaction", { ...common, ...transfer }, intentOf("transfer", person, 5n, "0x")],
    ["legacyTransaction", { ...common, ...call }, token],
    [
      "legacyTransaction",
      { ...common, to: "0x", value: "0x0", input: "0x6001" },
      intentOf("deploy", null, 0n, "0x6001"),
    ],
    ["ethereumAccessList", { ...common, ...call }, token],
    ["ethereumDynamicFee", { ...dynamic, ...call }, token],
    ["ethereumDynamicFee", { ...dynamic, ...transfer }, intentOf("transfer", person, 5n, "0x")],
    ["valueTransfer", { ...common, ...transfer }, intentOf("transfer", person, 5n, "0x")],
    ["feeDelegatedValueTransfer", { ...common, ...transfer }, intentOf("transfer", person, 5n, "0x")],
    [
      "feeDelegatedValueTransferWithRatio",
      { ...common, ...transfer, feeRatio: 30 },
      intentOf("transfer", person, 5n, "0x"),
    ],
    ["valueTransferMemo", { ...common, ...transfer, input: "0x6869" }, intentOf("memo", person, 5n, "0x6869")],
    ["feeDelegatedValueTransferMemo", { ...common, ...transfer, input: data }, intentOf("memo", person, 5n, data)],
    ["smartContractExecution", { ...common, ...call }, token],
    ["feeDelegatedSmartContractExecution", { ...common, ...call }, token],
    ["feeDelegatedSmartContractExecutionWithRatio", { ...common, ...call, feeRatio: 99 }, token],
    ["smartContractDeploy", { ...common, ...deployment }, intentOf("deploy", null, 0n, "0x6001")],
    [
      "feeDelegatedSmartContractDeployWithRatio",
      { ...common, ...deployment, feeRatio: 1 },
      intentOf("deploy", null, 0n, "0x6001"),
    ],
    ["cancel", common, intentOf("cancel", from, 0n, "0x")],
    ["feeDelegatedCancelWithRatio", { ...common, feeRatio: 5 }, intentOf("cancel", from, 0n, "0x")],
  ])("of a %s is asked for with what it does", async (type, fields, expected) => {
    const { signer, told } = witness(key);
    await caverWallet([signer]).sign(from, create(type, fields));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject(expected);
  });

  it("names the function of a token's contract", async () => {
    const { signer, told } = witness(key);
    await caverWallet([signer]).sign(from, create("smartContractExecution", { ...common, ...call }));
    expect(told[0]).toMatchObject({
      intent: { function: "transfer(address,uint256)", args: [{ value: person }, { value: "9" }] },
    });
  });

  it("of what is not known is asked for as a digest: an account update gives the account away", async () => {
    const { signer, told } = witness(key);
    const update = create("chainDataAnchoring", { ...common, input: "0xf8" });
    await caverWallet([signer]).sign(from, update);
    expect(told).toEqual([{ kind: "digest" }]);
    const keyUpdate = `0xf83bb5f4200185174876e800825208945ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e8204${"80".repeat(20)}8080`;
    expect(senderRequest(ethers, getBytes(keyUpdate))).toEqual({ kind: "digest" });
  });

  it("is not asked for where the bytes are a fee payer's, or none at all", () => {
    const delegated = create("feeDelegatedValueTransfer", { ...common, ...transfer, feePayer: payer });
    const forPayer = getBytes(delegated.getRLPEncodingForFeePayerSignature?.() ?? "0x");
    const forSender = getBytes(delegated.getRLPEncodingForSignature());
    expect(senderRequest(ethers, forPayer)).toEqual({ kind: "digest" });
    expect(payerRequest(forSender)).toEqual({ kind: "digest" });
    for (const bytes of ["0x", "0xc0", "0x01", "0x02c0", "0x05c0", "0x1901", "0xc4c0808080", "0xf8"])
      expect(senderRequest(ethers, getBytes(bytes)), bytes).toEqual({ kind: "digest" });
    for (const bytes of ["0x", "0xc0", "0xc580808080", "0xc58080808080"])
      expect(payerRequest(getBytes(bytes)), bytes).toEqual({ kind: "digest" });
  });
});

describe("the fee payer's signature", () => {
  const whole = 0x7918n * 25_000_000_000n;
  it.each<readonly [string, object, bigint]>([
    ["feeDelegatedValueTransfer", transfer, whole],
    ["feeDelegatedValueTransferWithRatio", { ...transfer, feeRatio: 30 }, (whole * 30n) / 100n],
    ["feeDelegatedValueTransferMemoWithRatio", { ...transfer, input: "0x6869", feeRatio: 99 }, (whole * 99n) / 100n],
    ["feeDelegatedSmartContractExecution", call, whole],
    ["feeDelegatedSmartContractExecutionWithRatio", { ...call, feeRatio: 1 }, whole / 100n],
    ["feeDelegatedSmartContractDeployWithRatio", { ...deployment, feeRatio: 50 }, whole / 2n],
    ["feeDelegatedCancel", {}, whole],
    ["feeDelegatedCancelWithRatio", { feeRatio: 10 }, whole / 10n],
    ["feeDelegatedChainDataAnchoringWithRatio", { input: "0xf8", feeRatio: 10 }, whole / 10n],
  ])("of a %s is asked for with the most that it can cost", async (type, fields, maxFee) => {
    const { signer, told } = witness(payerKey);
    const price = hex(25_000_000_000n);
    const made = create(type, { ...common, gasPrice: price, ...fields, feePayer: payer });
    await caverWallet([signer]).signAsFeePayer(payer, made);
    expect(told).toEqual([{ kind: "fee", chainId, from: getAddress(from), maxFee }]);
  });
});

it("what is told is of the bytes that get signed, and a refusal leaves the transaction unsigned", async () => {
  const seen: string[] = [];
  const refuse: Signer["signDigest"] = (digest) => {
    seen.push(hexlify(digest));
    return Promise.reject(denied("small", "forbids it"));
  };
  const wallet = caverWallet([{ address: from, signDigest: refuse }]);
  const made = create("valueTransfer", { ...common, ...transfer });
  const error = await rejectedBy(wallet.sign(from, made), "ERR_POLICY_DENIED");
  expect(error.context).toEqual({ rule: "small" });
  expect(seen).toEqual([keccak256(made.getRLPEncodingForSignature())]);
});
