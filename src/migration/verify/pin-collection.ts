import { quantity } from "../../chains/ethereum/quantity.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { confirmBlock, pinBlock } from "../../inspection/simulation/pinned-block.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Viewed } from "./views.ts";

export interface PinnedCollection extends Viewed {
  /** Whether there is code at the address in the block. */
  readonly isDeployed: boolean;
}

/**
 * Fixes the block that all answers are about.
 *
 * @throws `ERR_CHAIN_ID_MISMATCH`; `ERR_CONFIG_INVALID` there is no such block; `ERR_RPC_*`.
 */
export async function pinCollection(at: {
  readonly transport: Transport;
  readonly address: string;
  readonly chainId: string;
  readonly block?: bigint;
  readonly signal: AbortSignal | undefined;
}): Promise<PinnedCollection> {
  const { transport, address, chainId, signal } = at;
  signal?.throwIfAborted();
  const served = quantity(await transport.request({ method: "eth_chainId", params: [] }), "chain id");
  if (String(served) !== chainId)
    throw new LatchkeyError(
      "ERR_CHAIN_ID_MISMATCH",
      `The node at ${transport.origin} serves chain ${String(served)}, and the run is about chain ${chainId}. Nothing was compared; give a node of that chain.`,
      { context: { origin: transport.origin, expected: chainId, served } },
    );
  const block = await pinBlock(transport, at.block ?? "latest");
  const code = await transport.request({ method: "eth_getCode", params: [address, block.tag] });
  return { transport, address, block, signal, isDeployed: typeof code === "string" && code.length > 2 };
}

/** @throws `ERR_RPC_NODE_FAULT` the chain has another block there now. */
export async function confirmPinned({ transport, block }: Viewed): Promise<void> {
  await confirmBlock(transport, block);
}
