import type { EncodedIntent } from "../../ports/intent.ts";
import type { Grant } from "../../ports/signing-request.ts";
import { selectorOf, tokenMovementOf } from "./calldata.ts";

/** An amount of one asset: `native`, or a token's contract in lower case. Null: all there is, or as much as cannot be told. */
export interface AssetAmount {
  readonly asset: string;
  readonly amount: bigint | null;
}

/** What rules look at in a transaction or a permit. Addresses in lower case. */
export interface Spending {
  /** Everybody to whom it goes: its destination, and who gets or may spend tokens. */
  readonly destinations: readonly string[];
  /** It makes a contract, whose code can do anything. */
  readonly isDeployment: boolean;
  /** Of its calldata: null for bytes too few for one, undefined where there is no calldata. */
  readonly selector: string | null | undefined;
  readonly amounts: readonly AssetAmount[];
}

export function spendingOfIntent(intent: EncodedIntent): Spending {
  const { to, value, data, token } = intent;
  const decoded = to === null ? undefined : tokenMovementOf(to, data);
  const destinations = new Set<string>();
  if (to !== null) destinations.add(to.toLowerCase());
  if (token !== null) destinations.add(token.to.toLowerCase());
  if (decoded !== undefined) {
    destinations.add(decoded.asset);
    // To take an approval back is no way to a destination.
    const isRevocation = decoded.isApproval && decoded.amount === 0n;
    if (decoded.party !== null && !isRevocation) destinations.add(decoded.party);
  }
  const amounts: AssetAmount[] = [];
  if (value > 0n) amounts.push({ asset: "native", amount: value });
  // The bytes are what gets signed: they come before what is said of them.
  if (decoded !== undefined) amounts.push({ asset: decoded.asset, amount: decoded.amount });
  else if (token !== null) amounts.push({ asset: token.contract.toLowerCase(), amount: token.amount });
  return {
    destinations: [...destinations],
    isDeployment: to === null,
    selector: to === null || data === "0x" ? undefined : selectorOf(data),
    amounts,
  };
}

/** Permits that one signature gives, as the approvals that they are. */
export function spendingOfGrants(grants: readonly Grant[]): Spending {
  const approvals = grants.map(({ token, spender, amount }) => ({
    asset: token.toLowerCase(),
    spender: spender.toLowerCase(),
    amount,
  }));
  return {
    destinations: [...new Set(approvals.flatMap(({ asset, spender }) => [asset, spender]))],
    isDeployment: false,
    selector: undefined,
    amounts: approvals.map(({ asset, amount }) => ({ asset, amount })),
  };
}

/** A cancellation does nothing: it frees its sender from a transaction that waits, and no rule is against that. */
export function isMereCancellation({ kind, value, data }: EncodedIntent): boolean {
  return kind === "cancel" && value === 0n && data === "0x";
}
