import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Subject } from "../../ports/policy-gate.ts";
import { subjectText } from "../senders.ts";
import type { CompiledRule } from "./compile-rule.ts";
import type { PolicyConfig } from "./config.ts";
import { type StoredControls, verifyControls } from "./control-rows.ts";
import type { PolicyKeys } from "./policy-keys.ts";
import { frozen } from "./refusals.ts";
import type { ControlsRow } from "./schema.ts";

/** What holds for the subjects of one transaction. */
export interface Subjects {
  /**
   * The rules for a subject, on whatever chain.
   *
   * @throws `ERR_POLICY_FROZEN`, `ERR_POLICY_TAMPERED`.
   */
  rulesOf(subject: Subject): readonly CompiledRule[];
  /** As `rulesOf`, of all subjects and whether they are frozen or not. Altered rows have none. */
  all(): readonly { readonly subject: Subject; readonly rules: readonly CompiledRule[] }[];
  /** Whether there is any rule at all, be it for others: then a policy is set. */
  hasRules(subject: Subject): boolean;
}

export interface SubjectsParts {
  readonly config: PolicyConfig;
  readonly keys: PolicyKeys;
  readonly subjects: readonly Subject[];
  readonly rows: ReadonlyMap<string, ControlsRow>;
}

export function createSubjects({ config, keys, subjects, rows }: SubjectsParts): Subjects {
  const known = new Map(subjects.map((subject) => [subjectText(subject), subject]));
  const verified = new Map<string, StoredControls>();

  function controlsOf(key: string): StoredControls {
    const before = verified.get(key);
    if (before !== undefined) return before;
    const controls = verifyControls(rows.get(key), key, keys);
    verified.set(key, controls);
    return controls;
  }

  function storedFor(subject: Subject): readonly [StoredControls, StoredControls] {
    const key = subjectText(subject);
    if (!known.has(key)) throw new RangeError("the policy was asked for a subject that it was not opened for");
    return [controlsOf("tenant"), controlsOf(key)];
  }

  function rulesOf(subject: Subject): readonly CompiledRule[] {
    const stored = storedFor(subject).flatMap(({ compiled }) => compiled);
    return [...config.rules, ...stored].filter((rule) => rule.isFor(subject));
  }

  return {
    rulesOf: (subject) => {
      const [tenant, own] = storedFor(subject);
      if (tenant.isFrozen) throw frozen("tenant", tenant.reason);
      if (own.isFrozen) throw frozen("subject", own.reason);
      return rulesOf(subject);
    },
    all: () =>
      [...known.values()].map((subject) => {
        try {
          return { subject, rules: rulesOf(subject) };
        } catch (error) {
          if (!isLatchkeyError(error, "ERR_POLICY_TAMPERED") || error.retryable) throw error;
          return { subject, rules: [] };
        }
      }),
    hasRules: (subject) => config.rules.length + storedFor(subject).flatMap(({ compiled }) => compiled).length > 0,
  };
}
