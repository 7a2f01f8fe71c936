import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Each has its own configuration: what needs services, what needs public nodes, what needs a packed tarball.
    exclude: ["test/services/**", "test/live/**", "test/package/**"],
    // Compiles the contracts once for all; nothing to do where nothing changed.
    globalSetup: ["test/contracts/behaviour/build-contracts.ts"],
    // Each suite's budget; a suite that starts a node or a database states its own.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    retry: 0,
    allowOnly: false,
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
