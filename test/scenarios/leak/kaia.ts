import { caverProvider, caverWallet, kaia } from "../../../src/chains/kaia/index.ts";
import { http, type Transport } from "../../../src/index.ts";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { openObserved, type World } from "./world.ts";

const contract = "0x000000000000000000000000000000000000c0de";

/** Answers of a Kaia node for which everything costs too much. */
const costly: Readonly<Record<string, unknown>> = {
  kaia_chainID: "0x2019",
  kaia_getTransactionCount: "0x0",
  kaia_getBalance: "0xffffffffffffffffffffff",
  kaia_getCode: "0x00",
  kaia_estimateGas: "0x1000000",
  kaia_estimateComputationCost: "0xfffffffff",
  kaia_gasPrice: "0x5d21dba00",
  kaia_getHeaderByNumber: { baseFeePerGas: "0x5d21dba00" },
  kaia_sendRawTransaction: null,
};
const costlyTransport: Transport = {
  origin: "http://costly.invalid",
  request: ({ method }) => Promise.resolve(costly[method]),
  close: () => Promise.resolve(),
};

/** Kaia's part: two signatures a transaction, and a library that quotes what it is given. */
export async function useKaia(world: World): Promise<void> {
  const { observed, node } = world;
  const transport = http({ url: node.url, headers: node.headers, timeoutMs: 5_000 });
  const latchkey = await openObserved(world, {
    chains: [
      kaia({ name: "unsuitable", chainId: 1001, transport }),
      kaia({ name: "costly", chainId: 8217, transport: costlyTransport }),
    ],
  });
  const [alice, bob] = await Promise.all([latchkey.login("alice"), latchkey.login("bob")]);
  const { signer } = bob.accounts.costly;
  const call = { to: contract, abi: guestBook.abi, function: "sign", args: ["hello"] };
  await observed.provoke("ERR_CHAIN_NODE_UNSUITABLE", "a node that is no Kaia node", () =>
    alice.accounts.unsuitable.send({ call }, { feePayer: signer }),
  );
  await observed.provoke("ERR_CHAIN_COMPUTATION_COST", "a dear computation", () =>
    alice.accounts.costly.send({ call }, { feePayer: signer, feeRatio: 30 }),
  );
  // Both signatures are made, and the node's answer is no hash.
  await observed.provoke("ERR_RPC_BAD_RESPONSE", "an odd answer to a fee-delegated transaction", () =>
    alice.accounts.costly.send({ cancel: { nonce: 7 } }, { feePayer: signer }),
  );
  const wallet = caverWallet([signer]);
  const provider = caverProvider(latchkey, "unsuitable");
  observed.add("object of caver's", wallet, provider, wallet.isExisted(signer.address));
  await observed.provoke("ERR_CONFIG_INVALID", "caver's wallet without the signer", () =>
    wallet.sign(alice.accounts.costly.address, {
      fillTransaction: () => Promise.resolve(),
      getRLPEncodingForSignature: () => "0x",
      appendSignatures: () => undefined,
    }),
  );
  await latchkey.close();
}
