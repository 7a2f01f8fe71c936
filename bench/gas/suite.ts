import type { Bar, Suite } from "../suite.ts";
import type { GasFigures, Scenario } from "./measure-gas.ts";

/** What minting and moving tokens costs, beside the contracts that others would deploy. */
export const gasSuite: Suite = {
  name: "gas",
  run: async (progress) => {
    // Hardhat is loaded for this suite alone: the others measure what loading takes.
    const { measureGas } = await import("./measure-gas.ts");
    const figures = await measureGas(progress);
    return { figures, bars: barsOf(figures) };
  },
};

function barsOf({ gas: { latchkey, openzeppelin }, tokenOfOwnerByIndex }: GasFigures): readonly Bar[] {
  const atMost = (what: string, measured: number, asked: number): Bar => ({ what, measured, asked, atLeast: false });
  const times = (scenario: Scenario, asked: number): Bar =>
    atMost(
      `${scenario}, times openzeppelin`,
      (latchkey[scenario] ?? Number.NaN) / (openzeppelin[scenario] ?? Number.NaN),
      asked,
    );
  return [
    times("batchMint500Owners", 1.03),
    times("batchMint50Owners", 1.03),
    times("batchMint10k", 1.03),
    atMost("batchMintWithUri, gas a token", latchkey.batchMintWithUri ?? Number.NaN, 95_000),
    atMost("mintWithTokenURI, gas a token", latchkey.mintWithTokenURI ?? Number.NaN, 130_000),
    times("transferFirst", 1.15),
    times("transferLater", 1.15),
    atMost("tokenOfOwnerByIndex at 10,000 tokens, gas", tokenOfOwnerByIndex, 30_000_000),
  ];
}
