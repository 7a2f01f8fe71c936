import type { Kysely, Transaction } from "kysely";
import type { Database, NoTables } from "../../store/database.ts";
import { compileRule, type CompiledRule } from "./compile-rule.ts";
import type { Controls } from "./policy.ts";
import type { PolicyKeys } from "./policy-keys.ts";
import type { ControlsRow, PolicyTables } from "./schema.ts";
import { decodeRules, encodeRules } from "./stored-rules.ts";

const table = "latchkey_controls";

/** What a row says, verified. */
export interface StoredControls extends Controls {
  readonly compiled: readonly CompiledRule[];
}

const noControls: StoredControls = {
  isFrozen: false,
  reason: null,
  rules: [],
  version: 0,
  updatedAtMs: null,
  compiled: [],
};

/** Rows as they are, not verified, by subject key. One query. */
export async function readControls(
  reader: Kysely<NoTables>,
  tenant: string,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, ControlsRow>> {
  const rows = await reader
    .$extendTables<PolicyTables>()
    .selectFrom(table)
    .selectAll()
    .where("tenant", "=", tenant)
    .where("subject", "in", subjects)
    .execute();
  return new Map(rows.map((row) => [row.subject, row]));
}

/** @throws `ERR_POLICY_TAMPERED`. */
export function verifyControls(row: ControlsRow | undefined, subject: string, keys: PolicyKeys): StoredControls {
  if (row === undefined) return noControls;
  const { frozen, reason, rules, version, tenant } = row;
  const updatedAt = Number(row.updated_at);
  const said = { tenant, subject, frozen, reason, rules, version, updated_at: updatedAt };
  keys.verify(table, subject, said, row);
  const decoded = decodeRules(rules);
  return {
    isFrozen: frozen !== 0,
    reason,
    rules: decoded,
    version,
    updatedAtMs: updatedAt,
    compiled: decoded.map((rule) => compileRule(subject, rule)),
  };
}

/** What a change makes of what is stored. */
export type ControlsChange = Partial<Pick<Controls, "isFrozen" | "reason" | "rules">>;

export interface ChangeParts {
  readonly database: Database;
  readonly tenant: string;
  readonly keys: PolicyKeys;
  readonly nowMs: number;
}

/**
 * Writes the next version of a subject's row. Changes of one subject at one time follow one another.
 *
 * @throws `ERR_POLICY_TAMPERED` the row was altered and stays as it is.
 */
export async function changeControls(
  { database, tenant, keys, nowMs }: ChangeParts,
  subject: string,
  change: ControlsChange,
): Promise<Controls> {
  return await database.transaction(async (untyped) => {
    const tx = untyped.$extendTables<PolicyTables>();
    const rowOf = (before: Controls): { next: Controls; row: ControlsRow } => {
      const next: Controls = {
        isFrozen: change.isFrozen ?? before.isFrozen,
        reason: change.reason === undefined ? before.reason : change.reason,
        rules: change.rules ?? before.rules,
        version: before.version + 1,
        updatedAtMs: nowMs,
      };
      const said = {
        tenant,
        subject,
        frozen: next.isFrozen ? 1 : 0,
        reason: next.reason,
        rules: encodeRules(next.rules),
        version: next.version,
        updated_at: nowMs,
      };
      return { next, row: { ...said, ...keys.sign(table, said) } };
    };
    const first = rowOf(noControls);
    if (await database.insertIfAbsent(tx.insertInto(table).values(first.row))) return first.next;
    const { next, row } = rowOf(verifyControls(await lockRow(tx, database, tenant, subject), subject, keys));
    await tx.updateTable(table).set(row).where("tenant", "=", tenant).where("subject", "=", subject).execute();
    return next;
  });
}

async function lockRow(
  tx: Transaction<PolicyTables>,
  database: Database,
  tenant: string,
  subject: string,
): Promise<ControlsRow | undefined> {
  const query = tx.selectFrom(table).selectAll().where("tenant", "=", tenant).where("subject", "=", subject);
  return await (database.dialect === "postgres" ? query.forUpdate() : query).executeTakeFirst();
}
