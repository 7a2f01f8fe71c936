import { KlaytnTxFactory, parseTransaction } from "@kaiachain/ethers-ext/v6";
import { getAddress, hexlify, keccak256 } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRecord } from "../../../scripts/guards.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { addressOfKey } from "../signing.ts";
import { anyScene, expectedOf, play } from "./any-scene.ts";

// Kaia's own library for ethers, 2.1.0, reads and encodes with code that is not caver's. Budget of the file: 8 s.

/** A field as it parses them: integers are hex without leading zeros, and zero is `0x`. */
function integer(field: unknown): bigint {
  if (typeof field !== "string") return expect.fail(`a field is ${typeof field}`);
  return field === "0x" ? 0n : BigInt(field);
}

function fieldsIn(raw: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = KlaytnTxFactory.fromRLP(raw).toObject();
  return isRecord(parsed) ? parsed : expect.fail("nothing was parsed");
}

describe("for any intent, form, keys, chain and node, ethers-ext", () => {
  it("reads Kaia-typed bytes as they were meant, and hashes the same for each signature", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (scene) => {
        const { prepared, signed } = await play({ ...scene, isKaiaTyped: true });
        const { typeInt, nonce, to, value, input } = expectedOf({ ...scene, isKaiaTyped: true });
        const parsed = fieldsIn(signed.raw);
        expect(integer(parsed["type"])).toBe(BigInt(typeInt));
        expect(integer(parsed["nonce"])).toBe(nonce);
        expect(getAddress(String(parsed["from"]))).toBe(addressOfKey(scene.key));
        if (to !== null) expect(String(parsed["to"]).toLowerCase()).toBe(to);
        if (parsed["value"] !== undefined) expect(integer(parsed["value"])).toBe(value);
        if (parsed["data"] !== undefined) expect(parsed["data"]).toBe(input);
        if (scene.payer !== undefined)
          expect(getAddress(String(parsed["feePayer"]))).toBe(addressOfKey(scene.payer.key));
        if (scene.payer?.ratio !== undefined) expect(integer(parsed["feeRatio"])).toBe(BigInt(scene.payer.ratio));

        // It does not read the chain id out of V.
        const theirs = KlaytnTxFactory.fromObject({ ...parsed, chainId: scene.chainId });
        expect(keccak256(theirs.sigRLP())).toBe(hexlify(prepared.digest));
        expect(theirs.txHashRLP()).toBe(signed.raw);
        expect(keccak256(theirs.senderTxHashRLP())).toBe(decodeTransaction(signed.raw).senderTxHash);
        const { feePayer } = prepared;
        if (feePayer !== undefined) expect(keccak256(theirs.sigFeePayerRLP())).toBe(hexlify(feePayer.digest));
      }),
      { numRuns: 200 },
    );
  });

  it("reads type 2 without its envelope", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (any) => {
        const scene = { ...any, isKaiaTyped: false, payer: undefined };
        const { typeInt, nonce, to, input } = expectedOf(scene);
        fc.pre(typeInt === 0x7802 && nonce > 0n);
        const { signed } = await play(scene);
        const parsed: unknown = parseTransaction(`0x${signed.raw.slice(4)}`);
        expect(parsed).toMatchObject({ type: 2, nonce: Number(nonce), data: input, hash: signed.hash });
        expect(parsed).toMatchObject({ chainId: scene.chainId, from: addressOfKey(scene.key) });
        if (to !== null) expect(parsed).toMatchObject({ to: getAddress(to) });
      }),
      { numRuns: 60 },
    );
  });
});
