import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { auditCollection } from "../inspection/audit/audit-collection.ts";
import { auditTable } from "../inspection/audit/audit-table.ts";
import type { TypedOptions } from "./given-options.ts";
import { runInspection } from "./run-inspection.ts";

/** `kip17 audit`: a finding is one of high severity. */
const audit: NewTaskActionFunction<TypedOptions> = (options, environment) =>
  runInspection(
    {
      doing: "Asking",
      make: auditCollection,
      show: auditTable,
      hasFindings: ({ counts }) => counts.high > 0,
    },
    options,
    environment,
  );

export default audit;
