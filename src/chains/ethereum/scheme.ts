import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { KeyScheme } from "../../ports/key-scheme.ts";
import { ethereumAddressOf, withChecksum } from "../../units/ethereum-address.ts";

const addressPattern = /^0x[0-9a-fA-F]{40}$/;

/** The usual scheme of EVM chains: `m/44'/60'/0'/0/0` (BIP-44, SLIP-44 coin type 60). */
export const evmKeyScheme: KeyScheme = evmScheme({ id: "evm", path: "m/44'/60'/0'/0/0" });

/**
 * EVM addresses from a path of one's own: chains with this scheme have other addresses than those with the usual one.
 *
 * @param options - `id` names the scheme in the store for good; `path` cannot change once wallets were made with it.
 */
export function evmScheme({ id, path }: { readonly id: string; readonly path: string }): KeyScheme {
  return { id, path, addressOf: ethereumAddressOf, parseAddress };
}

/**
 * An address with its checksum. All lower or all upper case has none and is taken; mixed case must be right.
 * Spec: https://eips.ethereum.org/EIPS/eip-55
 *
 * @throws `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function parseAddress(text: string): string {
  const known = checkedAddresses.get(text);
  if (known !== undefined) return known;
  const address = check(text);
  if (checkedAddresses.size >= mostAddresses) checkedAddresses.clear();
  checkedAddresses.set(text, address);
  return address;
}

/** Each checksum is a hash, and a sender's address is looked at for each of its transactions. */
const checkedAddresses = new Map<string, string>();
const mostAddresses = 4_096;

function check(text: string): string {
  if (typeof text === "string" && addressPattern.test(text)) {
    const digits = text.slice(2);
    const checked = withChecksum(digits.toLowerCase());
    const hasChecksum = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
    if (!hasChecksum || checked === text) return checked;
    throw invalid("fails its EIP-55 checksum: a character is wrong, or its case");
  }
  throw invalid("is not 0x and 40 hexadecimal digits");
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CHAIN_ADDRESS_INVALID", `An address ${what}. Nothing was signed or sent.`);
}
