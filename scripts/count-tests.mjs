// Prints how many test cases of a Vitest JSON report passed and failed, as "PASSED FAILED".
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
// A file that cannot be loaded has no cases, and is a failure all the same.
const broken = testResults.filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
);
if (!Number.isInteger(numPassedTests) || !Number.isInteger(numFailedTests) || !Number.isInteger(numFailedTestSuites)) {
  throw new Error("Not a report of Vitest.");
}
console.log(`${numPassedTests} ${numFailedTests + broken.length}`);
