import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EdrNetworkUserConfig } from "hardhat/types/config";
import type { NetworkConnection } from "hardhat/types/network";
import { quantity } from "../chains/ethereum/quantity.ts";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ReplicaFactory } from "../inspection/simulation/open-simulation.ts";
import type { PinnedBlock } from "../inspection/simulation/pinned-block.ts";
import type { Simulator } from "../inspection/simulation/simulator.ts";
import type { Transport } from "../ports/transport.ts";
import { safeMessage } from "../rpc/redact.ts";
import { openReplicaBridge, type ReplicaBridge } from "./replica-bridge.ts";
import { createReplicaSimulator } from "./replica-simulator.ts";

/** Replicas of nodes' states, on this machine. */
export interface LocalReplicas {
  /** For `replica` of `checkConformance` and `auditCollection`. */
  readonly replica: ReplicaFactory;
  /** Throws all replicas away. */
  close(): Promise<void>;
}

/**
 * Simulators that run on an EVM of Hardhat's in this process, which begins with the pinned block's state and reads of it what it needs
 * through the transport. The node never sees a write.
 */
export function localReplicas(): LocalReplicas {
  const opened: Promise<Replica>[] = [];
  return {
    replica: async (transport, block) => {
      const opening = openReplica(transport, block);
      opened.push(opening);
      return (await opening).simulator;
    },
    close: async () => {
      const settled = await Promise.allSettled(opened.splice(0));
      for (const each of settled) if (each.status === "fulfilled") await each.value.close();
    },
  };
}

interface Replica {
  readonly simulator: Simulator;
  close(): Promise<void>;
}

/** A chain in this process that begins with the pinned block's state. */
export interface ReplicaFork {
  readonly provider: NetworkConnection<"l1">["provider"];
  /** Why the transport could not give what the chain needed, if that is why something failed. */
  takeFailure(): LatchkeyError | undefined;
  close(): Promise<void>;
}

async function openReplica(transport: Transport, block: PinnedBlock): Promise<Replica> {
  const { provider, takeFailure, close } = await forkReplica(transport, block, false);
  const request = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
    try {
      const answer: unknown = await provider.request({ method, params: [...params] });
      return answer;
    } catch (error) {
      throw takeFailure() ?? replicaFailure(method, error);
    }
  };
  return { simulator: createReplicaSimulator(request), close };
}

/**
 * @param throws - whether calls and transactions that revert are errors, as of any node; else a call's answer is what it reverted with.
 * @throws `ERR_CHAIN_NODE_UNSUITABLE`, `ERR_RPC_*`.
 */
export async function forkReplica(transport: Transport, block: PinnedBlock, throws: boolean): Promise<ReplicaFork> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-replica-"));
  const bridge = await openReplicaBridge(transport, block);
  const clean = async (): Promise<void> => {
    await bridge.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const connection = await fork(directory, bridge, transport, block, throws);
    return {
      provider: connection.provider,
      takeFailure: () => bridge.takeFailure(),
      close: async () => {
        await connection.close();
        await clean();
      },
    };
  } catch (error) {
    const failure = bridge.takeFailure() ?? replicaFailure("start", error);
    await clean();
    throw failure;
  }
}

async function fork(
  directory: string,
  { url }: ReplicaBridge,
  transport: Transport,
  block: PinnedBlock,
  throws: boolean,
): Promise<NetworkConnection<"l1">> {
  // A project of its own: neither the settings nor the plugins of the one that asks are in it.
  await writeFile(join(directory, "package.json"), JSON.stringify({ type: "module" }));
  const chainId = quantity(await transport.request({ method: "eth_chainId", params: [] }), "chain id");
  const network: EdrNetworkUserConfig = {
    type: "edr-simulated",
    chainType: "l1",
    // The newest rules that both Ethereum and Kaia run.
    hardfork: "prague",
    chainId: Number(chainId),
    accounts: [],
    allowBlocksWithSameTimestamp: true,
    allowUnlimitedContractSize: true,
    blockGasLimit: 2_000_000_000,
    initialBaseFeePerGas: 0,
    throwOnCallFailures: throws,
    throwOnTransactionFailures: throws,
    forking: { url, blockNumber: block.number },
  };
  // Hardhat itself is loaded once a replica is wanted.
  const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
  const environment = await createHardhatRuntimeEnvironment({ networks: { replica: network } }, {}, directory);
  return await environment.network.create({ network: "replica", chainType: "l1" });
}

function replicaFailure(what: string, error: unknown): LatchkeyError {
  const text = safeMessage(error instanceof Error ? error.message : "unknown", []);
  return new LatchkeyError(
    "ERR_CHAIN_NODE_UNSUITABLE",
    `The local replica failed at ${what}: ${text}. Nothing was sent; another node's blocks may suit it.`,
    { context: { how: "replica" }, cause: error },
  );
}
