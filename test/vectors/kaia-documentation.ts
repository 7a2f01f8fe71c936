import type { KaiaAction } from "../../src/chains/kaia/action.ts";

/** V, R and S. */
type Fields = readonly [v: string, r: string, s: string];

/** An example of Kaia's documentation. */
interface DocumentedTransaction {
  readonly type: string;
  /** Of https://docs.kaia.io/build/transactions/ */
  readonly page: "basic" | "fee-delegation" | "partial-fee-delegation";
  readonly action: KaiaAction;
  /** Percent that the fee payer pays; undefined where it pays all. */
  readonly ratio?: number | undefined;
  readonly signingHash: string;
  readonly signature: Fields;
  readonly feePayerSigningHash?: string;
  readonly feePayerSignature?: Fields;
  readonly raw: string;
  readonly hash: string;
  readonly senderTxHash: string;
}

const recipient = "0x7b65B75d204aBed71587c9E519a89277766EE1d0";
const call = "0x6353586b000000000000000000000000bc5951f055a85f41a3b62fd6f68ab7de76d299b2";

/** What all examples share. The keys are the documentation's. */
export const documented = {
  chainId: 1,
  nonce: 1_234,
  gasPrice: 25n,
  gas: 1_000_000n,
  from: "0xa94f5374Fce5edBC8E2a8697C15331677e6EbF0B",
  key: "45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8",
  feePayer: "0x5A0043070275d9f6054307Ee7348bD660849D90f",
  feePayerKey: "b9d5558443585bca6f225b935950e3f6e69f9da8a5809a83f51c3365dff53936",
} as const;

/**
 * The examples under "RLP Encoding (Example)" of each type, from docs/build/transactions in github.com/kaiachain/kaia-docs at
 * c58959980760881dfcf61825bac098f7cf673c99. Not those of deployments, which show a recipient and a human-readable address, as no node takes
 * them any more; nor account updates and anchoring, which are not written here.
 */
