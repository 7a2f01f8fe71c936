import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import { parsePath } from "../vault/derivation/bip32.ts";
import { isSchemeId } from "../vault/envelope/secret.ts";

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Checks that chains can be configured together: at least one, each name once, one path per key scheme.
 *
 * @throws `ERR_CONFIG_INVALID`.
 */
export function requireChains(chains: readonly ChainAdapter[]): void {
  if (!isList(chains) || chains.length === 0)
    throw invalid("at least one chain is needed, such as evm({ ... }) from latchkey/evm");
  const names = new Set<string>();
  const paths = new Map<string, string>();
  for (const { name, scheme } of chains) {
    if (!namePattern.test(name)) {
      throw invalid(`the chain name "${name.slice(0, 40)}" is not 1 to 32 of a-z, 0-9 and "-", a letter first`);
    }
    if (names.has(name)) throw invalid(`the chain name "${name}" is used twice`);
    names.add(name);
    if (!isSchemeId(scheme.id))
      throw invalid(`the key scheme of "${name}" has an id that is not 1 to 32 of a-z, 0-9 and "-"`);
    parsePath(scheme.path);
    const path = paths.get(scheme.id) ?? scheme.path;
    if (path !== scheme.path) {
      throw invalid(
        `the key scheme "${scheme.id}" has the paths ${path} and ${scheme.path}; give each path a scheme id of its own`,
      );
    }
    paths.set(scheme.id, path);
  }
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
