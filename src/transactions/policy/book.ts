import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Subject } from "../../ports/policy-gate.ts";
import { amountOf, type CompiledRule } from "./compile-rule.ts";
import type { PolicyConfig } from "./config.ts";
import { addTo, bucketOf, type Buckets, dayOf, takeFrom, usedIn } from "./counter.ts";
import type { CounterRows } from "./counter-rows.ts";
import type { PolicyAsk, PolicyBook, Reservation, Settlement } from "./policy.ts";
import { denied } from "./refusals.ts";
import { countedOf, merged, sumOf } from "./reservations.ts";
import { feeScopes, limitScopes } from "./scopes.ts";
import { isMereCancellation, type Spending, spendingOfIntent } from "./spending.ts";
import type { Subjects } from "./subjects.ts";

export interface BookParts {
  readonly config: PolicyConfig;
  readonly subjects: Subjects;
  readonly counters: CounterRows;
  readonly logger: Logger;
}

/** What the book does for the outbox and for the gate. */
export interface InnerBook extends PolicyBook {
  /**
   * Holds spending against rules, and counts it.
   *
   * @returns what is held from now on.
   * @throws `ERR_POLICY_DENIED`, `ERR_POLICY_TAMPERED`: nothing was counted.
   */
  count(rules: readonly CompiledRule[], spent: Spent, held: readonly Reservation[]): Promise<readonly Reservation[]>;
  /** As `reserveFee`. */
  countFee(
    subject: Subject,
    maxFee: bigint,
    nowMs: number,
    held: readonly Reservation[],
  ): Promise<readonly Reservation[]>;
}

export interface Spent {
  readonly subject: Subject;
  readonly spending: Spending;
  readonly nowMs: number;
}

/** An amount that passed, not counted yet. */
interface Addition {
  readonly reservation: Reservation;
  readonly endMs: number;
  readonly windowMs: number;
}

/** Fees of the day before are kept too: a transaction that was signed then may still be settled. */
const feeWindowMs = 2 * 86_400_000;

