import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/package/**/*.test.ts"],
    // Each installs packages into a project of its own.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    retry: 0,
    allowOnly: false,
    pool: "forks",
    fileParallelism: false,
  },
});
