import { inspect } from "node:util";
import { encodeRlp } from "ethers";
import { describe, expect, it, vi } from "vitest";
import { caverWallet } from "../../../src/chains/kaia/index.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { thrownBy } from "../../harness/errors.ts";
import { rejectedBy } from "../refused.ts";
import { trouble } from "../scripted-node.ts";
import { from, key, payer, payerKey, person, sceneOf, signerOf, signWith } from "./scene.ts";

// caver's messages quote what they were given, keys as well. Here it throws at every step, with a canary. Budget of the file: 3 s.

const canary = "canary-8f41c2";
const stages = ["create", "forSender", "forPayer", "sign", "signAsPayer", "encode"] as const;

const broken = vi.hoisted(() => {
  const state = { stage: "", returned: "0x" };
  const step = (stage: string) => {
    if (state.stage === stage) throw new Error(`Invalid value canary-8f41c2 in ${stage}`);
    return state.returned;
  };
  const transaction = {
    getRLPEncodingForSignature: () => step("forSender"),
    getRLPEncodingForFeePayerSignature: () => step("forPayer"),
    set signatures(_: unknown) {
      step("sign");
    },
    set feePayerSignatures(_: unknown) {
      step("signAsPayer");
    },
    getRLPEncoding: () => step("encode"),
  };
  const create = () => {
    step("create");
    return transaction;
  };
  return { state, caver: { transaction: new Proxy({}, { get: () => ({ create }) }) } };
});

vi.mock("caver-js", () => ({
  default: function Caver() {
    return broken.caver;
  },
}));

/** What a sender signs of a transaction of this type. */
function encodedAs(type: string, to = person.toLowerCase()): string {
  const fields = [type, "0x", "0x05", "0x7918", to, "0x01", from.toLowerCase()];
  return encodeRlp([encodeRlp(fields), "0x1d3a", "0x", "0x"]);
}

const encoded = encodedAs("0x09");
const transfer = { transfer: { to: person, value: 1n } };
const feePayer = signerOf(payerKey);

function expectNoCanary(error: unknown): void {
  const { stack } = error instanceof Error ? error : {};
  const shown = [JSON.stringify(error), String(error), String(stack), inspect(error, { depth: 9, showHidden: true })];
  for (const text of shown) expect(text).not.toContain(canary);
}

async function attempt(stage: string, returned = encoded): Promise<unknown> {
  Object.assign(broken.state, { stage, returned });
  const printed = (["log", "warn", "error"] as const).map((method) => vi.spyOn(console, method));
  const error = await thrownBy(async () => {
    const { prepare } = sceneOf();
    const prepared = await prepare(transfer, { feePayer });
    prepared.assemble(signWith(key, prepared.digest), signWith(payerKey, prepared.digest));
  });
  for (const spy of printed) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
  return error;
}

describe("whatever caver throws while a transaction is written", () => {
  it.each(stages)("in %s becomes the fault alone", async (stage) => {
    const error = await attempt(stage);
    expect(isLatchkeyError(error, "ERR_CHAIN_INTENT_INVALID")).toBe(true);
    expect(String(error)).toContain("Nothing was signed or sent");
    expect(error).not.toHaveProperty("cause");
    expectNoCanary(error);
  });

  it.each([
    ["another type", encodedAs("0x31")],
    ["a destination of 19 bytes", encodedAs("0x09", person.toLowerCase().slice(0, -2))],
    ["a destination of 21 bytes", encodedAs("0x09", `${person.toLowerCase()}00`)],
    ["a type of two bytes", encodedAs("0x0909")],
    ["two lists", `${encoded}c0`],
    ["no list", "0x83010203"],
    ["a list of nothing", "0xc0"],
    ["a list in a list", "0xc4c3010203"],
    ["text", canary],
    ["half a byte", "0x0"],
    ["nothing", "0x"],
  ])("what it returns is looked at before it is signed: %s", async (_, returned) => {
    const error = await attempt("", returned);
    expect(isLatchkeyError(error, "ERR_CHAIN_INTENT_INVALID")).toBe(true);
    expect(String(error)).toContain("Nothing was signed");
    expectNoCanary(error);
  });

  it("nothing is thrown where it works, so that the faults above are its own", async () => {
    Object.assign(broken.state, { stage: "", returned: encoded });
    const prepared = await sceneOf().prepare(transfer, { feePayer });
    expect(prepared.to).toBe(person);
  });
});

describe("whatever caver throws in a wallet's hands", () => {
  type Step = "fillTransaction" | "getRLPEncodingForSignature" | "getRLPEncodingForFeePayerSignature" | "append";
  const transactionThat = (step: Step | undefined, thrown: unknown = new Error(`Invalid ${canary}`)) => {
    const at = (here: Step): string => {
      if (here === step) throw thrown;
      return encoded;
    };
    return {
      type: "TxTypeFeeDelegatedValueTransfer",
      chainId: "0x1d3a",
      from: from.toLowerCase(),
      feePayer: payer.toLowerCase(),
      fillTransaction: () => Promise.resolve().then(() => void at("fillTransaction")),
      getRLPEncodingForSignature: () => at("getRLPEncodingForSignature"),
      getRLPEncodingForFeePayerSignature: () => at("getRLPEncodingForFeePayerSignature"),
      appendSignatures: () => void at("append"),
      appendFeePayerSignatures: () => void at("append"),
    };
  };
  const wallet = caverWallet([signerOf(key), feePayer]);

  it.each<readonly ["sign" | "signAsFeePayer", Step, ErrorCode]>([
    ["sign", "fillTransaction", "ERR_RPC_REJECTED"],
    ["sign", "getRLPEncodingForSignature", "ERR_CHAIN_INTENT_INVALID"],
    ["sign", "append", "ERR_CHAIN_INTENT_INVALID"],
    ["signAsFeePayer", "fillTransaction", "ERR_RPC_REJECTED"],
    ["signAsFeePayer", "getRLPEncodingForFeePayerSignature", "ERR_CHAIN_INTENT_INVALID"],
    ["signAsFeePayer", "append", "ERR_CHAIN_INTENT_INVALID"],
  ])("by %s, in %s, becomes the fault alone", async (method, step, code) => {
    const address = method === "sign" ? from : payer;
    const error = await rejectedBy(wallet[method](address, transactionThat(step)), code);
    expect(error.cause).toBeUndefined();
    expectNoCanary(error);
  });

  it("is not signed where it is no hex", async () => {
    const transaction = { ...transactionThat(undefined), getRLPEncodingForSignature: () => canary };
    expectNoCanary(await rejectedBy(wallet.sign(from, transaction), "ERR_CHAIN_INTENT_INVALID"));
  });

  it("lets the transport's own errors through, which are redacted already", async () => {
    const error = trouble("ERR_RPC_TIMEOUT");
    expect(await rejectedBy(wallet.sign(from, transactionThat("fillTransaction", error)), "ERR_RPC_TIMEOUT")).toBe(
      error,
    );
  });

  it("is nothing where it works", async () => {
    const transaction = transactionThat(undefined);
    expect(await wallet.sign(from, transaction)).toBe(transaction);
    expect(await wallet.signAsFeePayer(payer, transaction)).toBe(transaction);
  });
});
