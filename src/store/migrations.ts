import type { Transaction } from "kysely";
import type { Dialect, NoTables } from "./database.ts";

/**
 * One step of a room's schema. Steps first expand (add what the new code needs, so that the old code still works on it) and
 * in a later release contract (take away what no running code uses), so that two releases run side by side in a rolling deploy.
 */
export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number;
  /** The oldest code, by the schema version it was written for, that still works once this step is done. An expanding step repeats its predecessor's. */
  readonly oldestCode: number;
  up(tx: Transaction<NoTables>, dialect: Dialect): Promise<void>;
}

/** A room's tables, as the list of steps that make them. */
export interface Schema {
  readonly room: string;
  readonly migrations: readonly Migration[];
}
