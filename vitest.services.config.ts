import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/services/**/*.test.ts"],
    // A service that has to start first takes its time.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    retry: 0,
    allowOnly: false,
    pool: "forks",
    // The services are shared: one file at a time.
    fileParallelism: false,
  },
});
