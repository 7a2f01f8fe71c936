import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Clock } from "../units/clock.ts";
import type { SendingAccount } from "../wallets/account.ts";
import { type CollectionRows, isPlaced, type PlacedCollection, type StoredCollection } from "./collection-rows.ts";
import type { By } from "./collection.ts";
import { invalidCall, notIndexed } from "./errors.ts";
import type { IndexRows } from "./index/index-rows.ts";
import type { TokenRows } from "./token-rows.ts";

/** What calls on collections work with. */
export interface CallParts {
  readonly chains: readonly ChainAdapter[];
  readonly collections: CollectionRows;
  readonly indexes: IndexRows;
  readonly tokens: TokenRows;
  /** A service account that is registered here. */
  readonly service: (name: string, chain: string) => SendingAccount | undefined;
  readonly clock: Clock;
  /** Whatever ends with the instance. */
  readonly closing: AbortSignal;
}

/** A collection with the chain that it is on. */
export interface Placed {
  readonly stored: PlacedCollection;
  readonly chain: ChainAdapter;
}

/** @throws `ERR_CONFIG_INVALID`. */
export function chainNamed(chains: readonly ChainAdapter[], name: unknown, call: string): ChainAdapter {
  const chain = chains.find((candidate) => candidate.name === name);
  if (chain !== undefined) return chain;
  throw invalidCall(call, `chain is one of ${chains.map((each) => each.name).join(", ")}`);
}

/** @throws `ERR_COLLECTION_NOT_INDEXED` it is being deployed; `ERR_CONFIG_INVALID` its chain is not configured any more. */
export function placedOf(chains: readonly ChainAdapter[], stored: StoredCollection, call: string): Placed {
  const ofId = chains.filter(({ chainId }) => chainId === stored.chainId);
  const chain = ofId.find(({ name }) => name === stored.chain) ?? ofId[0];
  if (chain === undefined) throw invalidCall(call, `the collection is on "${stored.chain}", which is not configured`);
  if (isPlaced(stored)) return { stored, chain };
  throw notIndexed("The collection is not deployed yet, or its deployment failed: deploy() of the same alias tells", {
    alias: stored.alias,
  });
}

/** Who sends. @throws `ERR_CONFIG_INVALID`. */
export function senderOf(
  { service }: Pick<CallParts, "service">,
  by: unknown,
  chain: ChainAdapter,
  call: string,
): SendingAccount {
  if (typeof by === "string") {
    const account = service(by, chain.name);
    if (account !== undefined) return account;
    throw invalidCall(call, "by names no service account that is registered here; call latchkey.service(name, signer)");
  }
  if (!isAccount(by)) throw invalidCall(call, "by is an account, or the name of a service account");
  if (by.chain === chain.name) return by;
  throw invalidCall(call, `by is an account on "${by.chain}", and the collection is on "${chain.name}"`);
}

function isAccount(by: unknown): by is Exclude<By, string> {
  return (
    typeof by === "object" &&
    by !== null &&
    "chain" in by &&
    typeof by.chain === "string" &&
    "address" in by &&
    typeof by.address === "string" &&
    "send" in by &&
    typeof by.send === "function"
  );
}
