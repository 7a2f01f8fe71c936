import type { Check } from "./check.ts";
import { burningChecks } from "./checks/burning.ts";
import { enumerableChecks } from "./checks/enumerable.ts";
import { eventChecks } from "./checks/events.ts";
import { interfaceChecks } from "./checks/interfaces.ts";
import { kip13Checks } from "./checks/kip13.ts";
import { metadataChecks } from "./checks/metadata.ts";
import { mintingChecks } from "./checks/minting.ts";
import { pausingChecks } from "./checks/pausing.ts";
import { safeTransferChecks } from "./checks/safe-transfers.ts";
import { tokenChecks } from "./checks/tokens.ts";

/** The checklist, in the order of reports. */
export const allChecks: readonly Check[] = [
  ...kip13Checks,
  ...interfaceChecks,
  ...tokenChecks,
  ...safeTransferChecks,
  ...eventChecks,
  ...metadataChecks,
  ...enumerableChecks,
  ...mintingChecks,
  ...burningChecks,
  ...pausingChecks,
];
