import { randomBytes } from "node:crypto";
import { computeAddress } from "ethers";
import { recover } from "tiny-secp256k1";
import { describe, expect, it } from "vitest";
import { derContents } from "../../harness/kms-der.ts";
import { groupOrder, signatureShapes, spkiOf } from "../../harness/kms-signing.ts";
import { recoveredBy, signerScene } from "../../harness/kms-signer.ts";

const rounds = 3_000;
const atOnce = 20;
// On a busy machine too, a call is one attempt.
const patient = { timeoutMs: 60_000, deadlineMs: 60_000 };

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

// Budget of the file: 10 s.
describe("kmsSigner, whatever signatures KMS makes", () => {
  it(`recovers right for ${String(rounds)} random digests, with one call each`, { timeout: 60_000 }, async () => {
    const { kms, keyId, signer } = await signerScene(patient);
    /** How many r and s had so many bytes in DER. */
    const lengths = new Map<string, number>();
    const count = (what: string): void => void lengths.set(what, (lengths.get(what) ?? 0) + 1);
    kms.setFault(
      {
        kind: "patch",
        fields: ({ Signature }) => {
          const [r, s] = derContents(Buffer.from(String(Signature), "base64"));
          count(`r ${String(r.length)}`);
          count(`s ${String(s.length)}`);
          count(numberOf(s) > groupOrder / 2n ? "high s" : "low s");
          return {};
        },
      },
      { operation: "Sign" },
    );

    const publicKey = spkiOf("ECC_SECG_P256K1", kms.exportKey(keyId).material).subarray(-65);
    expect(computeAddress(`0x${publicKey.toString("hex")}`)).toBe(signer.address);
    let wrong = 0;
    const parities = [0, 0];
    for (let done = 0; done < rounds; done += atOnce) {
      kms.setSignatureShape(signatureShapes[(done / atOnce) % signatureShapes.length] ?? "any");
      // By another library too; it takes too long for all.
      const sample = randomBytes(32);
      if (recoveredBy(sample, await signer.signDigest(sample)) !== signer.address) wrong += 1;
      const digests = Array.from({ length: atOnce - 1 }, () => randomBytes(32));
      await Promise.all(
        digests.map(async (digest) => {
          const { r, s, yParity } = await signer.signDigest(digest);
          const whose = recover(digest, Buffer.concat([r, s]), yParity, false);
          if (whose === null || Buffer.compare(whose, publicKey) !== 0) wrong += 1;
          if (numberOf(s) > groupOrder / 2n) wrong += 1;
          parities[yParity] = (parities[yParity] ?? 0) + 1;
        }),
      );
    }
    expect(wrong).toBe(0);
    expect(kms.calls).toEqual({ total: rounds + 1, GetPublicKey: 1, Sign: rounds });
    // The search was for these.
    for (const what of ["r 21", "r 31", "r 32", "r 33", "s 31", "s 32", "s 33", "high s", "low s"]) {
      expect(lengths.get(what), what).toBeGreaterThan(50);
    }
    expect(Math.min(...parities)).toBeGreaterThan(rounds / 4);
  });
});
