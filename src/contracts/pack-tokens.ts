import type { Hex } from "../units/brands.ts";
import { checkId, invalidTokens, isList, isObject, ownerDigits, type PlacedToken } from "./given-tokens.ts";

const largestPackedId = 2n ** 96n - 1n;

/**
 * Words for `mintBatchPacked`: 20 bytes of owner, then 12 bytes of id. One owner's words stand together, because the
 * contract writes a balance once for each run of one owner; otherwise the order stays.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, an id given twice, below 0, or of more than 96 bits (`mintBatch` takes
 * those); `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function packTokens(tokens: readonly PlacedToken[]): readonly Hex[] {
  for (const { owner } of given(tokens))
    if (owner === "hole" || owner === "door")
      throw invalidTokens(`"${owner}" cannot be minted to; packCommitted takes it`);
  const byOwner = new Map<string, Hex[]>();
  for (const { digits, word } of packed(tokens)) {
    const words = byOwner.get(digits);
    if (words === undefined) byOwner.set(digits, [word]);
    else words.push(word);
  }
  return [...byOwner.values()].flat();
}

/**
 * Words for `KIP17Migrated.migrate`, in the order given: a committed batch is checked in the order it was committed in.
 * An owner may be "hole" or "door".
 *
 * @throws as `packTokens`.
 */
export function packCommitted(tokens: readonly PlacedToken[]): readonly Hex[] {
  return packed(given(tokens)).map(({ word }) => word);
}

function packed(tokens: readonly PlacedToken[]): readonly { readonly digits: string; readonly word: Hex }[] {
  const seen = new Set<bigint>();
  return tokens.map((token) => {
    const id = checkId(token.id, largestPackedId);
    if (seen.has(id)) throw invalidTokens("an id is there twice", { id });
    seen.add(id);
    const digits = ownerDigits(token.owner);
    return { digits, word: `0x${digits}${id.toString(16).padStart(24, "0")}` };
  });
}

function given(tokens: readonly PlacedToken[]): readonly PlacedToken[] {
  if (!isList(tokens) || tokens.length === 0) throw invalidTokens("the list is empty, or none");
  if (!tokens.every((token) => isObject(token))) throw invalidTokens("an entry is no object");
  return tokens;
}
