import { isTransport } from "../../chains/ethereum/given.ts";
import { quantity } from "../../chains/ethereum/quantity.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { createEthCallSimulator } from "./eth-call-simulator.ts";
import { type OverrideSupport, probeOverrides } from "./override-support.ts";
import { confirmBlock, pinBlock, type PinnedBlock } from "./pinned-block.ts";
import type { Simulator } from "./simulator.ts";

export interface SimulationOptions {
  readonly transport: Transport;
  /** The latest unless told. A node without archive has the state of few old blocks. */
  readonly block?: bigint | "latest";
  /** Takes over where the node does not run code overrides. */
  readonly replica?: ReplicaFactory;
}

/** Makes a simulator that runs elsewhere, on this block's state read through the transport. */
export type ReplicaFactory = (transport: Transport, block: PinnedBlock) => Promise<Simulator>;

/** A chain at one block, to be asked what would happen. */
export interface Simulation {
  readonly transport: Transport;
  readonly chainId: bigint;
  readonly block: PinnedBlock;
  readonly simulator: Simulator;
  readonly overrides: OverrideSupport;
  /** @throws `ERR_RPC_NODE_FAULT` the block is no longer part of the chain: what was learnt is worthless. */
  confirm(): Promise<void>;
}

/**
 * Pins a block and finds a way to simulate on it: by the node itself, or by the replica. Only read methods are called.
 *
 * @throws `ERR_CHAIN_NODE_UNSUITABLE` the node does not run code overrides, and there is no replica; `context.how` is `refused` or
 * `ignored`. `ERR_CONFIG_INVALID`; `ERR_RPC_*`.
 */
export async function openSimulation({ transport, block, replica }: SimulationOptions): Promise<Simulation> {
  if (!isTransport(transport)) throw new LatchkeyError("ERR_CONFIG_INVALID", "A simulation takes a transport.");
  const chainId = quantity(await transport.request({ method: "eth_chainId", params: [] }), "chain id");
  const pinned = await pinBlock(transport, block);
  const overrides = await probeOverrides(transport, pinned);
  if (!overrides.isHonoured && replica === undefined) throw noWay(transport, overrides.how, overrides.reason);
  const simulator =
    overrides.isHonoured || replica === undefined
      ? createEthCallSimulator(transport, pinned)
      : await replica(transport, pinned);
  return {
    transport,
    chainId,
    block: pinned,
    simulator,
    overrides,
    confirm: () => confirmBlock(transport, pinned),
  };
}

function noWay({ origin }: Transport, how: string, reason: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_NODE_UNSUITABLE",
    `${reason} Nothing was sent; use another node, or give a local replica.`,
    { context: { origin, how } },
  );
}
