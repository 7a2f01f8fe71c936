interface AccountVector {
  readonly phrase: string;
  readonly path: string;
  /** Of the EVM account, or else the compressed public key. */
  readonly address?: string;
  readonly publicKey?: string;
}

const zeros = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const junk = "test test test test test test test test test test test junk";

/**
 * Published accounts of published phrases, all without a passphrase.
 * Hardhat and Anvil print those of "test ... junk": https://hardhat.org/hardhat-network/docs/reference#accounts
 * BIP-84 has keys of "abandon ... about": https://github.com/bitcoin/bips/blob/master/bip-0084.mediawiki#test-vectors
 */
export const accountVectors: readonly AccountVector[] = [
  { phrase: junk, path: "m/44'/60'/0'/0/0", address: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" },
  { phrase: junk, path: "m/44'/60'/0'/0/1", address: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
  { phrase: junk, path: "m/44'/60'/0'/0/2", address: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC" },
  { phrase: junk, path: "m/44'/60'/0'/0/3", address: "0x90F79bf6EB2c4f870365E785982E1f101E93b906" },
  { phrase: zeros, path: "m/44'/60'/0'/0/0", address: "0x9858EfFD232B4033E47d90003D41EC34EcaEda94" },
  {
    phrase: zeros,
    path: "m/84'/0'/0'/0/0",
    publicKey: "0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c",
  },
  {
    phrase: zeros,
    path: "m/84'/0'/0'/0/1",
    publicKey: "03e775fd51f0dfb8cd865d9ff1cca2a158cf651fe997fdc9fee9c1d3b5e995ea77",
  },
  {
    phrase: zeros,
    path: "m/84'/0'/0'/1/0",
    publicKey: "03025324888e429ab8e3dbaf1f7802648b9cd01e9b418485c5fa4c1b9b5700e1a6",
  },
];
