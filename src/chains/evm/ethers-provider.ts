import { inspect } from "node:util";
import type {
  JsonRpcApiProvider,
  JsonRpcError,
  JsonRpcPayload,
  JsonRpcResult,
  Network,
  Provider,
  TransactionReceipt,
} from "ethers";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import { type Ethers, loadEthers } from "../ethereum/ethers.ts";
import type { EthersChain } from "./ethers-chain.ts";
import { errorObjectIn, failureOf } from "./ethers-errors.ts";
import { type FollowedSends, followedSends } from "./followed-sends.ts";
import type { StoredChain } from "./stored-send.ts";

type Subscription = Parameters<JsonRpcApiProvider["_getSubscriber"]>[0];
type Subscriber = ReturnType<JsonRpcApiProvider["_getSubscriber"]>;

export type { EthersChain } from "./ethers-chain.ts";

/** Whatever has chains by name: an open Latchkey. */
interface HasChains<Name extends string> {
  readonly chains: Readonly<Record<Name, EthersChain>>;
}

type ProviderClass = new (chain: EthersChain) => JsonRpcApiProvider;

/** How ethers watches a chain, while something waits for it: by asking again, which any node and any pool of nodes can answer. */
export const watching = {
  polling: true,
  pollingInterval: 1_000,
  // A cache would give the nonce from before the last send.
  cacheTimeout: -1,
} as const;

/**
 * A provider for code that speaks ethers, over the chain's own transport: its limits and its redaction hold for every request, and no
 * other address is ever asked. So the off-chain lookups that contracts can ask for (EIP-3668) are off until `disableCcipRead` is false,
 * and fees come from the node alone.
 *
 * The chain id is the configured one; the node is not asked for it. Nothing is cached. Requests are sent one by one, at once, and none
 * in the background but once a second while something waits or listens. `destroy()` leaves the transport open.
 *
 * @param latchkey - an open Latchkey, or anything with chains by name; EVM chains and Kaia.
 * @returns a provider whose errors are ethers': what the node answered becomes `CALL_EXCEPTION`, `NONCE_EXPIRED`, `INSUFFICIENT_FUNDS`, ...;
 * `ERR_RPC_TIMEOUT` becomes `TIMEOUT`, `ERR_RPC_UNREACHABLE` `NETWORK_ERROR`, and a node's own trouble `SERVER_ERROR`, each with the
 * Latchkey error as `cause` and, for a transaction that may have been taken, `info.sendTransactionHash`. Once Latchkey is closed:
 * `UNSUPPORTED_OPERATION`.
 * @throws `ERR_CONFIG_INVALID` no chain of that name; `ERR_PEER_MISSING`.
 */
export async function ethersProvider<Name extends string>(
  latchkey: HasChains<Name>,
  name: Name,
): Promise<JsonRpcApiProvider> {
  const chain = Object.hasOwn(latchkey.chains, name) ? latchkey.chains[name] : undefined;
  if (chain === undefined) {
    throw new LatchkeyError("ERR_CONFIG_INVALID", `ethersProvider: no chain "${name.slice(0, 40)}" is configured.`);
  }
  return providerOver(await loadEthers(), chain);
}

let providerClass: ProviderClass | undefined;

export function providerOver(ethers: Ethers, chain: EthersChain): JsonRpcApiProvider {
  providerClass ??= makeProviderClass(ethers);
  return new providerClass(chain);
}

interface Own {
  readonly chain: EthersChain;
  readonly stored: StoredChain;
}

const ownProviders = new WeakMap<Provider, Own>();

/** The way for the outbox's sends, where this provider is of the same chain and transport; undefined for all others. */
export function storedChainOf(provider: Provider | null, chain: EthersChain): StoredChain | undefined {
  const own = provider === null ? undefined : ownProviders.get(provider);
  const isSame = own?.chain.chainId === chain.chainId && own.chain.transport === chain.transport;
  return isSame ? own.stored : undefined;
}

/** Made once ethers is there, since its class is extended. */
function makeProviderClass(ethers: Ethers): ProviderClass {
  return class LatchkeyProvider extends ethers.JsonRpcApiProvider {
    readonly #chain: EthersChain;
    readonly #followed: FollowedSends = followedSends(ethers);

    constructor(chain: EthersChain) {
      const network = networkOf(ethers, chain.chainId);
      super(network, { staticNetwork: network, batchMaxCount: 1, ...watching });
      this.#chain = chain;
      this.disableCcipRead = true;
      const { follow } = this.#followed;
      ownProviders.set(this, { chain, stored: { chainId: chain.chainId, provider: this, follow } });
      this._start();
    }

    override getTransactionReceipt(hash: string): Promise<TransactionReceipt | null> {
      return this.#followed.receipt(hash, (each) => super.getTransactionReceipt(each));
    }

    override _getSubscriber(sub: Subscription): Subscriber {
      const polling = super._getSubscriber(sub);
      return sub.type === "transaction" ? this.#followed.subscriber(this, sub.hash, polling) : polling;
    }

    override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<(JsonRpcResult | JsonRpcError)[]> {
      const payloads = Array.isArray(payload) ? payload : [payload];
      return await Promise.all(payloads.map((each) => this.#ask(each)));
    }

    async #ask({ id, method, params }: JsonRpcPayload): Promise<JsonRpcResult | JsonRpcError> {
      ethers.assertArgument(Array.isArray(params), "params have to be an array", "params", "[ NOT SHOWN ]");
      const asked = { method, params };
      try {
        return { id, result: await this.#chain.transport.request(asked) };
      } catch (error) {
        const answered = errorObjectIn(error, asked);
        if (answered !== undefined) return { id, error: answered };
        // ethers would ask on and on, and keep the process from its end.
        if (isLatchkeyError(error, "ERR_CLOSED") && !this.destroyed) this.destroy();
        throw failureOf(ethers, error, asked);
      }
    }

    toJSON(): Record<string, unknown> {
      return { origin: this.#chain.transport.origin, chainId: this.#chain.chainId };
    }

    [inspect.custom](): string {
      return `LatchkeyProvider ${inspect(this.toJSON())}`;
    }
  };
}

/** The network as ethers knows it, but for the plugin with which ethers asks somebody else for fees. */
function networkOf(ethers: Ethers, chainId: number): Network {
  const known = ethers.Network.from(chainId);
  const network = new ethers.Network(known.name, known.chainId);
  for (const plugin of known.plugins) {
    if (!(plugin instanceof ethers.FetchUrlFeeDataNetworkPlugin)) network.attachPlugin(plugin);
  }
  return network;
}
