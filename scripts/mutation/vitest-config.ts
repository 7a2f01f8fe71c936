import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const files = (process.env["MUTATION_TESTS"] ?? "").split(",").filter((file) => file !== "");

class InOrder extends BaseSequencer {
  override sort(given: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => files.findIndex((file) => moduleId.endsWith(file));
    return Promise.resolve(given.toSorted((a, b) => place(a) - place(b)));
  }
}

/** The named test files one after the other, in that order, in one process. */
export default defineConfig({
  test: {
    include: [...files],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    bail: 1,
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    isolate: false,
    reporters: ["json"],
    sequence: { sequencer: InOrder },
  },
});
