import { expect, vi } from "vitest";
import { caverProvider, type CaverProvider, caverWallet, kaia } from "../../../src/chains/kaia/index.ts";
import { http, type Latchkey, type Transport } from "../../../src/index.ts";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { caverOver } from "../../chains/kaia/caver.ts";
import { thrownBy } from "../../harness/errors.ts";
import { someTransfer } from "../../harness/offline-chain.ts";
import type { NodeFault } from "./faulty-node.ts";
import { misplaced } from "./misuse.ts";
import { heldBy, openObserved, type World } from "./world.ts";

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
  kaia_getHeaderByNumber: { number: "0x1", hash: `0x${"1".repeat(64)}`, baseFeePerGas: "0x5d21dba00" },
  kaia_sendRawTransaction: null,
};
export const costlyTransport: Transport = {
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
  const { address } = alice.accounts.unsuitable;
  await observed.provoke("ERR_CHAIN_NODE_UNSUITABLE", "a node that is no Kaia node", () =>
    latchkey.chains.unsuitable.prepare({ call }, address, { feePayer: signer }),
  );
  observed.add("object service", await latchkey.service("payer", signer));
  await observed.provoke("ERR_CHAIN_COMPUTATION_COST", "a dear computation", async () =>
    (await alice.accounts.costly.send({ call }, { feePayer: "payer", feeRatio: 30 })).wait("broadcast"),
  );
  // Both signatures are made, and the node's answer is no hash.
  await heldBy(
    observed,
    "ERR_RPC_BAD_RESPONSE",
    await alice.accounts.costly.send(someTransfer, { feePayer: "payer", feeRatio: 30, gasLimit: 100_000n }),
  );
  const wallet = caverWallet([signer]);
  observed.add("object of caver's", wallet, wallet.isExisted(signer.address));
  await observed.provoke("ERR_CONFIG_INVALID", "caver's wallet without the signer", () =>
    wallet.sign(alice.accounts.costly.address, {
      fillTransaction: () => Promise.resolve(),
      getRLPEncodingForSignature: () => "0x",
      appendSignatures: () => undefined,
    }),
  );
  await breakCaver(world, latchkey);
  await askThroughCaver(world, caverProvider(latchkey, "unsuitable"));
  await latchkey.close();
}

/** caver quotes what it was given, keys as well; here it does so at each step, with a secret that it was not given. */
async function breakCaver({ observed }: World, latchkey: Latchkey<"costly" | "unsuitable">): Promise<void> {
  const [alice, bob] = await Promise.all([latchkey.login("alice"), latchkey.login("bob")]);
  const { signer } = bob.accounts.costly;
  const caver = caverOver(caverProvider(latchkey, "costly"));
  const maker = caver.transaction["feeDelegatedCancel"] ?? expect.fail("no such type");
  const { address: from } = alice.accounts.costly;
  const write = async (): Promise<unknown> => {
    const prepared = await latchkey.chains.costly.prepare({ cancel: { nonce: 7 } }, from, { feePayer: signer });
    const digest = new Uint8Array(32).fill(1);
    return prepared.assemble(await alice.accounts.costly.signer.signDigest(digest), await signer.signDigest(digest));
  };
  const made = maker.create({ from, gas: "0x7918", gasPrice: "0x5d21dba00", nonce: "0x7", chainId: "0x2019" });
  const quoting = (): never => {
    throw new Error(`Invalid private key ${misplaced}`);
  };

  const wallet = caverWallet([alice.accounts.costly.signer, signer]);
  for (const [code, step] of [
    ["ERR_RPC_REJECTED", "fillTransaction"],
    ["ERR_CHAIN_INTENT_INVALID", "getRLPEncodingForSignature"],
    ["ERR_CHAIN_INTENT_INVALID", "appendSignatures"],
  ] as const) {
    const broken = vi.spyOn(made, step).mockImplementation(quoting);
    await observed.provoke(code, `caver, signing: ${step}`, () => wallet.sign(alice.accounts.costly.address, made));
    broken.mockRestore();
  }

  // The chain's own caver is of the same classes.
  const steps: readonly (readonly [owner: object, step: string])[] = [
    [prototypeOf(maker), "create"],
    [prototypeOf(made), "getCommonRLPEncodingForSignature"],
    [prototypeOf(made), "getRLPEncoding"],
  ];
  for (const [owner, step] of steps) {
    const original: unknown = Reflect.get(owner, step);
    Reflect.set(owner, step, quoting);
    await observed.provoke("ERR_CHAIN_INTENT_INVALID", `caver, writing: ${step}`, write);
    Reflect.set(owner, step, original);
  }
}

function prototypeOf(value: object): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype === "object" && prototype !== null ? prototype : expect.fail("no class");
}

/** What a node behind API keys answers, or does not, in the hands of code that speaks caver. */
async function askThroughCaver({ observed, node }: World, provider: CaverProvider): Promise<void> {
  const caver = caverOver(provider);
  const payload = { jsonrpc: "2.0", id: 1, method: "klay_blockNumber", params: [misplaced] };
  const faults: readonly NodeFault[] = [
    { kind: "cut" },
    { kind: "http", status: 503, body: "$" },
    { kind: "http", status: 200, body: "<html>$</html>" },
    { kind: "error", code: -32000, message: "invalid api key $" },
  ];
  observed.add("object of caver's", provider);
  for (const fault of faults) {
    node.setFault(fault);
    observed.add(`error of caver's: ${fault.kind}`, await thrownBy(() => caver.rpc.klay.getBlockNumber()));
    for (const asked of [payload, [payload, payload]]) {
      const delivered = await new Promise<readonly unknown[]>((resolve) => {
        Reflect.apply(provider.send, provider, [
          asked,
          (...given: unknown[]) => {
            resolve(given);
          },
        ]);
      });
      observed.add(`error delivered: ${fault.kind}`, ...delivered);
    }
  }
  node.setFault();
  observed.add("object of caver's, used", provider);
}
