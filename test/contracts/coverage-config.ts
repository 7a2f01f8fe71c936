import type { HardhatUserConfig } from "hardhat/config";
import config from "../../hardhat.config.ts";

/** The project's configuration, for contracts that count their statements: they are larger, and must not pass for the real ones. */
const instrumented: HardhatUserConfig = {
  ...config,
  paths: { ...config.paths, artifacts: "coverage/artifacts", cache: "coverage/cache" },
  networks: {
    ...config.networks,
    edr: { type: "edr-simulated", hardfork: "prague", allowUnlimitedContractSize: true, blockGasLimit: 1_000_000_000 },
  },
  coverage: { skipFiles: ["contracts/examples/**", "contracts/inspection/**", "test/**", "bench/**"] },
};

export default instrumented;
