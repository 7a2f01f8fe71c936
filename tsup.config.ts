import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    evm: "src/chains/evm/index.ts",
    kaia: "src/chains/kaia/index.ts",
    "aws-kms": "src/vault/aws-kms/index.ts",
    postgres: "src/store/postgres/index.ts",
    contracts: "src/contracts/index.ts",
    inspection: "src/inspection/index.ts",
    migration: "src/migration.ts",
    hardhat: "src/hardhat/index.ts",
    cli: "src/cli/main.ts",
  },
  outDir: "dist",
  clean: true,
  format: "esm",
  platform: "node",
  target: "node22.13",
  splitting: true,
  sourcemap: true,
  // `node:sqlite` exists under its full name only.
  removeNodeProtocol: false,
  dts: true,
  // For explorers: what the contracts were compiled from.
  onSuccess: "node scripts/contracts-standard-json.ts",
});
