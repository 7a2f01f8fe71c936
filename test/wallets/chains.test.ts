import { describe, expect, it } from "vitest";
import { evmKeyScheme, evmScheme } from "../../src/chains/evm/index.ts";
import type { ChainAdapter } from "../../src/ports/chain-adapter.ts";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { requireChains } from "../../src/wallets/chains.ts";
import { offlineChain, secondScheme } from "../harness/offline-chain.ts";
import { thrownBy } from "../harness/errors.ts";

const onChain = (name: string, chainId: number, scheme = evmKeyScheme): ChainAdapter => ({
  ...offlineChain(name, scheme),
  chainId,
});
const samePath = evmScheme({ id: "evm-again", path: evmKeyScheme.path });
const samePathInOtherDigits = evmScheme({ id: "evm-again", path: "m/44'/060'/0'/0/00" });

// Budget of the file: 1 s.
describe("requireChains", () => {
  it.each([
    ["one key scheme", onChain("side", 8217)],
    ["two key schemes of one path", onChain("side", 8217, samePath)],
    ["two key schemes of one path, written in two ways", onChain("side", 8217, samePathInOtherDigits)],
  ])("refuses two names for one chain with %s: two payments would get one nonce", async (_what, side) => {
    const error = await thrownBy(() => {
      requireChains([onChain("main", 8217), onChain("other", 1), side]);
    });
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    expect(error.message).toContain('"main" and "side" are both chain 8217');
    expect(error.message).toContain("one nonce");
    expect(error.message).toMatch(/Configure the chain once; .+ Nothing was opened\.$/);
  });

  it("takes one scheme on many chains, and one chain with accounts of several schemes", () => {
    requireChains([onChain("one", 1), onChain("two", 2), onChain("three", 1, secondScheme)]);
  });
});