export function createBook({ config, subjects, counters, logger }: BookParts): InnerBook {
  /**
   * All counters that the book's subjects may need, at once: in one order whatever is asked first. Fees come after values.
   *
   * @param held - whose counters are needed too: the rule of one may be gone.
   */
  async function lock(what: Reservation["what"], held: readonly Reservation[] = []): Promise<void> {
    const all = subjects.all();
    const scopesOf = (kind: Reservation["what"]): readonly string[] =>
      held.filter((each) => each.what === kind).map(({ scope }) => scope);
    const values = all.flatMap(({ subject, rules }) => limitScopes(rules, subject).map(({ scope }) => scope));
    await counters.lock([...values, ...scopesOf("value")]);
    if (what === "value") return;
    const fees = all.flatMap(({ subject }) => feeScopes(config, subject).map(({ scope }) => scope));
    await counters.lock([...fees, ...scopesOf("fee")]);
  }

  function add(additions: readonly Addition[], nowMs: number): void {
    for (const { reservation, endMs, windowMs } of additions) {
      const { scope, bucketMs: beginMs, amount } = reservation;
      addTo(counters.change(scope), { beginMs, endMs }, amount, { windowMs, nowMs });
    }
  }

  const count: InnerBook["count"] = async (rules, { subject, spending, nowMs }, held) => {
    for (const rule of rules) rule.require(spending);
    const limits = limitScopes(rules, subject).flatMap((each) => {
      const amount = amountOf(spending, each.compiled.asset);
      return amount === null || amount === 0n ? [] : [{ ...each, amount }];
    });
    if (limits.length === 0) return held;
    await lock("value");
    const touched = new Set(limits.map(({ scope }) => scope));
    const still: Reservation[] = held.filter(({ scope }) => !touched.has(scope));
    const additions = limits.flatMap(({ scope, compiled, limit, amount }): Addition[] => {
      const { windowMs, value: most } = limit;
      const buckets = counters.get(scope);
      const own = countedOf(
        held.filter((each) => each.scope === scope),
        buckets,
        { windowMs, nowMs },
      );
      still.push(...own.kept);
      const used = usedIn(buckets, windowMs, nowMs) - own.sum;
      const needed = own.sum > amount ? own.sum : amount;
      if (used + needed > most) throw overLimit(compiled.rule.name, windowMs, { limit: most, used, value: amount });
      if (own.sum >= amount) return [];
      const { beginMs, endMs } = bucketOf(windowMs, nowMs);
      const reservation = { scope, bucketMs: beginMs, amount: amount - own.sum, what: "value" } as const;
      return [{ reservation, endMs, windowMs }];
    });
    add(additions, nowMs);
    return merged(
      still,
      additions.map(({ reservation }) => reservation),
    );
  };

  const countFee: InnerBook["countFee"] = async (subject, maxFee, nowMs, held) => {
    const budgets = feeScopes(config, subject);
    if (budgets.length === 0) return held;
    await lock("fee");
    const { beginMs, endMs } = dayOf(nowMs);
    const additions = budgets.flatMap(({ scope, name, budget }): Addition[] => {
      const amount = maxFee - sumOf(held.filter((each) => each.scope === scope));
      if (amount <= 0n) return [];
      const used = counters.get(scope).get(beginMs)?.amount ?? 0n;
      if (used + amount > budget) throw overBudget(name, { limit: budget, used, value: amount });
      const reservation = { scope, bucketMs: beginMs, amount, what: "fee" } as const;
      return [{ reservation, endMs, windowMs: feeWindowMs }];
    });
    add(additions, nowMs);
    return merged(
      held,
      additions.map(({ reservation }) => reservation),
    );
  };

  const check = async (ask: PolicyAsk, held: readonly Reservation[]): Promise<readonly Reservation[]> => {
    const { subject, chain, chainId, intent, nowMs } = ask;
    const chains = [chain, ...(config.namesOf(chainId) ?? [])];
    const rules = subjects.rulesOf(subject).filter((rule) => rule.isOn(chains));
    if (isMereCancellation(intent)) return held;
    return await count(rules, { subject, spending: spendingOfIntent(intent), nowMs }, held);
  };

  /** A counter that was altered stays as it is: too much counted is safe. */
  function changeable(scope: string): Buckets | undefined {
    try {
      return counters.change(scope);
    } catch (error) {
      // Retryable: it can be read once its key is open.
      if (!isLatchkeyError(error, "ERR_POLICY_TAMPERED") || error.retryable) throw error;
      logger.error({ scope, code: error.code }, "a counter of the policy was altered: nothing was given back to it");
      return undefined;
    }
  }

  return {
    count,
    countFee,
    admit: (ask) => check(ask, []),
    recheck: check,
    reserveFee: ({ subject, nowMs }, maxFee, held) => countFee(subject, maxFee, nowMs, held),

    settle: async (held, outcome) => {
      const back = givenBack(held, outcome);
      if (back.length === 0) return;
      await lock(back.some(({ what }) => what === "fee") ? "fee" : "value", back);
      for (const { scope, bucketMs, amount } of back) {
        const buckets = changeable(scope);
        if (buckets !== undefined) takeFrom(buckets, bucketMs, amount);
      }
    },

    write: () => counters.write(),
  };
}

/** What of the reservations is not needed: of a fee that is spent over several days, what was reserved last. */
function givenBack(held: readonly Reservation[], outcome: Settlement): readonly Reservation[] {
  if (outcome.kind === "returned") return held;
  const left = new Map<string, bigint>();
  const fees = held.filter(({ what }) => what === "fee").sort((a, b) => a.bucketMs - b.bucketMs);
  return fees.flatMap((each) => {
    const unpaid = left.get(each.scope) ?? outcome.fee;
    const paid = unpaid < each.amount ? unpaid : each.amount;
    left.set(each.scope, unpaid - paid);
    return paid === each.amount ? [] : [{ ...each, amount: each.amount - paid }];
  });
}

interface Numbers {
  readonly limit: bigint;
  readonly used: bigint;
  readonly value: bigint;
}

function overLimit(rule: string, windowMs: number, { limit, used, value }: Numbers): Error {
  const what = `allows ${String(limit)} within ${String(windowMs)} ms, of which ${String(used)} is used: ${String(value)} is too much`;
  return denied(rule, what, { limit, used, value });
}

function overBudget(rule: string, { limit, used, value }: Numbers): Error {
  const what = `allows ${String(limit)} a day (UTC), of which ${String(used)} is used: ${String(value)} more is too much`;
  return denied(rule, what, { limit, used, value });
}
