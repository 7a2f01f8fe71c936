import { createHash } from "node:crypto";
import { addressOf, randomNumbers, shuffled } from "./random.ts";

/** A token that a collection has to give to its owner. */
export interface Token {
  /** 1, 2, 3, ... as old collections number them. */
  readonly id: number;
  /** "0x" and 40 lowercase hex digits. */
  readonly owner: string;
  /** 53 bytes. */
  readonly uri: string;
}

/** 500 tokens of 500 owners. */
export function tokensOf500Owners(): readonly Token[] {
  return collection("500 owners", 500, (place) => place);
}

/** 500 tokens of 50 owners with ten each. */
export function tokensOf50Owners(): readonly Token[] {
  return collection("50 owners", 500, (place) => place % 50);
}

/**
 * 10,000 tokens of 3,042 owners. Each owner has one; each of the other 6,958 goes to the owner whose rank is
 * 3,042 times the cube of a random number, rounded down: a few owners have hundreds, most have one or two.
 */
export function tokensOf3042Owners(): readonly Token[] {
  const owners = 3042;
  return collection("3042 owners", 10_000, (place, random) =>
    place < owners ? place : Math.floor(owners * random() ** 3),
  );
}

/** Owners in random order, the ids from 1. `ownerAt` says which owner a place has before the places are mixed. */
function collection(
  seed: string,
  count: number,
  ownerAt: (place: number, random: () => number) => number,
): readonly Token[] {
  const random = randomNumbers(seed);
  const owners = Array.from({ length: count }, (_, place) => ownerAt(place, random));
  return shuffled(owners, random).map((owner, index) => ({
    id: index + 1,
    owner: addressOf(`${seed}: owner ${String(owner)}`),
    uri: uriOf(`${seed}: token ${String(index + 1)}`),
  }));
}

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** As long as a CID of version 0 with its scheme, and not one: there is no digest to take out of it. */
function uriOf(token: string): string {
  const bytes = createHash("sha512").update(token).digest().subarray(0, 46);
  return `ipfs://${Array.from(bytes, (byte) => base58.charAt(byte % base58.length)).join("")}`;
}
