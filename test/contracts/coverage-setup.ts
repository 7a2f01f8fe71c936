import { markTestWorkerDone } from "hardhat/internal/coverage";
import { afterAll } from "vitest";

// What a test file reached is kept in its own process: it is written down before that ends.
afterAll(async () => {
  await markTestWorkerDone("vitest");
});
