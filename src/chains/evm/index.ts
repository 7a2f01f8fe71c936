import { inspect } from "node:util";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type {
  ChainAdapter,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
  WaitOptions,
} from "../../ports/chain-adapter.ts";
import type { ContractRead, Intent } from "../../ports/intent.ts";
import type { KeyScheme } from "../../ports/key-scheme.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { systemClock } from "../../units/clock.ts";
import { isKeyScheme, isTransport } from "../ethereum/given.ts";
import { encodeIntent } from "../ethereum/encode.ts";
import { handOver } from "../ethereum/hand-over.ts";
import { identification } from "../ethereum/identity.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { prepareTransaction } from "./prepare.ts";
import { isObject, quantity, smallQuantity } from "../ethereum/quantity.ts";
import { readContract } from "../ethereum/read-contract.ts";
import { waitForReceipt } from "../ethereum/receipts.ts";
import { evmKeyScheme, parseAddress } from "../ethereum/scheme.ts";

export { evmKeyScheme, evmScheme } from "../ethereum/scheme.ts";
export { type EthersChain, ethersProvider } from "./ethers-provider.ts";
export { type EthersSigner, ethersSigner, type SigningAccount } from "./ethers-signer.ts";

export interface EvmOptions<Name extends string> {
  /** What accounts are found under: `wallet.accounts.<name>`. 1 to 32 of a-z, 0-9 and "-", a letter first. */
  readonly name: Name;
  /** EIP-155; the node has to serve this chain. */
  readonly chainId: number;
  /** `http(url)`, or anything that speaks JSON-RPC to a node. */
  readonly transport: Transport;
  /** Where the chain's accounts come from. Default `evmKeyScheme`, shared by all EVM chains: one address on all of them. */
  readonly scheme?: KeyScheme;
  /** Ceiling of what a unit of gas may cost, in wei: protects from a node that lies about fees. Default 10^13 (10,000 gwei). */
  readonly maxFeePerGas?: bigint;
}

const defaultMaxFeePerGas = 10n ** 13n;

/**
 * An EVM chain behind one node. Loads ethers, an optional peer, when it is first used for more than addresses.
 *
 * @throws `ERR_CONFIG_INVALID`.
 */
export function evm<const Name extends string>(options: EvmOptions<Name>): ChainAdapter<Name> {
  if (!isObject(options)) throw invalid("the options are missing");
  const { name, chainId, transport, maxFeePerGas = defaultMaxFeePerGas, scheme = evmKeyScheme } = options;
  if (!Number.isSafeInteger(chainId) || chainId < 1) throw invalid("chainId is a whole number from 1");
  if (typeof maxFeePerGas !== "bigint" || maxFeePerGas <= 0n) throw invalid("maxFeePerGas is a bigint above 0");
  if (!isTransport(transport)) throw invalid("transport is missing, or is none; use http(url)");
  if (!isKeyScheme(scheme)) throw invalid("scheme is none; leave it out, or use evmScheme()");
  return new EvmChain(name, chainId, transport, scheme, maxFeePerGas);
}

class EvmChain<Name extends string> implements ChainAdapter<Name> {
  readonly name: Name;
  readonly chainId: number;
  readonly scheme: KeyScheme;
  readonly transport: Transport;
  readonly #maxFeePerGas: bigint;
  /** Makes sure, once, that the node serves the configured chain. */
  readonly #identify: () => Promise<void>;

  constructor(name: Name, chainId: number, transport: Transport, scheme: KeyScheme, maxFeePerGas: bigint) {
    this.name = name;
    this.chainId = chainId;
    this.scheme = scheme;
    this.transport = transport;
    this.#maxFeePerGas = maxFeePerGas;
    this.#identify = identification(this, async () => smallQuantity(await this.#ask("eth_chainId"), "chain id"));
  }

  async getBalance(address: string): Promise<bigint> {
    const checked = parseAddress(address);
    await this.#identify();
    return quantity(await this.#ask("eth_getBalance", checked, "latest"), "balance");
  }

  read(read: ContractRead): Promise<unknown> {
    return readContract(this.#identify, (call) => this.#ask("eth_call", call, "latest"), read);
  }

  async prepare(intent: Intent, from: string, options: PrepareOptions = {}): Promise<PreparedTransaction> {
    const { leastNonce = 0 } = options;
    const ethers = await loadEthers();
    refuseForeign(intent, options);
    const encoded = encodeIntent(ethers, intent);
    const sender = parseAddress(from);
    await this.#identify();
    const parts = { ethers, transport: this.transport, chainId: this.chainId, maxFeePerGas: this.#maxFeePerGas };
    return await prepareTransaction(parts, encoded, sender, leastNonce);
  }

  async broadcast(transaction: SignedTransaction): Promise<void> {
    await this.#identify();
    await handOver(transaction, (raw) => this.#ask("eth_sendRawTransaction", raw));
  }

  waitForReceipt(hash: Hex, options?: WaitOptions): Promise<TransactionReceipt> {
    return waitForReceipt(this.transport, systemClock, hash, options);
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  toJSON(): Record<string, unknown> {
    return { name: this.name, chainId: this.chainId, origin: this.transport.origin };
  }

  [inspect.custom](): string {
    return `EvmChain ${inspect(this.toJSON())}`;
  }

  #ask(method: string, ...params: unknown[]): Promise<unknown> {
    return this.transport.request({ method, params });
  }
}

/** What other chains can do and this one cannot must not be dropped in silence. */
function refuseForeign(intent: Intent, { feePayer, feeRatio, format }: PrepareOptions): void {
  if (isObject(intent) && "transfer" in intent && isObject(intent.transfer) && intent.transfer.memo !== undefined)
    throw invalidIntent("has a memo, which this chain's transfers do not have; use data");
  if (feePayer !== undefined && feePayer !== null)
    throw invalidIntent("has a fee payer, which this chain does not know");
  if (feeRatio !== undefined) throw invalidIntent("has a fee ratio, which this chain does not know");
  if (format !== undefined && format !== "ethereum") throw invalidIntent("has a format that this chain does not know");
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `evm: ${what}. Nothing was opened.`);
}
