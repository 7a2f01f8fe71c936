import { isDelegation } from "../../chains/ethereum/chain-state.ts";
import { isHex } from "../../units/bytes.ts";
import { askCalls, viewOf } from "../read/calls.ts";
import { askPatiently } from "../read/patience.ts";
import { numberIn, textIn } from "../read/words.ts";
import type { OwnerKind } from "../types.ts";
import { unsuitable } from "../unsuitable.ts";
import { sideBySide } from "../verify/side-by-side.ts";
import type { PinnedOld } from "./require-collection.ts";

export interface OwnerFacts {
  readonly address: string;
  readonly tokens: number;
  /** Undefined for an account without code. */
  readonly kind: OwnerKind | undefined;
  /** What the contract says that the owner has; undefined where it does not say. */
  readonly balance: bigint | undefined;
}

export type OwnerWithCode = OwnerFacts & { readonly kind: OwnerKind };

/** Owners under way at a time: so many, times four. */
const stretch = 250;
const atOnce = 4;
const longestVersion = 64;

/** Those owners that have code, ascending by address, and how many balances are not what the logs say. @throws `ERR_RPC_*`. */
export async function lookAtOwners(
  old: PinnedOld,
  owners: Iterable<{ readonly address: string; readonly tokens: number }>,
): Promise<{ readonly withCode: readonly OwnerWithCode[]; readonly wrongBalances: number }> {
  const withCode: OwnerWithCode[] = [];
  let wrongBalances = 0;
  for await (const facts of sideBySide(owners, stretch, atOnce, (some) => factsOf(old, some))) {
    for (const each of facts) {
      const { kind, balance, tokens } = each;
      if (balance !== BigInt(tokens)) wrongBalances += 1;
      if (kind !== undefined) withCode.push({ ...each, kind });
    }
  }
  return { withCode: withCode.sort((a, b) => (a.address < b.address ? -1 : 1)), wrongBalances };
}

async function factsOf(
  old: PinnedOld,
  owners: readonly { readonly address: string; readonly tokens: number }[],
): Promise<readonly OwnerFacts[]> {
  const { transport, address: collection, tag, patience } = old;
  const requests = owners.map(({ address }) => ({ method: "eth_getCode", params: [address, tag] }));
  const codes = await askPatiently(transport, requests, () => false, patience);
  const balances = await askCalls(
    transport,
    owners.map(({ address }) => viewOf(collection, "balanceOf", address)),
    tag,
    patience,
  );
  return await Promise.all(
    owners.map(async ({ address, tokens }, index) => {
      const code = codes[index];
      const text = code?.status === "fulfilled" && isHex(code.value) ? code.value : undefined;
      if (text === undefined) throw unsuitable("no code known", "has an owner of whom the node gives no code");
      const kind = text === "0x" ? undefined : await kindOf(old, address, text);
      return { address, tokens, kind, balance: numberIn(balances[index]) };
    }),
  );
}

async function kindOf({ transport, tag, patience }: PinnedOld, address: string, code: string): Promise<OwnerKind> {
  if (isDelegation(code)) return "eip7702";
  const calls = [viewOf(address, "safeVersion"), viewOf(address, "safeThreshold")];
  const [version, threshold] = await askCalls(transport, calls, tag, patience);
  const isVersion = version?.kind === "data" && "text" in textIn(version.data, longestVersion);
  return isVersion && (numberIn(threshold) ?? 0n) > 0n ? "safe" : "contract";
}
