import type { EthereumProvider } from "hardhat/types/providers";
import { callOf } from "../../chains/ethereum/call-of.ts";
import { evm } from "../../chains/evm/index.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { pinBlock } from "../../inspection/simulation/pinned-block.ts";
import type { LocalReplica } from "../../migration/rehearse/rehearse.ts";
import type { MigrationSender, OldCollectionAt } from "../../migration/types.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import { anvil } from "../../profiles/profiles.ts";
import { isHex } from "../../units/bytes.ts";
import { isRecord } from "../../units/is-record.ts";
import { forkReplica } from "../replicas.ts";
import { providerTransport } from "../provider-transport.ts";

export interface RehearsalOptions {
  readonly old: OldCollectionAt;
  /** Of the snapshot. */
  readonly block: bigint;
  /** Whoever will send in the real run. */
  readonly senders: readonly string[];
  /** Who pauses the old contract; undefined where it stays open. */
  readonly pauser: string | undefined;
}

const inProcessTimeoutMs = 600_000;
const plenty = "0xffffffffffffffffffffffff";

/**
 * A chain in this process with the old contract's state as it was in the snapshot's block, where everybody can be acted as: no key is used,
 * and no node is sent anything.
 *
 * @throws `ERR_CHAIN_NODE_UNSUITABLE`, `ERR_RPC_*`.
 */
export async function rehearsalReplica({ old, block, senders, pauser }: RehearsalOptions): Promise<LocalReplica> {
  const fork = await forkReplica(old.transport, await pinBlock(old.transport, block), true);
  const transport = providerTransport(fork.provider, {
    origin: "hardhat://rehearsal",
    secrets: [],
    timeoutMs: inProcessTimeoutMs,
  });
  const chainId = Number(await transport.request({ method: "eth_chainId", params: [] }));
  // It mines at once and nothing leaves its chain, whatever the real one does.
  const chain = evm({ name: "rehearsal", chainId, transport, profile: { ...anvil, pollMs: 20 } });
  const act = (address: string): Promise<MigrationSender> => actingAs(fork.provider, transport, chain, address);
  return {
    chain,
    old: { transport, address: old.address },
    senders: await Promise.all(senders.map(act)),
    ...(pauser === undefined ? {} : { pauser: await act(pauser) }),
    close: () => fork.close(),
  };
}

async function actingAs(
  provider: Pick<EthereumProvider, "request">,
  transport: Transport,
  chain: ChainAdapter,
  address: string,
): Promise<MigrationSender> {
  await provider.request({ method: "hardhat_impersonateAccount", params: [address] });
  await provider.request({ method: "hardhat_setBalance", params: [address, plenty] });
  const sent = new Map<string, Promise<string>>();
  return {
    address,
    getBalance: () => chain.getBalance(address),
    send: async (intent, { idempotencyKey, gasLimit }) => {
      const transaction = {
        ...callOf(await chain.encode(intent), address),
        ...(gasLimit === undefined ? {} : { gas: `0x${gasLimit.toString(16)}` }),
      };
      const hash = await (sent.get(idempotencyKey) ?? once(idempotencyKey, transaction));
      return {
        id: idempotencyKey,
        wait: async () => {
          if (!isHex(hash)) throw refused(transport);
          return await chain.waitForReceipt(hash);
        },
      };
    },
  };

  function once(key: string, transaction: object): Promise<string> {
    const sending = transport
      .request({ method: "eth_sendTransaction", params: [transaction] })
      .then((answer) => String(isRecord(answer) ? answer["hash"] : answer));
    sent.set(key, sending);
    return sending;
  }
}

function refused({ origin }: Transport): LatchkeyError {
  return new LatchkeyError("ERR_RPC_BAD_RESPONSE", "The local replica gave no hash for a transaction.", {
    context: { origin },
  });
}