export const documentedTransactions: readonly DocumentedTransaction[] = [
  {
    type: "TxTypeValueTransfer",
    page: "basic",
    action: { kind: "valueTransfer", to: recipient, value: 10n },
    signingHash: "0xaa7665566c9508140bb91e36a948fc8f61c4518400a69562432d17e064f3ce43",
    signature: [
      "0x25",
      "0xf3d0cd43661cabf53425535817c5058c27781f478cb5459874feaa462ed3a29a",
      "0x6748abe186269ff10b8100a4b7d7fea274b53ea2905acbf498dc8b5ab1bf4fbc",
    ],
    raw: "0x08f87a8204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0bf845f84325a0f3d0cd43661cabf53425535817c5058c27781f478cb5459874feaa462ed3a29aa06748abe186269ff10b8100a4b7d7fea274b53ea2905acbf498dc8b5ab1bf4fbc",
    hash: "0x762f130342569e9669a4d8547f1248bd2554fbbf3062d63a97ce28bfa97aa9d7",
    senderTxHash: "0x762f130342569e9669a4d8547f1248bd2554fbbf3062d63a97ce28bfa97aa9d7",
  },
  {
    type: "TxTypeValueTransferMemo",
    page: "basic",
    action: { kind: "valueTransferMemo", to: recipient, value: 10n, input: "0x68656c6c6f" },
    signingHash: "0x23dd6ca2c023a152cad636ac8ed0a1a7962d3eb4cb7f3c50e34c0cc42e37d48a",
    signature: [
      "0x25",
      "0x7d2b0c89ee8afa502b3186413983bfe9a31c5776f4f820210cffe44a7d568d1c",
      "0x2b1cbd587c73b0f54969f6b76ef2fd95cea0c1bb79256a75df9da696278509f3",
    ],
    raw: "0x10f8808204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0b8568656c6c6ff845f84325a07d2b0c89ee8afa502b3186413983bfe9a31c5776f4f820210cffe44a7d568d1ca02b1cbd587c73b0f54969f6b76ef2fd95cea0c1bb79256a75df9da696278509f3",
    hash: "0x6c7ee543c24e5b928b638a9f4502c1eca69103f5467ed4b6a2ed0ea5aede2e6b",
    senderTxHash: "0x6c7ee543c24e5b928b638a9f4502c1eca69103f5467ed4b6a2ed0ea5aede2e6b",
  },
  {
    type: "TxTypeSmartContractExecution",
    page: "basic",
    action: { kind: "smartContractExecution", to: recipient, value: 10n, input: call },
    signingHash: "0x197ea7d262f74489934d6cbcf8baa3bec169c16ad672fef4a9f8148864c9cdce",
    signature: [
      "0x26",
      "0xe4276df1a779274fbb04bc18a0184809eec1ce9770527cebb3d64f926dc1810b",
      "0x4103b828a0671a48d64fe1a3879eae229699f05a684d9c5fd939015dcdd9709b",
    ],
    raw: "0x30f89f8204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0ba46353586b000000000000000000000000bc5951f055a85f41a3b62fd6f68ab7de76d299b2f845f84326a0e4276df1a779274fbb04bc18a0184809eec1ce9770527cebb3d64f926dc1810ba04103b828a0671a48d64fe1a3879eae229699f05a684d9c5fd939015dcdd9709b",
    hash: "0x23bb192bd58d56527843eb63225c5213f3aded95e4c9776f1ff0bdd8ee0b6826",
    senderTxHash: "0x23bb192bd58d56527843eb63225c5213f3aded95e4c9776f1ff0bdd8ee0b6826",
  },
  {
    type: "TxTypeCancel",
    page: "basic",
    action: { kind: "cancel" },
    signingHash: "0xaaac6d71ad921e8a12e92c47d0b0654a20d8d9a4ff70d83f78661ccdf062ce9a",
    signature: [
      "0x25",
      "0xfb2c3d53d2f6b7bb1deb5a09f80366a5a45429cc1e3956687b075a9dcad20434",
      "0x5c6187822ee23b1001e9613d29a5d6002f990498d2902904f7f259ab3358216e",
    ],
    raw: "0x38f8648204d219830f424094a94f5374fce5edbc8e2a8697c15331677e6ebf0bf845f84325a0fb2c3d53d2f6b7bb1deb5a09f80366a5a45429cc1e3956687b075a9dcad20434a05c6187822ee23b1001e9613d29a5d6002f990498d2902904f7f259ab3358216e",
    hash: "0x10d135d590cb587cc45c1f94f4a0e3b8c24d24a6e4243f09ca395fb4e2450413",
    senderTxHash: "0x10d135d590cb587cc45c1f94f4a0e3b8c24d24a6e4243f09ca395fb4e2450413",
  },
  {
    type: "TxTypeFeeDelegatedValueTransfer",
    page: "fee-delegation",
    action: { kind: "valueTransfer", to: recipient, value: 10n },
    ratio: undefined,
    signingHash: "0xb86e4cc0955f7c2cda1b36038c9d43a2724fc956c11e09c37625379b7eb2bd21",
    signature: [
      "0x25",
      "0x9f8e49e2ad84b0732984398749956e807e4b526c786af3c5f7416b293e638956",
      "0x6bf88342092f6ff9fabe31739b2ebfa1409707ce54a54693e91a6b9bb77df0e7",
    ],
    feePayerSigningHash: "0x3e7c5f40e826d1d22493be59bf62928dc397de5c972bd9bfa3fe5206c24a5f82",
    feePayerSignature: [
      "0x26",
      "0xf45cf8d7f88c08e6b6ec0b3b562f34ca94283e4689021987abb6b0772ddfd80a",
      "0x298fe2c5aeabb6a518f4cbb5ff39631a5d88be505d3923374f65fdcf63c2955b",
    ],
    raw: "0x09f8d68204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0bf845f84325a09f8e49e2ad84b0732984398749956e807e4b526c786af3c5f7416b293e638956a06bf88342092f6ff9fabe31739b2ebfa1409707ce54a54693e91a6b9bb77df0e7945a0043070275d9f6054307ee7348bd660849d90ff845f84326a0f45cf8d7f88c08e6b6ec0b3b562f34ca94283e4689021987abb6b0772ddfd80aa0298fe2c5aeabb6a518f4cbb5ff39631a5d88be505d3923374f65fdcf63c2955b",
    hash: "0xe1e07f9971153499fc8c7bafcdaf7abc20b37aa4c18fb1e53a9bfcc259e3644c",
    senderTxHash: "0x40f8c94e01e07eb5353f6cd4cd3eabd5893215dd53a50ba4b8ff9a447ac51731",
  },
  {
    type: "TxTypeFeeDelegatedValueTransferMemo",
    page: "fee-delegation",
    action: { kind: "valueTransferMemo", to: recipient, value: 10n, input: "0x68656c6c6f" },
    ratio: undefined,
    signingHash: "0x3333b9336d431ffa53b795fedcf03cc2217cea3f26825ea5cbf7d69f0b99fde9",
    signature: [
      "0x26",
      "0x64e213aef0167fbd853f8f9989ef5d8b912a77457395ccf13d7f37009edd5c5b",
      "0x5d0c2e55e4d8734fe2516ed56ac628b74c0eb02aa3b6eda51e1e25a1396093e1",
    ],
    feePayerSigningHash: "0xed015096fb27764f576415e23576228cbf7c4fdad464ea7ffc3a1856dfe391c9",
    feePayerSignature: [
      "0x26",
      "0x87390ac14d3c34440b6ddb7b190d3ebde1a07d9a556e5a82ce7e501f24a060f9",
      "0x37badbcb12cda1ed67b12b1831683a08a3adadee2ea760a07a46bdbb856fea44",
    ],
    raw: "0x11f8dc8204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0b8568656c6c6ff845f84326a064e213aef0167fbd853f8f9989ef5d8b912a77457395ccf13d7f37009edd5c5ba05d0c2e55e4d8734fe2516ed56ac628b74c0eb02aa3b6eda51e1e25a1396093e1945a0043070275d9f6054307ee7348bd660849d90ff845f84326a087390ac14d3c34440b6ddb7b190d3ebde1a07d9a556e5a82ce7e501f24a060f9a037badbcb12cda1ed67b12b1831683a08a3adadee2ea760a07a46bdbb856fea44",
    hash: "0x8f68882f6192a53ba470aeca1e83ed9b9e519906a91256724b284dee778b21c9",
    senderTxHash: "0xfffaa2b38d4e684ea70a89c78fc7b2659000d130c76ad721d68175cbfc77c550",
  },
  {
    type: "TxTypeFeeDelegatedSmartContractExecution",
    page: "fee-delegation",
    action: { kind: "smartContractExecution", to: recipient, value: 10n, input: call },
    ratio: undefined,
    signingHash: "0xa5dd93af9f96fa316f0ddd84f10acb2e6eb41baaec3b42f9068c38aa1618f7e1",
    signature: [
      "0x25",
      "0x253aea7d2c37160da45e84afbb45f6b3341cf1e8fc2df4ecc78f14adb512dc4f",
      "0x22465b74015c2a8f8501186bb5e200e6ce44be52e9374615a7e7e21c41bc27b5",
    ],
    feePayerSigningHash: "0xf547d9d0041912e0daa2db2b65170a9e833877cd8482f405a11b03429fcbd554",
    feePayerSignature: [
      "0x26",
      "0xe7c51db7b922c6fa2a941c9687884c593b1b13076bdf0c473538d826bf7b9d1a",
      "0x5b0de2aabb84b66db8bf52d62f3d3b71b592e3748455630f1504c20073624d80",
    ],
    raw: "0x31f8fb8204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0ba46353586b000000000000000000000000bc5951f055a85f41a3b62fd6f68ab7de76d299b2f845f84325a0253aea7d2c37160da45e84afbb45f6b3341cf1e8fc2df4ecc78f14adb512dc4fa022465b74015c2a8f8501186bb5e200e6ce44be52e9374615a7e7e21c41bc27b5945a0043070275d9f6054307ee7348bd660849d90ff845f84326a0e7c51db7b922c6fa2a941c9687884c593b1b13076bdf0c473538d826bf7b9d1aa05b0de2aabb84b66db8bf52d62f3d3b71b592e3748455630f1504c20073624d80",
    hash: "0xef46f28c54b3d90a183e26f406ca1d5cc2b6e9fbb6cfa7c85a10330ffadf54b0",
    senderTxHash: "0x3cd3380f4206943422d5d5b218dd66d03d60d19a109f9929ea12b52a230257cb",
  },
  {
    type: "TxTypeFeeDelegatedCancel",
    page: "fee-delegation",
    action: { kind: "cancel" },
    ratio: undefined,
    signingHash: "0xd36c4277f4aa1d483a5fc4d656aeea50416c28adddb27a234d320290bd2a343c",
    signature: [
      "0x26",
      "0x8409f5441d4725f90905ad87f03793857d124de7a43169bc67320cd2f020efa9",
      "0x60af63e87bdc565d7f7de906916b2334336ee7b24d9a71c9521a67df02e7ec92",
    ],
    feePayerSigningHash: "0x15859ecc06acbd2dd5820c5968a85590826d1f6affb938e89559558ac4f86a24",
    feePayerSignature: [
      "0x26",
      "0x044d5b25e8c649a1fdaa409dc3817be390ad90a17c25bc17c89b6d5d248495e0",
      "0x73938e690d27b5267c73108352cf12d01de7fd0077b388e94721aa1fa32f85ec",
    ],
    raw: "0x39f8c08204d219830f424094a94f5374fce5edbc8e2a8697c15331677e6ebf0bf845f84326a08409f5441d4725f90905ad87f03793857d124de7a43169bc67320cd2f020efa9a060af63e87bdc565d7f7de906916b2334336ee7b24d9a71c9521a67df02e7ec92945a0043070275d9f6054307ee7348bd660849d90ff845f84326a0044d5b25e8c649a1fdaa409dc3817be390ad90a17c25bc17c89b6d5d248495e0a073938e690d27b5267c73108352cf12d01de7fd0077b388e94721aa1fa32f85ec",
    hash: "0x96b39d3ab849127d31a5f7b5c882ca9ba408cd9d875052640d51a64f8c4acbb2",
    senderTxHash: "0xcc6c2673398903b3d906a3023b41636fc08bd1bddd5aa1602116091638f48447",
  },
  {
    type: "TxTypeFeeDelegatedValueTransferWithRatio",
    page: "partial-fee-delegation",
    action: { kind: "valueTransfer", to: recipient, value: 10n },
    ratio: 30,
    signingHash: "0x0f7d520cd00034299b36004c21b571263dbb9a77edbd5920c4136f7f74050d9d",
    signature: [
      "0x25",
      "0xdde32b8241f039a82b124fe94d3e556eb08f0d6f26d07dcc0f3fca621f1090ca",
      "0x1c8c336b358ab6d3a2bbf25de2adab4d01b754e2fb3b9b710069177d54c1e956",
    ],
    feePayerSigningHash: "0x38123c30a5f83db853e9ae4e8dd8d4f6aa6840415acffb8dbf18b2050463dec4",
    feePayerSignature: [
      "0x26",
      "0x091ecf53f91bb97bb694f2f2443f3563ac2b646d651497774524394aae396360",
      "0x44228b88f275aa1ec1bab43681d21dc7e3a676786ed1906f6841d0a1a188f88a",
    ],
    raw: "0x0af8d78204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0b1ef845f84325a0dde32b8241f039a82b124fe94d3e556eb08f0d6f26d07dcc0f3fca621f1090caa01c8c336b358ab6d3a2bbf25de2adab4d01b754e2fb3b9b710069177d54c1e956945a0043070275d9f6054307ee7348bd660849d90ff845f84326a0091ecf53f91bb97bb694f2f2443f3563ac2b646d651497774524394aae396360a044228b88f275aa1ec1bab43681d21dc7e3a676786ed1906f6841d0a1a188f88a",
    hash: "0x83a89f4debd8e9d6374b987e25132b3a4030c9cf9ace2fc6e7d1086fcea2ce40",
    senderTxHash: "0x4711ed4023e821425968342c1d50063b6bc3176b1792b7075cfeee3656d450f6",
  },
  {
    type: "TxTypeFeeDelegatedValueTransferMemoWithRatio",
    page: "partial-fee-delegation",
    action: { kind: "valueTransferMemo", to: recipient, value: 10n, input: "0x68656c6c6f" },
    ratio: 30,
    signingHash: "0x50eef45abe0743dce17e40db185d1d85607245a545f7517a52b90f3673aff689",
    signature: [
      "0x26",
      "0x769f0afdc310289f9b24decb5bb765c8d7a87a6a4ae28edffb8b7085bbd9bc78",
      "0x6a7b970eea026e60ac29bb52aee10661a4222e6bdcdfb3839a80586e584586b4",
    ],
    feePayerSigningHash: "0x09583a871c38a4860e336bfa5f16003feec75e710cfd9186c37892cee7d9775b",
    feePayerSignature: [
      "0x25",
      "0xc1c54bdc72ce7c08821329bf50542535fac74f4bba5de5b7881118a461d52834",
      "0x3a3a64878d784f9af91c2e3ab9c90f17144c47cfd9951e3588c75063c0649ecd",
    ],
    raw: "0x12f8dd8204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0b8568656c6c6f1ef845f84326a0769f0afdc310289f9b24decb5bb765c8d7a87a6a4ae28edffb8b7085bbd9bc78a06a7b970eea026e60ac29bb52aee10661a4222e6bdcdfb3839a80586e584586b4945a0043070275d9f6054307ee7348bd660849d90ff845f84325a0c1c54bdc72ce7c08821329bf50542535fac74f4bba5de5b7881118a461d52834a03a3a64878d784f9af91c2e3ab9c90f17144c47cfd9951e3588c75063c0649ecd",
    hash: "0xabcb0fd8ebb8f62ac899e5211b9ba47fe948a8efd815229cc4ed9cd781464f15",
    senderTxHash: "0x2c4e8cd3c68a4aacae51c695e857cfc1a019037ca71d8cd1e8ca56ec4eaf55b1",
  },
  {
    type: "TxTypeFeeDelegatedSmartContractExecutionWithRatio",
    page: "partial-fee-delegation",
    action: { kind: "smartContractExecution", to: recipient, value: 10n, input: call },
    ratio: 30,
    signingHash: "0x1eeea77acecdd102a070ead80a00f388e039c11d813e6d4a63ec90bd0186b210",
    signature: [
      "0x26",
      "0x74ccfee18dc28932396b85617c53784ee366303bce39a2401d8eb602cf73766f",
      "0x4c937a5ab9401d2cacb3f39ba8c29dbcd44588cc5c7d0b6b4113cfa7b7d9427b",
    ],
    feePayerSigningHash: "0x8a13f42530219cddb490108e38c48e7b58bc02a82f4d797d8f4d85eb16f6d6a5",
    feePayerSignature: [
      "0x25",
      "0x4a4997524694d535976d7343c1e3a260f99ba53fcb5477e2b96216ec96ebb565",
      "0x0f8cb31a35399d2b0fbbfa39f259c819a15370706c0449952c7cfc682d200d7c",
    ],
    raw: "0x32f8fc8204d219830f4240947b65b75d204abed71587c9e519a89277766ee1d00a94a94f5374fce5edbc8e2a8697c15331677e6ebf0ba46353586b000000000000000000000000bc5951f055a85f41a3b62fd6f68ab7de76d299b21ef845f84326a074ccfee18dc28932396b85617c53784ee366303bce39a2401d8eb602cf73766fa04c937a5ab9401d2cacb3f39ba8c29dbcd44588cc5c7d0b6b4113cfa7b7d9427b945a0043070275d9f6054307ee7348bd660849d90ff845f84325a04a4997524694d535976d7343c1e3a260f99ba53fcb5477e2b96216ec96ebb565a00f8cb31a35399d2b0fbbfa39f259c819a15370706c0449952c7cfc682d200d7c",
    hash: "0xb204e530f2a7f010d65b6f0f7639d1e9fc8add73e3a0ff1551b11585c36d3bdb",
    senderTxHash: "0xd5e22319cbf020d422d8ba3a07da9d99b9300826637af85b4e061805dcb2c1b0",
  },
  {
    type: "TxTypeFeeDelegatedCancelWithRatio",
    page: "partial-fee-delegation",
    action: { kind: "cancel" },
    ratio: 30,
    signingHash: "0xeccd1585e8e105bc034a72190c3e9312b5407736686aa0d34b1ad75320871014",
    signature: [
      "0x26",
      "0x72efa47960bef40b536c72d7e03ceaf6ca5f6061eb8a3eda3545b1a78fe52ef5",
      "0x62006ddaf874da205f08b3789e2d014ae37794890fc2e575bf75201563a24ba9",
    ],
    feePayerSigningHash: "0xf71b0b22d72ef59a063a865ee844e1ba0a103d707f06fb7013b3372ed169c705",
    feePayerSignature: [
      "0x26",
      "0x6ba5ef20c3049323fc94defe14ca162e28b86aa64f7cf497ac8a5520e9615614",
      "0x4a0a0fc61c10b416759af0ce4ce5c09ca1060141d56d958af77050c9564df6bf",
    ],
    raw: "0x3af8c18204d219830f424094a94f5374fce5edbc8e2a8697c15331677e6ebf0b1ef845f84326a072efa47960bef40b536c72d7e03ceaf6ca5f6061eb8a3eda3545b1a78fe52ef5a062006ddaf874da205f08b3789e2d014ae37794890fc2e575bf75201563a24ba9945a0043070275d9f6054307ee7348bd660849d90ff845f84326a06ba5ef20c3049323fc94defe14ca162e28b86aa64f7cf497ac8a5520e9615614a04a0a0fc61c10b416759af0ce4ce5c09ca1060141d56d958af77050c9564df6bf",
    hash: "0x63604ebf68bfee51b2e3f54ddb2f19f9ea72d32b3fc70877324531ecda25817a",
    senderTxHash: "0xc0818be4cffbacfe29be1134e0267e10fd1afb6571f4ccc95dcc67a788bab5e7",
  },
];

