import { createHash, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { wipe } from "../../units/bytes.ts";

const deriveKey = promisify(pbkdf2);

const words = wordlist.map((word) => Buffer.from(word, "ascii"));
const space = 0x20;
// BIP-39's salt is "mnemonic" and the passphrase; Latchkey uses none.
const salt = Buffer.from("mnemonic", "ascii");

const entropySizes: readonly number[] = [16, 20, 24, 28, 32];

/**
 * The phrase of an entropy: English words with single spaces, as ASCII bytes, so that the caller can wipe it.
 * Spec: BIP-39, "Generating the mnemonic".
 *
 * @param entropy - 16, 20, 24, 28 or 32 bytes.
 * @throws `ERR_VAULT_SECRET_INVALID` any other size.
 */
export function mnemonicOf(entropy: Uint8Array): Buffer {
  if (!entropySizes.includes(entropy.length)) {
    throw new LatchkeyError(
      "ERR_VAULT_SECRET_INVALID",
      `BIP-39 entropy is 16, 20, 24, 28 or 32 bytes, not ${String(entropy.length)}. No phrase was made.`,
    );
  }
  const checksum = createHash("sha256").update(entropy).digest();
  const bits = Buffer.concat([entropy, checksum.subarray(0, 1)]);
  const count = (entropy.length * 8 + entropy.length / 4) / 11;
  const phrase = Buffer.alloc(count * 9);
  let length = 0;
  for (let at = 0; at < count; at += 1) {
    const word = words[elevenBits(bits, at * 11)];
    if (word === undefined) throw new RangeError("word index");
    if (length > 0) phrase[length++] = space;
    length += word.copy(phrase, length);
  }
  const exact = Buffer.from(phrase.subarray(0, length));
  wipe(bits, checksum, phrase);
  return exact;
}

function elevenBits(bytes: Uint8Array, bit: number): number {
  const first = bit >>> 3;
  const window = ((bytes[first] ?? 0) << 16) | ((bytes[first + 1] ?? 0) << 8) | (bytes[first + 2] ?? 0);
  return (window >>> (13 - (bit & 7))) & 0x7ff;
}

/**
 * The 64-byte seed of an entropy, without a passphrase. Runs off the event loop; the caller wipes the result.
 * Spec: BIP-39, "From mnemonic to seed" (PBKDF2-HMAC-SHA512, 2048 rounds).
 */
export async function seedOf(entropy: Uint8Array): Promise<Buffer> {
  const phrase = mnemonicOf(entropy);
  try {
    return await seedOfPhrase(phrase);
  } finally {
    wipe(phrase);
  }
}

/** As `seedOf`, of a phrase that is there already, in UTF-8 NFKD, whatever language it is of. */
export function seedOfPhrase(phrase: Uint8Array, passphrase = ""): Promise<Buffer> {
  return deriveKey(
    phrase,
    Buffer.concat([salt, Buffer.from(passphrase.normalize("NFKD"), "utf8")]),
    2048,
    64,
    "sha512",
  );
}
