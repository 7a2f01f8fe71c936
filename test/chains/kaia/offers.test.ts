import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kaia as kaiaProfile, kairos } from "../../../src/profiles/profiles.ts";
import type { FeeOffer, PrepareOptions, Speed } from "../../../src/ports/chain-adapter.ts";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { refusedBy, rejectedBy } from "../refused.ts";
import { chainId, gkei, hex, payerKey, person, scriptedKaia, sceneOf, signerOf } from "./scene.ts";

// What is offered now, and to take another's place. Budget of the file: 3 s.

const feePayer = signerOf(payerKey);
const busy = {
  kaia_getHeaderByNumber: { baseFeePerGas: hex(40n * gkei) },
  kaia_gasPrice: hex(47n * gkei),
  kaia_maxPriorityFeePerGas: hex(2n * gkei),
};

describe("the suggested fee", () => {
  it.each<readonly [Speed, PrepareOptions, bigint, bigint]>([
    ["slow", {}, 80n, 0n],
    ["standard", {}, 82n, 2n],
    ["fast", {}, 83n, 3n],
    ["slow", { feePayer }, 42n, 0n],
    ["standard", { feePayer }, 47n, 0n],
    ["fast", { feePayer }, 50n, 0n],
    ["fast", { format: "kaia" }, 50n, 0n],
  ])("%s, with %j, follows from who pays, and is what prepare offers", async (speed, options, perGas, tip) => {
    const { chain, prepare } = sceneOf(busy);
    const offer = await chain.suggestFee({ ...options, speed });
    expect(offer).toEqual({ perGas: perGas * gkei, tip: tip * gkei });
    expect((await prepare({ transfer: { to: person, value: 1n } }, { ...options, speed })).fee).toEqual(offer);
  });

  it("is the standing fee payer's form where the chain has one", async () => {
    const { chain } = sceneOf(busy, { feePayer });
    expect((await chain.suggestFee()).perGas).toBe(47n * gkei);
    expect((await chain.suggestFee({ feePayer: null })).perGas).toBe(82n * gkei);
  });

  it("that is fast follows the node where it asks for more", async () => {
    const { chain } = sceneOf({ ...busy, kaia_gasPrice: hex(60n * gkei) });
    expect((await chain.suggestFee({ feePayer, speed: "fast" })).perGas).toBe(60n * gkei);
  });

  it("meets the ceiling", async () => {
    const { chain } = sceneOf(busy, { maxFeePerGas: 46n * gkei });
    await rejectedBy(chain.suggestFee({ feePayer }), "ERR_CHAIN_FEE_TOO_HIGH");
    await chain.suggestFee({ feePayer, speed: "slow" });
  });
});

describe("the fee that takes another's place", () => {
  const anyOffer = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 12n }))
    .map(([rest, tip]): FeeOffer => ({ perGas: rest + tip, tip }));

  it("is one kei more, or what is asked for now", () => {
    const { chain } = sceneOf();
    fc.assert(
      fc.property(anyOffer, anyOffer, (previous, current) => {
        const next = chain.replacementFee(previous, current);
        const least = previous.perGas + 1n;
        expect(next.perGas).toBe(least > current.perGas ? least : current.perGas);
        expect(next.tip >= current.tip && next.tip <= next.perGas).toBe(true);
      }),
    );
  });
});

describe("the profile", () => {
  const of = (options: object) => kaia({ name: "kaia", chainId, transport: scriptedKaia(), ...options }).profile;

  it("is Kaia's, Kairos's by the chain id, or the given one", () => {
    expect([of({}), of({ chainId: 8_217 }), of({ chainId: 1_001 })]).toEqual([kaiaProfile, kaiaProfile, kairos]);
    const own = { ...kaiaProfile, name: "own", inFlight: 500 };
    expect(of({ profile: own })).toBe(own);
    expect(of({ chainId: 1_001, profile: own })).toBe(own);
  });

  it.each([null, "kaia", {}, { ...kaiaProfile, inFlight: 0 }, { ...kaiaProfile, finality: { kind: "soon" } }])(
    "is refused: %j",
    (profile) => {
      const error = refusedBy(() => of({ profile }), "ERR_CONFIG_INVALID");
      expect(error.message).toMatch(/^kaia: profile\./);
    },
  );
});
