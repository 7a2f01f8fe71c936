import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { checkConformance } from "../inspection/conformance/check-conformance.ts";
import { conformanceTable } from "../inspection/conformance/conformance-table.ts";
import type { TypedOptions } from "./given-options.ts";
import { runInspection } from "./run-inspection.ts";

/** `kip17 check`: what deviates from a wish alone, or could not be told, is no finding. */
const check: NewTaskActionFunction<TypedOptions> = (options, environment) =>
  runInspection(
    {
      doing: "Checking",
      make: checkConformance,
      show: conformanceTable,
      hasFindings: ({ checks }) =>
        checks.some(({ outcome, requirement }) => outcome === "deviates" && requirement === "must"),
    },
    options,
    environment,
  );

export default check;
