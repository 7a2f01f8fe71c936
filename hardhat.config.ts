import { createRequire } from "node:module";
import { configVariable, defineConfig } from "hardhat/config";
import latchkey from "./src/hardhat/index.ts";

// The compiler is the one that the lockfile pins: nothing is downloaded at compile time.
const compiler = createRequire(import.meta.url).resolve("solc/soljson.js");

export default defineConfig({
  plugins: [latchkey],
  solidity: {
    compilers: [
      {
        version: "0.8.37",
        path: compiler,
        settings: {
          // The newest rules that both Ethereum and Kaia run.
          evmVersion: "prague",
          optimizer: { enabled: true, runs: 1000 },
          // Bytecode depends on the code alone, not on comments or where the file lies.
          metadata: { bytecodeHash: "none" },
        },
      },
    ],
  },
  paths: {
    sources: ["contracts", "test/contracts/mocks", "bench/gas/contracts"],
    tests: { solidity: "test/contracts/solidity" },
    artifacts: "artifacts",
    cache: "cache",
  },
  // 300 inputs a property; an invariant holds after each of 64 calls, 64 times over.
  test: { solidity: { fuzz: { runs: 300 }, invariant: { runs: 64, depth: 64, failOnRevert: true } } },
  networks: {
    edr: { type: "edr-simulated", hardfork: "prague" },
    // For the tasks of the plugin: a node on this machine, and whatever one the environment names.
    localhost: { type: "http", chainType: "generic", url: "http://127.0.0.1:8545" },
    live: { type: "http", chainType: "generic", url: configVariable("LATCHKEY_RPC_URL") },
  },
});
