import type { ChainProfile } from "../ports/chain-profile.ts";

/** A token to mint. */
export interface NewToken {
  /** 0 to 2^256-1. */
  readonly id: bigint;
  readonly to: string;
  /** At most 8,192 bytes of UTF-8. Left out: what the contract makes of the id. */
  readonly uri?: string;
}

interface Limits {
  readonly gas: number;
  readonly bytes: number;
}

/** Below what EIP-7825 lets a transaction have, 16,777,216, and what nodes take as a transaction's size, 128 KiB. */
const evmLimits: Limits = { gas: 15_000_000, bytes: 120_000 };
/** Kaia allows a transaction 500M gas; its computation cost, at most 150M, comes to about 100k for a token that costs as much gas. */
const kaiaLimits: Limits = { gas: 100_000_000, bytes: 120_000 };

/** A token of a new owner, by the repository's own measurements with something to spare: owner, balance, enumeration, log, calldata. */
const gasOfToken = 60_000;
/** For each word of storage that a URI takes, its length's included, and the word's calldata. */
const gasOfWord = 23_000;
const wordBytes = 32;
/** Owner, id, and the URI's offset and length. */
const wordsOfToken = 4;

/**
 * Cuts a list into what one transaction takes each, in the given order: the same list is cut alike every time, so that a batch sent again
 * under its idempotency key is the same batch.
 */
export function batchesOf<T extends NewToken>(tokens: readonly T[], profile: ChainProfile): readonly (readonly T[])[] {
  const limits = profile.name === "kaia" || profile.name === "kairos" ? kaiaLimits : evmLimits;
  const batches: T[][] = [];
  let gas = 0;
  let bytes = 0;
  let hasUris = false;
  for (const token of tokens) {
    const words = Math.ceil(Buffer.byteLength(token.uri ?? "") / wordBytes);
    const tokenGas = gasOfToken + (words === 0 ? 0 : (words + 1) * gasOfWord);
    const tokenBytes = (wordsOfToken + words) * wordBytes;
    const batch = batches.at(-1);
    // A batch has URIs or has none: the contract has a function for each.
    const isFull = gas + tokenGas > limits.gas || bytes + tokenBytes > limits.bytes;
    if (batch === undefined || isFull || hasUris !== (token.uri !== undefined)) {
      batches.push([token]);
      gas = tokenGas;
      bytes = tokenBytes;
      hasUris = token.uri !== undefined;
    } else {
      batch.push(token);
      gas += tokenGas;
      bytes += tokenBytes;
    }
  }
  return batches;
}
