import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Subject } from "../ports/policy-gate.ts";
import type { Controls, Policy } from "../transactions/policy/policy.ts";
import type { PolicyRule } from "../transactions/policy/rules.ts";
import { isName } from "../transactions/send-options.ts";
import type { Gate } from "../units/gate.ts";
import { isObject } from "./given.ts";

/** Finds the wallet of a user. */
interface HasWallets {
  wallet(userId: string): Promise<{ readonly id: string; readonly userId: string } | undefined>;
}

/** The policy's management, by the names that a backend has: user ids and services. */
export function policyControls(
  policy: Policy,
  wallets: HasWallets,
  gate: Gate,
): {
  freeze(target: unknown, reason: string): Promise<Controls>;
  unfreeze(target: unknown, reason?: string): Promise<Controls>;
  setRules(target: unknown, rules: readonly PolicyRule[]): Promise<Controls>;
  controls(target: unknown): Promise<Controls>;
} {
  async function subjectOf(target: unknown): Promise<Subject | "tenant"> {
    if (target === "tenant") return target;
    const { user, service }: { user?: unknown; service?: unknown } = isObject(target) ? target : {};
    if (isName(service) && user === undefined) return { kind: "service", name: service };
    if (typeof user !== "string" || service !== undefined) throw noTarget();
    const wallet = await wallets.wallet(user);
    if (wallet === undefined) throw unknownUser();
    return { kind: "user", walletId: wallet.id, userId: wallet.userId };
  }
  return {
    freeze: (target, reason) => gate.run(async () => await policy.freeze(await subjectOf(target), reason)),
    unfreeze: (target, reason) => gate.run(async () => await policy.unfreeze(await subjectOf(target), reason)),
    setRules: (target, rules) => gate.run(async () => await policy.setRules(await subjectOf(target), rules)),
    controls: (target) => gate.run(async () => await policy.controls(await subjectOf(target))),
  };
}

function noTarget(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    'policy: the target is { user: "..." }, { service: "..." } or "tenant". Nothing was changed.',
  );
}

function unknownUser(): LatchkeyError {
  return new LatchkeyError(
    "ERR_POLICY_SUBJECT_UNKNOWN",
    "There is no wallet of this user. Nothing was changed; whoever never logged in has no key to freeze.",
  );
}
