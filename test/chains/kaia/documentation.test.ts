import { getAddress, hexlify } from "ethers";
import { describe, expect, it } from "vitest";
import { ethereumTransaction, kaiaTransaction, type Unsigned } from "../../../src/chains/kaia/transaction.ts";
import type { RecoverableSignature } from "../../../src/ports/signer.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import type { Signature, Transaction } from "../../kaia-node/types.ts";
import { baobabTransactions, documented, documentedTransactions } from "../../vectors/kaia-documentation.ts";
import { signWith } from "./scene.ts";
import { actionIn, bytes, recoverable, recoverableOfType2, signerIn, tools } from "./written.ts";

// Kaia's own examples, and transactions of its first test network. Budget of the file: 2 s.

const parts = await tools();
const { chainId, nonce, gasPrice, gas, from, key, feePayer, feePayerKey } = documented;

function documentedOf({ action, ratio, feePayerSigningHash }: (typeof documentedTransactions)[number]): Unsigned {
  const payer = feePayerSigningHash === undefined ? undefined : { address: feePayer, ratio };
  return kaiaTransaction(parts, { from, chainId, nonce, gas, gasPrice }, action, payer);
}

const fields = ([v, r, s]: readonly [string, string, string]): Signature => ({
  v: BigInt(v),
  r: BigInt(r),
  s: BigInt(s),
});

describe("an example of the documentation", () => {
  it("is there for four actions in three forms", () => {
    expect(new Set(documentedTransactions.map(({ type }) => type)).size).toBe(12);
  });

  it.each(documentedTransactions.map((example) => [example.type, example] as const))("%s", (_, example) => {
    const unsigned = documentedOf(example);
    expect(hexlify(unsigned.digest)).toBe(example.signingHash);
    expect(unsigned.feePayerDigest && hexlify(unsigned.feePayerDigest)).toBe(example.feePayerSigningHash);
    const payerSignature = example.feePayerSignature && recoverable(fields(example.feePayerSignature), chainId);
    const signed = unsigned.assemble(recoverable(fields(example.signature), chainId), payerSignature);
    expect(signed).toEqual({ raw: example.raw, hash: example.hash });
    expect(decodeTransaction(signed.raw).senderTxHash).toBe(example.senderTxHash);
  });

  it.each(documentedTransactions.map((example) => [example.type, example] as const))(
    "%s is signed the same by the documentation's keys",
    (_, example) => {
      const { digest, feePayerDigest, assemble } = documentedOf(example);
      const signed = assemble(signWith(key, digest), feePayerDigest && signWith(feePayerKey, feePayerDigest));
      expect(signed.raw).toBe(example.raw);
    },
  );
});

describe("a transaction of Baobab", () => {
  const baobab = 1_001;

  function rewritten(seen: Transaction): Unsigned {
    const common = { chainId: baobab, nonce: Number(seen.nonce), gas: seen.gas };
    if (seen.maxPriorityFeePerGas === undefined) {
      const payer = seen.feePayer === undefined ? undefined : { address: seen.feePayer, ratio: seen.feeRatio };
      const { gasPrice } = seen;
      return kaiaTransaction(parts, { ...common, from: String(seen.from), gasPrice }, actionIn(seen), payer);
    }
    const { gasPrice: maxFeePerGas, maxPriorityFeePerGas, to, value, input } = seen;
    const fees = { maxFeePerGas, maxPriorityFeePerGas };
    return ethereumTransaction(parts, { ...common, from, ...fees }, { to, value, input: bytes(input) });
  }

  const first = (signatures: readonly Signature[], isTyped: boolean): RecoverableSignature => {
    const [signature] = signatures;
    if (signature === undefined) return expect.fail("unsigned");
    return isTyped ? recoverableOfType2(signature) : recoverable(signature, baobab);
  };

  it.each(baobabTransactions.map(({ block, raw }) => [block, raw.slice(0, 6), raw] as const))(
    "in block %i, %s..., comes out the same, and is signed by whom it says",
    (_block, _start, raw) => {
      const seen = decodeTransaction(raw);
      const { from: sender, feePayer: payer, feePayerSignatures = [] } = seen;
      const { digest, feePayerDigest, assemble } = rewritten(seen);
      const signature = first(seen.signatures, sender === undefined);
      const payerSignature = payer === undefined ? undefined : first(feePayerSignatures, false);
      expect(assemble(signature, payerSignature)).toEqual({ raw, hash: seen.hash });
      if (sender !== undefined) expect(signerIn(hexlify(digest), signature)).toBe(getAddress(sender));
      if (feePayerDigest !== undefined && payerSignature !== undefined)
        expect(signerIn(hexlify(feePayerDigest), payerSignature)).toBe(getAddress(String(payer)));
    },
  );
});
