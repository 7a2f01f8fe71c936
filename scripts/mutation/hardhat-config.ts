import type { HardhatUserConfig } from "hardhat/config";
import config from "../../hardhat.config.ts";
import { addressOf } from "./schema.ts";

/** The project's configuration in a copy whose contracts hold mutants: blocks say by their beneficiary which is active. */
const mutated: HardhatUserConfig = {
  ...config,
  paths: { ...config.paths, sources: ["contracts", "test/contracts/mocks"] },
  networks: {
    ...config.networks,
    edr: {
      type: "edr-simulated",
      hardfork: "prague",
      allowUnlimitedContractSize: true,
      coinbase: addressOf(Number(process.env["MUTANT"] ?? 0)),
    },
  },
};

export default mutated;
