/**
 * How accounts of a family of chains come from a wallet's entropy: one leaf key per scheme, shared by every chain that uses it.
 */
export interface KeyScheme {
  /** Stable name stored with wallets, at most 32 of `a-z0-9-`: `evm`, `kaia`. */
  readonly id: string;
  /** BIP-32 path of the leaf: `m/44'/60'/0'/0/0`. */
  readonly path: string;
  /**
   * The account's address, as the chain writes it.
   *
   * @param publicKey - uncompressed secp256k1 point, 65 bytes with the leading 0x04.
   */
  addressOf(publicKey: Uint8Array): string;
  /**
   * The address as `addressOf` writes it, from any form that people use.
   *
   * @throws `ERR_CHAIN_ADDRESS_INVALID` not an address of this scheme, or its checksum is wrong.
   */
  parseAddress(text: string): string;
}
