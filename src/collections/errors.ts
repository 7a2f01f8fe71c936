import { LatchkeyError } from "../errors/latchkey-error.ts";

export function invalidCall(call: string, what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `collections.${call}: ${what}. Nothing was stored or sent.`);
}

export function unknownCollection(): LatchkeyError {
  return new LatchkeyError(
    "ERR_COLLECTION_UNKNOWN",
    "This tenant has no collection of this address or alias. Nothing was done; deploy it, or register the one that is there.",
  );
}

export function collectionExists(alias: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_COLLECTION_EXISTS",
    "The alias, or the address, belongs to another collection of this tenant on this chain. Nothing was stored or sent; choose another alias.",
    { context: { alias } },
  );
}

export function notIndexed(what: string, context: Readonly<Record<string, string | number>>): LatchkeyError {
  return new LatchkeyError("ERR_COLLECTION_NOT_INDEXED", `${what}. Nothing was read; ask again later.`, { context });
}
