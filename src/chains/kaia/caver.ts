import { loadPeer } from "../../units/peer.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";

/** A transaction of caver's, as far as it is used here. */
interface CaverTransaction {
  getRLPEncodingForSignature(): string;
  getRLPEncoding(): string;
  /** Setting them replaces those that were there. */
  signatures: readonly (readonly string[])[];
  /** Fee-delegated types alone have these. */
  getRLPEncodingForFeePayerSignature?(): string;
  feePayerSignatures?: readonly (readonly string[])[];
}

/** caver-js, as far as it is used here: the types that it declares do not fit how it is loaded. */
export interface Caver {
  /** By type, such as `feeDelegatedValueTransfer`. */
  readonly transaction: Readonly<
    Record<string, { create(fields: Readonly<Record<string, unknown>>): CaverTransaction } | undefined>
  >;
}

let loaded: Promise<Caver> | undefined;

/**
 * caver-js, on first use: without a provider, for it only encodes here.
 *
 * @throws `ERR_PEER_MISSING`; the message names what its own installation may need.
 */
export function loadCaver(): Promise<Caver> {
  loaded ??= loadPeer(
    "caver-js",
    async () => {
      const { default: Caver }: { readonly default: unknown } = await import("caver-js");
      if (!isCaver(Caver)) throw new TypeError("caver-js exports no class");
      return new Caver();
    },
    `npm install caver-js (if npm cannot find its dependency http@0.0.1-security, add "overrides": { "http": "npm:empty-npm-package@1.0.0" } to your package.json)`,
  ).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

function isCaver(value: unknown): value is new () => Caver {
  return typeof value === "function";
}

/**
 * Runs caver over checked values. Nothing that it throws goes further: its messages quote what they were given, keys as well.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function encodedByCaver<T>(work: () => T): T {
  try {
    return work();
  } catch {
    throw unwritable();
  }
}

export function unwritable(): Error {
  return invalidIntent("cannot be written as a Kaia transaction");
}
