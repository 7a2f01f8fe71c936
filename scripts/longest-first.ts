import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, by a part of their path. */
const longest: readonly string[] = [
  "test/contracts/model/",
  "test/inspection/conformance/flaws",
  "test/scenarios/crash",
  "test/inspection/conformance/deviations",
  "test/transactions/outbox/processes",
  "test/hardhat/tasks",
  "test/scenarios/login",
  "test/transactions/model/",
];

/** Begins with the longest files: one that comes last keeps one core busy while the other has nothing to do. The rest come as ever. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longest.findIndex((part) => moduleId.includes(part));
      return rank === -1 ? longest.length : rank;
    };
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
