import type { RowMacs } from "../../../src/ports/row-macs.ts";
import { branchKeyStore } from "../../../src/store/branch-keys.ts";
import type { Database } from "../../../src/store/database.ts";
import { silentLogger, silentMeter } from "../../../src/telemetry/silent.ts";
import type { Clock } from "../../../src/units/clock.ts";
import { createVault } from "../../../src/vault/vault.ts";
import { ScriptedKey } from "../../vault/branch-keys/scripted-key.ts";

export interface OpenMacs {
  readonly macs: RowMacs;
  readonly wrappingKey: ScriptedKey;
}

/** One process's MACs of a tenant, with no key in memory. The table of branch keys has to be there. */
export function openMacs(database: Database, tenant: string, rootKey: Uint8Array, clock: Clock): OpenMacs {
  const wrappingKey = new ScriptedKey(rootKey);
  const branchKeys = branchKeyStore(database);
  const vault = createVault({ wrappingKey, branchKeys, tenant, clock, logger: silentLogger, meter: silentMeter });
  return { macs: vault.rowMacs, wrappingKey };
}