/**
 * Transactions of the test network Baobab (chain id 1001), from blockchain/types/block_test.go in github.com/klaytn/klaytn at
 * 32b13162d1471ef187b88ceef5d7fc3624726448.
 */
export const baobabTransactions: readonly { readonly block: number; readonly raw: string }[] = [
  {
    block: 83_863_326,
    raw: "0x08f88a830258128505d21dba0083419ce094ce123cb96a04c5a21728830bbc1d589ba30887db884563918244f4000094f90675a56a03f836204d66c0f923e00500ddc90af847f8458207f6a0fefbca6cf2db5bc7fd495d8baa5332d564a466c74a1264b10330a8b2aea7a5c9a07a45e8a2ddf1bbb740f7301169c56cbccc441597827cb483bf3d0300c92c314c",
  },
  {
    block: 118_540_800,
    raw: "0x31f8e380850ba43b74008405f5e10094fdeedbb2fe5b48d5b49e435ba00e0358740d0cf58094243a439bd4a1cc6edf6ed13e7589cdd0af42425884552984b3f847f8458207f6a0f79acd8519590419fb8efdbbda09f083beac54f03d6a8f8800538ad977ccb762a03034e435ca7011c6020674bdaa4043c3b7b743e18d6828b775dd681308fed9e39449f16029074d13890ac9fe589cc913ffd58d39a8f847f8458207f6a040793721d9f1ac9e77b6245b1b2ed1e20637d3022fb37cd64094f50c39c0a270a058e445a6ad2dc020bece69ccd1b2d28673502f9524b40114a6cc810acb5b775b",
  },
  {
    block: 118_540_800,
    raw: "0x7802f8b58203e9824c4f8459682f00850bfda3a300830493e094640ed61e261c545d7439bdbb27e1674a6f589e9680b844202ee0ed0000000000000000000000000000000000000000000000000000000000004c5000000000000000000000000000000000000000000000000000000294cace8233c080a06283a5276fd248f4186a5ccb8187e92b42afe00d938b83391148e7ff3e1a358ca0319c3345643f4415f3a3632338a9430c694cf3bb8de3c4d6621b0563c02a69ad",
  },
  {
    block: 118_540_800,
    raw: "0x7802f8b58203e982467d8459682f00850bfda3a300830493e09450365c346bad261a29add3be7ba18b6c49e4f4cf80b844202ee0ed000000000000000000000000000000000000000000000000000000000000467b000000000000000000000000000000000000000000000000000000000062230bc001a088a760b2c930b0826f8cf14667bf9d62d68ce5d4ecf7aca4f9d872113c229e82a02f52cb66b7154411e4d36f5d126bb5e2e21a3d0f7885a0d097cf05ac2518af08",
  },
];
