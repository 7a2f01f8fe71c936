import type { HttpNetworkConfig } from "hardhat/types/config";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { withSecret } from "../../units/bytes.ts";
import { deriveLeafKeys } from "../../vault/derivation/bip32.ts";
import { seedOfPhrase } from "../../vault/derivation/bip39.ts";

/** Gives a key's 32 bytes, which the caller wipes. */
export type ReadKey = () => Promise<Uint8Array>;

const keyPattern = /^(?:0x)?[0-9a-fA-F]{64}$/;

/**
 * The keys of a network's configured accounts, in their order, none read yet: a keystore asks for its password when one is. Hardhat gives them
 * out as text, which cannot be wiped.
 */
export function configuredKeys({ accounts }: Pick<HttpNetworkConfig, "accounts">): readonly ReadKey[] {
  if (accounts === "remote") return [];
  if (Array.isArray(accounts)) return accounts.map((variable) => () => keyOf(variable));
  const { mnemonic, passphrase, path, initialIndex, count } = accounts;
  return Array.from({ length: count }, (_, index) => async () => {
    const phrase = Buffer.from((await mnemonic.get()).normalize("NFKD"), "utf8");
    const seed = await withSecret(phrase, async () => seedOfPhrase(phrase, await passphrase.get()));
    return await withSecret(seed, () => {
      const [key] = deriveLeafKeys(seed, [`${path}/${String(initialIndex + index)}`]);
      if (key === undefined) throw unusable();
      return key;
    });
  });
}

async function keyOf(variable: { get(): Promise<string> }): Promise<Uint8Array> {
  const text = await variable.get();
  if (!keyPattern.test(text)) throw unusable();
  return Buffer.from(text.slice(-64), "hex");
}

function unusable(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "An account of the network's configuration is not a key of 32 bytes in hexadecimal. Nothing was sent.",
  );
}
