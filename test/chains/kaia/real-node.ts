import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type {
  ChainAdapter,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
} from "../../../src/ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../../src/ports/intent.ts";
import type { Signer } from "../../../src/ports/signer.ts";
import { http } from "../../../src/rpc/http.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { startKaiaNode } from "../../kaia-node/index.ts";
import { assemble, kaiaCoin, signerOf } from "./scene.ts";

/** A node to run the cases on: the one of the tests, or any other given its URL and an account with money. */
export interface RealNode {
  readonly url: string;
  readonly chainId: number;
  /** Gives an account so much more. */
  fund(address: string, kei: bigint): Promise<void>;
  stop(): Promise<void>;
}

export interface Actor extends Signer {
  readonly key: string;
}

type AnyIntent = Intent | EncodedIntent | CancelIntent;

/** What the cases do on a node. */
export interface Play {
  readonly node: RealNode;
  readonly chain: ChainAdapter<"kaia">;
  /** A new account, with this much. Default 1 KAIA. */
  account(kei?: bigint): Promise<Actor>;
  prepare(intent: AnyIntent, actor: Actor, options?: PrepareOptions): Promise<PreparedTransaction>;
  /** Prepares and signs for sender and fee payer. */
  sign(intent: AnyIntent, actor: Actor, options?: PrepareOptions): Promise<SignedTransaction>;
  /** Sends, and waits for the receipt. */
  mine(intent: AnyIntent, actor: Actor, options?: PrepareOptions): Promise<TransactionReceipt>;
  /** Deploys, and gives the contract's address. */
  deploy(bytecode: Hex): Promise<string>;
  /** What both own. */
  balances(...addresses: readonly string[]): Promise<readonly bigint[]>;
  stop(): Promise<void>;
}

export function playOn(node: RealNode): Play {
  const { url, chainId } = node;
  const chain = kaia({ name: "kaia", chainId, transport: http(url) });

  async function account(kei = kaiaCoin): Promise<Actor> {
    const key = randomBytes(32).toString("hex");
    const signer = signerOf(key);
    if (kei > 0n) await node.fund(signer.address, kei);
    return { ...signer, key };
  }
  const prepare = (intent: AnyIntent, { address }: Actor, options?: PrepareOptions): Promise<PreparedTransaction> =>
    chain.prepare(intent, address, options);
  const sign = async (intent: AnyIntent, actor: Actor, options?: PrepareOptions): Promise<SignedTransaction> =>
    await assemble(await prepare(intent, actor, options), actor.key);
  const mine = async (intent: AnyIntent, actor: Actor, options?: PrepareOptions): Promise<TransactionReceipt> => {
    const signed = await sign(intent, actor, options);
    await chain.broadcast(signed);
    return await chain.waitForReceipt(signed.hash);
  };

  return {
    node,
    chain,
    account,
    prepare,
    sign,
    mine,
    deploy: async (bytecode) => {
      const { contractAddress } = await mine({ deploy: { bytecode } }, await account());
      return contractAddress ?? expect.fail("nothing was deployed");
    },
    balances: (...addresses) => Promise.all(addresses.map((address) => chain.getBalance(address))),
    stop: async () => {
      await chain.close();
      await node.stop();
    },
  };
}

/** The node of the tests: it mines a block a transaction. */
export async function startTestNode(): Promise<RealNode> {
  const { url, chainId, request, setBalance, stop } = await startKaiaNode();
  return {
    url,
    chainId,
    fund: async (address, kei) => {
      await setBalance(address, BigInt(String(await request("kaia_getBalance", address, "latest"))) + kei);
    },
    stop,
  };
}
