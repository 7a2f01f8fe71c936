import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/live/**/*.test.ts"],
    // A block a second, and several to wait for.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    allowOnly: false,
    pool: "forks",
    // The money is in one account: one file at a time.
    fileParallelism: false,
  },
});
