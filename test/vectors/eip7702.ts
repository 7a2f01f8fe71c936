/** Authorisations of EIP-7702, with the signature over them. */
export const authorizations = [
  {
    // https://github.com/MetaMask/eth-sig-util/blob/main/src/sign-eip7702-authorization.test.ts
    privateKey: "4af1bceebf7f3634ec3cff8a2c38e51178d5d4ce585c52d6043e5e2cc3418bb0",
    chainId: 8_545,
    address: "0x1234567890123456789012345678901234567890",
    nonce: 1,
    digest: "0xb847dee5b33802280f3279d57574e1eb6bf5d628d7f63049e3cb20bad211056c",
    signature:
      "0xebea1ac12f17a56a514dfecbcbc8bbee7b089fa3fcee31680d1e2c1588f623df7973cab74e12536678995377da38c96c65c52897750b73462c6760ef2737dba41b",
  },
  {
    // https://github.com/trustwallet/wallet-core, rust/tw_evm: test_sign_authorization, compared with viem there.
    privateKey: "947dd69af402e7f48da1b845dfc1df6be593d01a0d8274bd03ec56712e7164e8",
    chainId: 1,
    address: "0xB91aaa96B138A1B1D94c9df4628187132c5F2bf1",
    nonce: 1,
    digest: "0x3ae543b2fa103a39a6985d964a67caed05f6b9bb2430ad6d498cda743fe911d9",
    signature:
      "0x2c39f2f64441dd38c364ee175dc6b9a87f34ca330bce968f6c8e22811e3bb7105f1bcde93dee4b214e60bc0e63babcc13e4fecb8a23c4098fd89844762aa012c1c",
  },
] as const;
