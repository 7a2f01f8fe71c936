import { afterAll, beforeAll, describe, vi } from "vitest";
import { erc721Cases } from "./cases.ts";
import { startChain, type TestChain } from "./chain.ts";
import { collection, core, peer } from "./subject.ts";

// Budget of the file: 20 s.
vi.setConfig({ testTimeout: 20_000 });

let chain: TestChain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain.close());

describe.each([peer, core, collection])("$name", (subject) => {
  erc721Cases(() => chain, subject);
});
