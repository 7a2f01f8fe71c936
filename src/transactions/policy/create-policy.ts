import type { Kysely, Transaction } from "kysely";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Subject } from "../../ports/policy-gate.ts";
import type { RowMacs } from "../../ports/row-macs.ts";
import type { Database, NoTables } from "../../store/database.ts";
import type { Clock } from "../../units/clock.ts";
import { subjectText } from "../senders.ts";
import { createBook, type InnerBook } from "./book.ts";
import { checkRules } from "./check-rules.ts";
import { checkConfig, type ConfiguredChain } from "./config.ts";
import { changeControls, type ControlsChange, readControls, verifyControls } from "./control-rows.ts";
import { createCounterRows } from "./counter-rows.ts";
import { countDemand, judge } from "./gate.ts";
import type { Controls, ControlTarget, Policy } from "./policy.ts";
import { createPolicyKeys, type PolicyKeys } from "./policy-keys.ts";
import { checkReason } from "./rule-fields.ts";
import type { PolicyOptions } from "./rules.ts";
import { targetKey } from "./target-key.ts";
import { createSubjects, type Subjects } from "./subjects.ts";

export interface PolicyParts {
  readonly tenant: string;
  readonly database: Database;
  readonly macs: RowMacs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: PolicyOptions | undefined;
  /**
   * The configured chains: rules may name no others, and outside the outbox, where a signature has a chain id alone, the rules of its
   * names hold. Left out: any name will do, and there every chain's rules hold.
   */
  readonly chains?: readonly ConfiguredChain[];
}

/**
 * The policy of one tenant. Its tables are `policySchema`'s.
 *
 * @throws `ERR_CONFIG_INVALID` naming rule and field.
 */
export function createPolicy({ tenant, database, macs, clock, logger, options, chains }: PolicyParts): Policy {
  const config = checkConfig(options, chains);
  const keySource = createPolicyKeys(macs, tenant);

  async function leased<T>(use: (keys: PolicyKeys) => Promise<T>): Promise<T> {
    const keys = await keySource.lease();
    try {
      return await use(keys);
    } finally {
      keys.release();
    }
  }

  async function withKeys<T>(use: (keys: PolicyKeys) => Promise<T>): Promise<T> {
    try {
      return await leased(use);
    } catch (error) {
      // A row names a branch key that was not open: the next lease opens it, if it is there.
      if (!isLatchkeyError(error, "ERR_POLICY_TAMPERED") || !error.retryable) throw error;
      return await leased(use);
    }
  }

  async function look(reader: Kysely<NoTables>, subjects: readonly Subject[], keys: PolicyKeys): Promise<Subjects> {
    const names = [...new Set(["tenant", ...subjects.map(subjectText)])];
    return createSubjects({ config, keys, subjects, rows: await readControls(reader, tenant, names) });
  }

  function bookOf(tx: Transaction<NoTables>, subjects: Subjects, keys: PolicyKeys): InnerBook {
    const counters = createCounterRows({ database, tx, tenant, keys });
    return createBook({ config, subjects, counters, logger });
  }

  async function change(target: ControlTarget, made: ControlsChange, what: string): Promise<Controls> {
    const subject = targetKey(target);
    const nowMs = clock.now();
    const controls = await withKeys((keys) => changeControls({ database, tenant, keys, nowMs }, subject, made));
    logger.warn(
      { subject, version: controls.version, frozen: controls.isFrozen, change: what },
      "policy controls changed",
    );
    return controls;
  }

  return {
    lease: async () => {
      const keys = await keySource.lease();
      return {
        open: async (tx, subjects) => bookOf(tx, await look(tx, subjects, keys), keys),
        release: keys.release,
      };
    },

    authorize: (subject, request) =>
      withKeys(async (keys) => {
        // Most signatures are counted nowhere, and need no transaction.
        const seen = await look(database.reader, [subject], keys);
        if (judge(config, seen, subject, request).kind === "none") return;
        await database.transaction(async (tx) => {
          const subjects = await look(tx, [subject], keys);
          const book = bookOf(tx, subjects, keys);
          await countDemand(book, subject, judge(config, subjects, subject, request), clock.now());
          await book.write();
        });
      }),

    freeze: async (target, reason) => await change(target, { isFrozen: true, reason: checkReason(reason) }, "freeze"),

    unfreeze: async (target, reason) => {
      const why = reason === undefined ? null : checkReason(reason);
      return await change(target, { isFrozen: false, reason: why }, "unfreeze");
    },

    setRules: async (target, rules) =>
      await change(target, { rules: checkRules(rules, "rules", config.chainNames) }, "rules"),

    controls: async (target) => {
      const subject = targetKey(target);
      const rows = await readControls(database.reader, tenant, [subject]);
      const { compiled: _compiled, ...controls } = await withKeys((keys) =>
        Promise.resolve(verifyControls(rows.get(subject), subject, keys)),
      );
      return controls;
    },
  };
}
