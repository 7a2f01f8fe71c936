// Of eth-account: https://github.com/ethereum/eth-account/blob/main/tests/core/test_accounts.py, ETH_TEST_TRANSACTIONS.

export interface SignedVector {
  readonly privateKey: string;
  readonly transaction: Readonly<Record<string, unknown>>;
  readonly raw: string;
}

const withoutChain = {
  type: 0,
  nonce: 0,
  gasPrice: 10n ** 12n,
  gasLimit: 10_000n,
};

/** Before EIP-155; in https://github.com/ethereum/tests too, as BasicTests/txtest.json. */
export const frontierTransactions: readonly SignedVector[] = [
  {
    privateKey: "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4",
    transaction: { ...withoutChain, to: "0x13978aee95f38490e9769C39B2773Ed763d9cd5F", value: 10n ** 16n },
    raw: "0xf86b8085e8d4a510008227109413978aee95f38490e9769c39b2773ed763d9cd5f872386f26fc10000801ba0eab47c1a49bf2fe5d40e01d313900e19ca485867d462fe06e139e3a536c6d4f4a014a569d327dcda4b29f74f93c0e9729d2f49ad726e703f9cd90dbb0fbf6649f1",
  },
];

const accessKey = "fad9c8855b740a0b7ed4c221dbad0f33a83a49cad6b3fe8d5817ac83d38b6a19";
const access = {
  type: 1,
  chainId: 1_900,
  gasPrice: 10n ** 9n,
  gasLimit: 100_000n,
  to: "0x09616C3d61b3331fc4109a9E41a8BDB7d9776609",
  value: 10n ** 14n,
  data: "0x616263646566",
};
const accessList = [
  {
    address: "0x0000000000000000000000000000000000000001",
    storageKeys: ["0x0100000000000000000000000000000000000000000000000000000000000000"],
  },
];

/** EIP-2930. */
export const accessListTransactions: readonly SignedVector[] = [
  {
    privateKey: accessKey,
    transaction: { ...access, nonce: 39, accessList: [] },
    raw: "0x01f87482076c27843b9aca00830186a09409616c3d61b3331fc4109a9e41a8bdb7d9776609865af3107a400086616263646566c080a0bad1a40fa2d90dc7539831bb82dfccf9b7094eab238d50c4369b805fb7241c58a046ab7eb7ff8cdfd203847b7e1b2f9e41208bba76a86ae3eeb97fe2727763aa12",
  },
  {
    privateKey: accessKey,
    transaction: { ...access, nonce: 34, accessList },
    raw: "0x01f8ad82076c22843b9aca00830186a09409616c3d61b3331fc4109a9e41a8bdb7d9776609865af3107a400086616263646566f838f7940000000000000000000000000000000000000001e1a0010000000000000000000000000000000000000000000000000000000000000001a08289e85fa00f8f7f78a53cf147a87b2a7f0d27e64d7571f9d06a802e365c3430a017dc77eae36c88937db4a5179f57edc6119701652f3f1c6f194d1210d638a061",
  },
];

const feeKey = "70af7ec25374c2b06cbfffeaf9817a3d1bc61854abbf39e9e00de734b0c0c8c4";
const fee = {
  type: 2,
  chainId: 1_337,
  nonce: 2,
  maxFeePerGas: 2n * 10n ** 9n,
  gasLimit: 100_000n,
  to: "0x96216849c49358B10257cb55b28eA603c874b05E",
  value: 10n ** 14n,
  data: "0x5544",
};

/** EIP-1559. */
export const dynamicFeeTransactions: readonly SignedVector[] = [
  {
    privateKey: feeKey,
    transaction: { ...fee, maxPriorityFeePerGas: 2n * 10n ** 9n },
    raw: "0x02f8758205390284773594008477359400830186a09496216849c49358b10257cb55b28ea603c874b05e865af3107a4000825544c001a008badd022b23e5bb51a13a18c99185dbd24aac054f876a3cf89a61672e998b89a01d14fb34a688d516f6444fdb6ceca7778be786cc70d3fa29714b6f232f09a83a",
  },
  {
    privateKey: feeKey,
    transaction: { ...fee, maxPriorityFeePerGas: 10n ** 9n, accessList },
    raw: "0x02f8ae82053902843b9aca008477359400830186a09496216849c49358b10257cb55b28ea603c874b05e865af3107a4000825544f838f7940000000000000000000000000000000000000001e1a0010000000000000000000000000000000000000000000000000000000000000001a036727d3bb8339377ac1d4c8b4d8c684a75d36047ebc369628be8d4d0f962d70ea064b1a8d2568bb9c44290242e8af47e1f428e2bf3073d9822a753649247321dfc",
  },
];
