import { JsonRpcProvider, Wallet } from "ethers";
import hre from "hardhat";
import { startAnvil } from "../harness/anvil.ts";
import { startKaiaNode } from "../kaia-node/index.ts";
import type { Deployer, Node } from "./collections.ts";

// The first two accounts of anvil's and Hardhat's own mnemonic: known to everybody, worth nothing.
const keys = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
] as const;

export type NodeName = "anvil" | "EDR" | "the Kaia node";

/** A node on which contracts are brought into the state that is then looked at. */
export interface TestNode extends Node {
  /** Who deploys, and somebody else. */
  readonly deployer: Deployer;
  readonly other: Deployer;
  stop(): Promise<void>;
}

export async function startNode(name: NodeName = "anvil"): Promise<TestNode> {
  const { url, stop } = await starts[name]();
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
  provider.pollingInterval = 20;
  const [deployer, other] = [accountOf(keys[0], provider), accountOf(keys[1], provider)];
  return {
    url,
    deployer,
    other,
    request: async (method, ...params) => {
      const answer: unknown = await provider.send(method, params);
      return answer;
    },
    stop: async () => {
      provider.destroy();
      await stop();
    },
  };
}

type Start = () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;

const starts: Readonly<Record<NodeName, Start>> = {
  anvil: () => startAnvil(),
  EDR: async () => {
    const server = await hre.network.createServer("edr", "127.0.0.1", 0);
    const { address, port } = await server.listen();
    return { url: `http://${address}:${String(port)}`, stop: () => server.close() };
  },
  "the Kaia node": async () => {
    const node = await startKaiaNode();
    for (const key of keys) await node.setBalance(new Wallet(key).address, 10n ** 24n);
    return node;
  },
};

function accountOf(key: string, provider: JsonRpcProvider): Deployer {
  const wallet = new Wallet(key, provider);
  async function mined(transaction: { readonly to?: string; readonly data: string }): Promise<string | null> {
    const response = await wallet.sendTransaction({ ...transaction, gasLimit: 10_000_000n });
    const receipt = await response.wait();
    return receipt?.contractAddress ?? null;
  }
  return {
    address: wallet.address,
    deploy: async (code) => {
      const address = await mined({ data: code });
      if (address === null) throw new Error("Nothing was deployed.");
      return address;
    },
    send: async (to, data) => {
      await mined({ to, data });
    },
  };
}
