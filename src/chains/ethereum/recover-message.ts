import { loadEthers } from "./ethers.ts";

/**
 * Who may have signed a text: the addresses whose keys made the signature over it as a personal message, by EIP-191 and by the prefix of
 * Kaia's wallets, `Klaytn Signed Message`. Spec: https://eips.ethereum.org/EIPS/eip-191
 *
 * @param signature - 65 bytes, or 64 as EIP-2098 has them, as hexadecimal digits.
 * @returns none where it is no signature.
 * @throws `ERR_PEER_MISSING`.
 */
export async function messageSigners(text: string, signature: string): Promise<readonly string[]> {
  const ethers = await loadEthers();
  const message = ethers.toUtf8Bytes(text);
  const prefix = ethers.toUtf8Bytes(`\x19Klaytn Signed Message:\n${String(message.length)}`);
  const digests = [ethers.hashMessage(message), ethers.keccak256(ethers.concat([prefix, message]))];
  try {
    return digests.map((digest) => ethers.recoverAddress(digest, signature));
  } catch {
    return [];
  }
}
