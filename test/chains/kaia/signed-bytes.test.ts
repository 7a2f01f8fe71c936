import { getAddress, hexlify } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signingsIn } from "../../../src/chains/kaia/signed-by.ts";
import { kaiaTransaction, type Unsigned } from "../../../src/chains/kaia/transaction.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import type { Transaction } from "../../kaia-node/types.ts";
import { addressOfKey } from "../signing.ts";
import { anyScene, expectedOf, play, type Scene } from "./any-scene.ts";
import { chainId, from, key, payer, payerKey, person, signWith } from "./scene.ts";
import { recoverable, recoverableOfType2, signerIn, tools } from "./written.ts";

// The decoder is the test node's, which knows no caver. Budget of the file: 10 s.

const parts = await tools();

/** Who signed the decoded transaction, recovered over the digests that its own bytes give. */
function signersOf(seen: Transaction, chain: number): { sender: string; feePayer: string | undefined } {
  const [signature] = seen.signatures;
  const [payerSignature] = seen.feePayerSignatures ?? [];
  if (signature === undefined) return expect.fail("unsigned");
  const isTyped = seen.maxPriorityFeePerGas !== undefined;
  const own = isTyped ? recoverableOfType2(signature) : recoverable(signature, chain);
  return {
    sender: signerIn(seen.signingHash, own),
    feePayer: payerSignature && signerIn(String(seen.feePayerSigningHash), recoverable(payerSignature, chain)),
  };
}

function priceOf({ baseFee, gasPrice, tip }: Scene, isDynamic: boolean): bigint {
  if (isDynamic) return 2n * baseFee + tip;
  return gasPrice > baseFee ? gasPrice : baseFee;
}

function gasOf({ intent, payer: who, estimate }: Scene): bigint {
  const extra = who === undefined ? 0n : who.ratio === undefined ? 10_000n : 15_000n;
  if ("cancel" in intent || estimate === 21_000n) return 21_000n + extra;
  return estimate + estimate / 5n + extra;
}

describe("for any intent, form, keys, chain and node", () => {
  it("the bytes say what was asked, and nothing else, and are signed by sender and fee payer", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (scene) => {
        const { prepared, signed } = await play(scene);
        const seen = decodeTransaction(signed.raw);
        const { typeInt, ...content } = expectedOf(scene);
        const isDynamic = typeInt === 0x7802;
        const sender = addressOfKey(scene.key);
        const feePayer = scene.payer && addressOfKey(scene.payer.key);

        expect(seen).toMatchObject({ ...content, gas: gasOf(scene), gasPrice: priceOf(scene, isDynamic) });
        expect(seen.kind.typeInt).toBe(typeInt);
        expect(seen.chainId).toBe(BigInt(scene.chainId));
        expect(seen.feeRatio).toBe(scene.payer?.ratio);
        expect(seen.from && getAddress(seen.from)).toBe(isDynamic ? undefined : sender);
        expect(seen.feePayer && getAddress(seen.feePayer)).toBe(feePayer);
        expect(seen.accessList ?? []).toEqual([]);
        expect([seen.humanReadable ?? false, seen.codeFormat ?? 0n]).toEqual([false, 0n]);

        expect(signersOf(seen, scene.chainId)).toEqual({ sender, feePayer });
        expect(signed).toEqual({ raw: signed.raw, hash: seen.hash, from: sender, nonce: Number(content.nonce) });
        expect(hexlify(prepared.digest)).toBe(seen.signingHash);
        expect(prepared.feePayer && hexlify(prepared.feePayer.digest)).toBe(seen.feePayerSigningHash);
        const goesTo = "cancel" in scene.intent ? sender : content.to;
        expect(prepared.to).toBe(goesTo === null ? null : getAddress(goesTo));
      }),
      { numRuns: 150 },
    );
  });

  it("the bytes are read back before they are sent, as they were written", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (scene) => {
        const { prepared, signed } = await play(scene);
        const read = signingsIn(parts.ethers, signed.raw, scene.chainId) ?? [];
        const digests = [prepared.digest, ...(prepared.feePayer === undefined ? [] : [prepared.feePayer.digest])];
        expect(read.map(({ digest }) => digest)).toEqual(digests);
        const keys = [scene.key, ...(scene.payer === undefined ? [] : [scene.payer.key])];
        expect(read.map(({ signature }) => signature)).toEqual(
          digests.map((digest, index) => signWith(keys[index] ?? "", digest)),
        );
      }),
      { numRuns: 100 },
    );
  });
});

it("what is assembled again has the signatures that it is given then, and no others", async () => {
  await fc.assert(
    fc.asyncProperty(anyScene, fc.uint8Array({ minLength: 32, maxLength: 32 }), async (scene, digest) => {
      const { prepared, signed } = await play(scene);
      const other = signWith(key, digest);
      const again = prepared.assemble(other, prepared.feePayer && other);
      const read = signingsIn(parts.ethers, again.raw, scene.chainId) ?? [];
      expect(read.map(({ signature }) => signature)).toEqual(read.map(() => other));
      const first = signWith(scene.key, prepared.digest);
      const ofPayer = scene.payer && prepared.feePayer && signWith(scene.payer.key, prepared.feePayer.digest);
      expect(prepared.assemble(first, ofPayer)).toEqual(signed);
    }),
    { numRuns: 60 },
  );
});

describe("a signature with a leading zero byte", () => {
  const transfer = (nonce: number): Unsigned =>
    kaiaTransaction(
      parts,
      { from, chainId, nonce, gas: 31_000n, gasPrice: 25n },
      { kind: "valueTransfer", to: person, value: 1n },
      { address: payer, ratio: undefined },
    );

  /** The first nonce after which a signature is as wanted: one in 256 is. */
  function firstWith(who: "sender" | "feePayer", part: "r" | "s"): { unsigned: Unsigned; nonce: number } {
    for (let nonce = 0; nonce < 5_000; nonce += 1) {
      const unsigned = transfer(nonce);
      const signature =
        who === "sender"
          ? signWith(key, unsigned.digest)
          : signWith(payerKey, unsigned.feePayerDigest ?? expect.fail("no fee payer"));
      if (signature[part][0] === 0) return { unsigned, nonce };
    }
    return expect.fail("there is none");
  }

  it.each([
    ["sender", "r"],
    ["sender", "s"],
    ["feePayer", "r"],
    ["feePayer", "s"],
  ] as const)("in the %s's %s is written as an integer, and read", (who, part) => {
    const { unsigned, nonce } = firstWith(who, part);
    const { digest, feePayerDigest, assemble } = unsigned;
    const { raw } = assemble(signWith(key, digest), feePayerDigest && signWith(payerKey, feePayerDigest));
    // Refuses leading zeros, as the node does.
    const seen = decodeTransaction(raw);
    expect(seen.nonce).toBe(BigInt(nonce));
    const [signature] = (who === "sender" ? seen.signatures : seen.feePayerSignatures) ?? [];
    expect((signature ?? expect.fail("unsigned"))[part] < 2n ** 248n).toBe(true);
    expect(signersOf(seen, chainId)).toEqual({ sender: from, feePayer: payer });
    const read = signingsIn(parts.ethers, raw, chainId)?.[who === "sender" ? 0 : 1];
    expect(read?.signature[part]).toHaveLength(32);
    expect(read?.signature[part][0]).toBe(0);
  });
});
