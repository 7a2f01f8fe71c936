import type { Account } from "../behaviour/chain.ts";
import type { Named } from "../behaviour/deployed.ts";
import type { Picker } from "./picker.ts";
import { mayMove, type Model, type Token, zero } from "./state.ts";

/** A call with all that the model says of it. */
export interface Attempt {
  readonly from: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Every reason that there is to refuse it: the contract gives one of them. It succeeds where there is none. */
  readonly errors: readonly Named[];
  readonly events: readonly Named[];
  apply(): void;
}

/** Where an attempt is made. */
export interface Stage {
  readonly model: Model;
  readonly ids: readonly bigint[];
  readonly accounts: readonly Account[];
  /** A contract that takes no token safely; it is an account too. */
  readonly contract: string;
  /** Signs a permit for a token with the key of an account. */
  signPermit(account: Account, permit: Permit): string;
  /** In seconds. */
  readonly now: bigint;
}

export interface Permit {
  readonly spender: string;
  readonly tokenId: bigint;
  readonly nonce: bigint;
  readonly deadline: bigint;
}

export type Kind = (stage: Stage, pick: Picker) => Attempt;

/** The reasons that apply. */
export function reasons(...cases: readonly (readonly [applies: boolean, error: () => Named])[]): readonly Named[] {
  return cases.filter(([applies]) => applies).map(([, error]) => error());
}

/** Any account. */
export function anyone({ accounts, contract }: Stage, pick: Picker): string {
  return pick.once(8) ? contract : pick.from(accounts).address;
}

/** One of these mostly, anyone at times, so that what is refused is tried as well. */
export function mostly(of: Iterable<string>, stage: Stage, pick: Picker): string {
  const given = [...of].filter((account) => account !== zero);
  return given.length === 0 || pick.once(6) ? anyone(stage, pick) : pick.from(given);
}

/** A receiver, which is the zero address at times. */
export function receiver(stage: Stage, pick: Picker): string {
  return pick.once(20) ? zero : anyone(stage, pick);
}

/** A token's id mostly. */
export function tokenId({ model, ids }: Stage, pick: Picker): bigint {
  const minted = [...model.tokens.keys()];
  return minted.length === 0 || pick.once(12) ? pick.from(ids) : pick.from(minted);
}

/** An id that is free, mostly. */
export function freeId({ model, ids }: Stage, pick: Picker): bigint {
  const free = ids.filter((id) => !model.tokens.has(id));
  return free.length === 0 || pick.once(12) ? pick.from(ids) : pick.from(free);
}

/** An account that may move the token, mostly. */
export function mover(stage: Stage, pick: Picker, token: Token | undefined): string {
  if (token === undefined) return anyone(stage, pick);
  const { model, accounts, contract } = stage;
  const all = [...accounts.map(({ address }) => address), contract];
  return mostly(
    all.filter((account) => mayMove(model, token, account)),
    stage,
    pick,
  );
}
