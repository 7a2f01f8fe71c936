import { quantity } from "../../chains/ethereum/quantity.ts";
import { evm } from "../../chains/evm/index.ts";
import { kaia } from "../../chains/kaia/index.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { ChainProfile } from "../../ports/chain-profile.ts";
import type { Transport } from "../../ports/transport.ts";

const kaiaIds = [8_217, 1_001];
/** Full nodes commit their state so often: blockchain.DefaultBlockInterval of Kaia's node. */
const kaiaStateEvery = 128n;

/** The chain that the network's node serves, by its id; with another profile where one was asked for. */
export async function openChain(transport: Transport, profile: ChainProfile | undefined): Promise<ChainAdapter<"new">> {
  const chainId = await chainIdOf(transport);
  const options = { name: "new", chainId, transport, ...(profile === undefined ? {} : { profile }) } as const;
  return kaiaIds.includes(chainId) ? kaia(options) : evm(options);
}

export async function chainIdOf(transport: Transport): Promise<number> {
  return Number(quantity(await transport.request({ method: "eth_chainId", params: [] }), "chain id"));
}

/** The newest block that can no longer leave the chain; on Kaia one whose state every full node keeps, which is each 128th. */
export async function lastingBlock(transport: Transport): Promise<{ readonly block: bigint }> {
  const chain = await openChain(transport, undefined);
  const { finalized } = await chain.head();
  const isKept = kaiaIds.includes(chain.chainId) && finalized >= kaiaStateEvery;
  return { block: isKept ? finalized - (finalized % kaiaStateEvery) : finalized };
}
