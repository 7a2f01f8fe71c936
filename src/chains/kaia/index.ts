import { inspect } from "node:util";
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
import type { Signer } from "../../ports/signer.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { systemClock } from "../../units/clock.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { handOver } from "../ethereum/hand-over.ts";
import { identification } from "../ethereum/identity.ts";
import { readContract } from "../ethereum/read-contract.ts";
import { askUntilThere } from "../ethereum/receipts.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { loadCaver } from "./caver.ts";
import { type KaiaNode, kaiaNode } from "./node.ts";
import { type KaiaOptions, type KaiaSettings, parseOptions } from "./options.ts";
import { signatureCheck } from "./own-signature.ts";
import { paymentOf } from "./payment.ts";
import { payerRefusal } from "./payer-refusal.ts";
import { checkIntent, prepareTransaction } from "./prepare.ts";
import { askForReceipt, parseReceipt } from "./receipts.ts";
import { signingsIn } from "./signed-by.ts";

export { type CaverProvider, caverProvider, type JsonRpcPayload } from "./caver-provider.ts";
export { type CaverWallet, caverWallet } from "./caver-wallet.ts";
export type { KaiaOptions } from "./options.ts";
export { kaiaKeyScheme } from "./scheme.ts";

/**
 * Kaia behind one node. Loads caver-js and ethers, optional peers, when it is first used for more than addresses and balances.
 *
 * A send without a fee payer is Ethereum's type 2, which pays the base fee whatever it offers. With one it is a fee-delegated
 * transaction of Kaia's own types, signed by both.
 *
 * @throws `ERR_CONFIG_INVALID`.
 */
export function kaia<const Name extends string>(options: KaiaOptions<Name>): ChainAdapter<Name> {
  return new KaiaChain(parseOptions(options));
}

class KaiaChain<Name extends string> implements ChainAdapter<Name> {
  readonly name: Name;
  readonly chainId: number;
  readonly scheme: KeyScheme;
  readonly transport: Transport;
  readonly #feePayer: Signer | undefined;
  readonly #maxFeePerGas: bigint;
  readonly #node: KaiaNode;
  readonly #signatures = signatureCheck();
  /** Makes sure, once, that the node is a Kaia node of the configured chain. */
  readonly #identify: () => Promise<void>;

  constructor({ name, chainId, scheme, transport, feePayer, maxFeePerGas }: KaiaSettings<Name>) {
    this.name = name;
    this.chainId = chainId;
    this.scheme = scheme;
    this.transport = transport;
    this.#feePayer = feePayer;
    this.#maxFeePerGas = maxFeePerGas;
    this.#node = kaiaNode(transport);
    this.#identify = identification(this, this.#node.chainId);
  }

  async getBalance(address: string): Promise<bigint> {
    const checked = parseAddress(address);
    await this.#identify();
    return await this.#node.balanceOf(checked);
  }

  read(read: ContractRead): Promise<unknown> {
    return readContract(this.#identify, (call) => this.#ask("kaia_call", call, "latest"), read);
  }

  async prepare(intent: Intent, from: string, options: PrepareOptions = {}): Promise<PreparedTransaction> {
    const [ethers, caver] = await Promise.all([loadEthers(), loadCaver()]);
    const tools = { ethers, caver };
    const checked = checkIntent(tools, intent, from, paymentOf(options, this.#feePayer));
    await this.#identify();
    const parts = { ...tools, node: this.#node, chainId: this.chainId, maxFeePerGas: this.#maxFeePerGas };
    return await prepareTransaction(parts, checked, options.leastNonce);
  }

  async broadcast(transaction: SignedTransaction): Promise<void> {
    const ethers = await loadEthers();
    const { raw, from } = transaction;
    for (const { address = from, digest, signature } of signingsIn(ethers, raw, this.chainId) ?? [])
      this.#signatures.own(ethers, parseAddress(address), digest, signature);
    await this.#identify();
    // Takes every type; eth_sendRawTransaction refuses Kaia's own.
    await handOver(transaction, (bytes) => this.#ask("kaia_sendRawTransaction", bytes), payerRefusal);
  }

  async waitForReceipt(hash: Hex, options?: WaitOptions): Promise<TransactionReceipt> {
    const ask = (signal: AbortSignal | undefined) => askForReceipt(this.transport, hash, signal);
    return parseReceipt(hash, await askUntilThere(ask, systemClock, hash, options));
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  toJSON(): Record<string, unknown> {
    const feePayer = this.#feePayer === undefined ? {} : { feePayer: this.#feePayer.address };
    return { name: this.name, chainId: this.chainId, origin: this.transport.origin, ...feePayer };
  }

  [inspect.custom](): string {
    return `KaiaChain ${inspect(this.toJSON())}`;
  }

  #ask(method: string, ...params: unknown[]): Promise<unknown> {
    return this.transport.request({ method, params });
  }
}
