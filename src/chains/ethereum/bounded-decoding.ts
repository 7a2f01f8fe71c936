import type { Ethers } from "./ethers.ts";

/** Longest ABI-encoded answer that is decoded, in bytes: some 4,000 words. Read larger things in pages. */
export const longestAnswer = 128 * 1024;
const inflation = 2;
const ethersDefault = 1024;

/**
 * Decodes what a contract or a node answered, in bounded time. ethers copies the whole answer for every word that it reads, and lets an
 * answer point at one part of itself a thousand times over, so that 50 kB could hold the event loop for seconds. Here each word may
 * be read twice. The limit is set around `decode` because ethers takes it for the whole process alone; nothing else runs meanwhile.
 *
 * @param decode - synchronous.
 */
export function boundedDecoding<T>({ AbiCoder }: Ethers, decode: () => T): T {
  AbiCoder._setDefaultMaxInflation(inflation);
  try {
    return decode();
  } finally {
    AbiCoder._setDefaultMaxInflation(ethersDefault);
  }
}
