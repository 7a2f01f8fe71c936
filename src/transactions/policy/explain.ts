import type { DecodedArgument, EncodedIntent } from "../../ports/intent.ts";
import { knownSignature, type TokenMovement, tokenMovementOf } from "./calldata.ts";

/** What an intent would do, for whoever has to agree to it. */
export interface Explanation {
  readonly kind: EncodedIntent["kind"];
  /** Null deploys. */
  readonly to: string | null;
  /** In base units. */
  readonly value: bigint;
  /** Such as `approve(address,uint256)`: by the ABI, or by the first four bytes where they are a token function's; null where neither tells. */
  readonly function: string | null;
  /** As the ABI names them; empty without one. */
  readonly args: readonly DecodedArgument[];
  /** Tokens that are moved, or that somebody may move from now on. */
  readonly token: {
    readonly contract: string;
    /** Who gets them or may spend them; null where they are burned. */
    readonly to: string | null;
    /** In the token's smallest unit; null: all of them, or as much as cannot be told. */
    readonly amount: bigint | null;
    readonly isApproval: boolean;
  } | null;
  /** What to look at twice, in English. */
  readonly warnings: readonly string[];
}

const zeroAddress = `0x${"0".repeat(40)}`;
/** More than any token has: what wallets write for an approval without a limit is 2^256 - 1, or 2^160 - 1 for Permit2. */
const unlimitedFrom = 2n ** 159n;

/** Reads an intent's bytes for people. Nothing is asked of a node. */
export function explainIntent(encoded: EncodedIntent): Explanation {
  const { kind, to, value, data, args } = encoded;
  const movement = to === null ? undefined : tokenMovementOf(to, data);
  const name = encoded.function ?? (to === null || kind === "memo" ? null : knownSignature(data));
  const token = tokenOf(encoded, movement);
  return {
    kind,
    to,
    value,
    function: name,
    args,
    token,
    warnings: warningsFor(encoded, name, token),
  };
}

function tokenOf({ token }: EncodedIntent, movement: TokenMovement | undefined): Explanation["token"] {
  if (movement !== undefined) {
    const { asset, party, amount, isApproval } = movement;
    return { contract: asset, to: party, amount, isApproval };
  }
  return token === null ? null : { ...token, isApproval: false };
}

function warningsFor(
  { kind, to, value, data }: EncodedIntent,
  name: string | null,
  token: Explanation["token"],
): readonly string[] {
  const isCall = to !== null && data !== "0x" && kind !== "memo";
  const recipients = [to, token?.to].map((each) => each?.toLowerCase());
  const warnings: readonly (readonly [boolean, string])[] = [
    [to === null, "deploys a contract"],
    [isCall && value > 0n, "sends value with a call"],
    [isCall && name === null, "calls a function that is not known"],
    [
      token !== null && token.isApproval && token.amount !== 0n && !isUnlimited(token.amount),
      "lets another account spend tokens",
    ],
    [token !== null && token.isApproval && isUnlimited(token.amount), "approves an unlimited amount"],
    [recipients.includes(zeroAddress), "goes to the zero address"],
    [token !== null && token.to?.toLowerCase() === token.contract.toLowerCase(), "sends tokens to their own contract"],
  ];
  return warnings.flatMap(([holds, warning]) => (holds ? [warning] : []));
}

function isUnlimited(amount: bigint | null): boolean {
  return amount === null || amount >= unlimitedFrom;
}
