import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import { parsePath } from "../vault/derivation/bip32.ts";
import { isSchemeId } from "../vault/envelope/secret.ts";
import { hasMethods, isObject } from "./given.ts";

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;

const adapterMethods = ["getBalance", "read", "prepare", "broadcast", "waitForReceipt", "close"];

/**
 * Checks that chains can be configured together: at least one, each name once, one path per key scheme, and no two whose
 * accounts are the same on the same chain.
 *
 * @throws `ERR_CONFIG_INVALID`.
 */
export function requireChains(chains: readonly ChainAdapter[]): void {
  if (!isList(chains) || chains.length === 0)
    throw invalid("chains needs at least one chain, such as evm({ ... }) from latchkey/evm");
  const names = new Set<string>();
  const paths = new Map<string, string>();
  const places = new Map<string, string>();
  for (const chain of chains) {
    requireChain(chain);
    const { name, chainId, scheme } = chain;
    if (names.has(name)) throw invalid(`the chain name "${name}" is used twice`);
    names.add(name);
    const path = paths.get(scheme.id) ?? scheme.path;
    if (path !== scheme.path) {
      throw invalid(
        `the key scheme "${scheme.id}" has the paths ${path} and ${scheme.path}; give each path a scheme id of its own`,
      );
    }
    paths.set(scheme.id, path);
    // The path makes the key, and the key the account. Nonces are counted per name.
    const place = `${String(chainId)} ${parsePath(path).join("/")}`;
    const other = places.get(place);
    if (other !== undefined) {
      throw invalid(
        `"${other}" and "${name}" are both chain ${String(chainId)}, with the same accounts: two payments could be given one nonce, and one of them be lost. Configure the chain once; for accounts of its own, give one of the two a key scheme with another path`,
      );
    }
    places.set(place, name);
  }
}

/** Checks one chain by itself: evm() and kaia() make good ones, and anybody may write another. */
function requireChain(chain: unknown): void {
  if (!isObject(chain)) throw invalid("a chain is none; use evm({ ... }) from latchkey/evm");
  const { name, chainId, scheme, transport }: Partial<Record<keyof ChainAdapter, unknown>> = chain;
  if (typeof name !== "string" || !namePattern.test(name)) {
    const shown = typeof name === "string" ? ` "${name.slice(0, 40)}"` : "";
    throw invalid(`the chain name${shown} is not a text of 1 to 32 of a-z, 0-9 and "-", a letter first`);
  }
  if (!hasMethods(chain, adapterMethods))
    throw invalid(`the chain "${name}" is no chain adapter: it needs the methods ${adapterMethods.join(", ")}`);
  if (!Number.isSafeInteger(chainId) || Number(chainId) < 1)
    throw invalid(`the chainId of "${name}" is not a whole number from 1`);
  if (!hasMethods(transport, ["request", "close"]))
    throw invalid(`the transport of "${name}" is none: it needs the methods request, close`);
  if (!isObject(scheme) || !hasMethods(scheme, ["addressOf", "parseAddress"]))
    throw invalid(`the key scheme of "${name}" is none: it needs the methods addressOf, parseAddress`);
  const { id, path }: { id?: unknown; path?: unknown } = scheme;
  if (typeof id !== "string" || !isSchemeId(id))
    throw invalid(`the key scheme of "${name}" has an id that is not 1 to 32 of a-z, 0-9 and "-"`);
  if (typeof path !== "string")
    throw invalid(`the key scheme of "${name}" has no path; write one such as m/44'/60'/0'/0/0`);
  parsePath(path);
}

/** Chains under their names; `requireChains` has made sure that each has its own. */
export function chainsByName<Name extends string>(
  chains: readonly ChainAdapter<Name>[],
): { readonly [N in Name]: ChainAdapter<N> } {
  const byName: object = Object.freeze(Object.fromEntries(chains.map((chain) => [chain.name, chain])));
  if (!hasEach(byName, chains)) throw invalid("a chain has no name");
  return byName;
}

function hasEach<Name extends string>(
  byName: object,
  chains: readonly ChainAdapter<Name>[],
): byName is { readonly [N in Name]: ChainAdapter<N> } {
  return chains.every(({ name }) => Object.hasOwn(byName, name));
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `openLatchkey: ${what}. Nothing was opened.`);
}
