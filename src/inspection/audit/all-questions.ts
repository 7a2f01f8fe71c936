import type { Question } from "./audit-scene.ts";
import { approvalQuestions } from "./questions/approvals.ts";
import { enumerationQuestions } from "./questions/enumeration.ts";
import { generationQuestions } from "./questions/generation.ts";
import { ownershipQuestions } from "./questions/ownership.ts";
import { pauseQuestions } from "./questions/pausing.ts";
import { receiverQuestions } from "./questions/receivers.ts";
import { roleQuestions } from "./questions/roles.ts";
import { strangerQuestions } from "./questions/strangers.ts";

/** In the order of the report. */
export const allQuestions: readonly Question[] = [
  ...generationQuestions,
  ...strangerQuestions,
  ...roleQuestions,
  ...pauseQuestions,
  ...receiverQuestions,
  ...enumerationQuestions,
  ...ownershipQuestions,
  ...approvalQuestions,
];
