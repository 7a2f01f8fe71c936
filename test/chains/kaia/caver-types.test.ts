import type { HttpProvider, IWallet } from "caver-js";
import { expectTypeOf, it } from "vitest";
import type { CaverProvider, CaverWallet } from "../../../src/chains/kaia/index.ts";

// The compiler does the checking (npm run typecheck). Budget of the file: 1 s.

it("the provider and the wallet are what caver declares that it takes", () => {
  expectTypeOf<CaverProvider>().toExtend<HttpProvider>();
  expectTypeOf<CaverWallet>().toExtend<IWallet>();
});
