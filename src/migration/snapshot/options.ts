import type { Clock } from "../../units/clock.ts";
import type { RemapFile } from "../remap.ts";
import type { StepOptions } from "../types.ts";

export interface SnapshotOptions extends StepOptions {
  /** The block to take it of. The newest one unless told: of a chain that reorganises name one that is final. */
  readonly block?: bigint;
  /** Of the newest block: goes back to one whose number is a multiple, such as 128, whose state Kaia's nodes keep. */
  readonly multipleOf?: bigint;
  /** The oldest block whose logs are read, such as that of the deployment; 0 unless told. */
  readonly logsFrom?: bigint;
  readonly remap?: RemapFile;
  /**
   * `owners-with-code`: tokens of contracts that are neither a Safe nor a delegated account wait at the door, unless they are remapped.
   * `none` unless told.
   */
  readonly door?: "none" | "owners-with-code";
  readonly clock?: Clock;
}
