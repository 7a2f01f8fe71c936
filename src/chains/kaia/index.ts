import { inspect } from "node:util";
import type {
  AccountState,
  BroadcastOutcome,
  ChainAdapter,
  ChainHead,
  FeeOffer,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
  WaitOptions,
} from "../../ports/chain-adapter.ts";
import type { ChainProfile } from "../../ports/chain-profile.ts";
import type { CancelIntent, ContractRead, EncodedIntent, Intent } from "../../ports/intent.ts";
import type { KeyScheme } from "../../ports/key-scheme.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { systemClock } from "../../units/clock.ts";
import { revertReason } from "../ethereum/ask-revert-reason.ts";
import { accountState, blockHash, head, nonces } from "../ethereum/chain-state.ts";
import { outcomeOf } from "../ethereum/classify.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { bumped } from "../ethereum/fees.ts";
import { givenOptions } from "../ethereum/given-options.ts";
import { handOver } from "../ethereum/hand-over.ts";
import { identification } from "../ethereum/identity.ts";
import { readContract } from "../ethereum/read-contract.ts";
import { askUntilThere } from "../ethereum/receipts.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { sentIn } from "../ethereum/sent-in.ts";
import { requireOwnSignatures, sendAll, sendMethod } from "./broadcast.ts";
import { loadCaver } from "./caver.ts";
import { checkIntent } from "./checked-intent.ts";
import { contractMemory } from "./contracts.ts";
import { mostGas } from "./fees.ts";
import { encodeKaiaIntent } from "./intent.ts";
import { type KaiaNode, kaiaNode } from "./node.ts";
import { type KaiaOptions, type KaiaSettings, parseOptions } from "./options.ts";
import { signatureCheck } from "./own-signature.ts";
import { offerNow } from "./offer.ts";
import { isKaiaTyped, paymentOf } from "./payment.ts";
import { payerRefusal } from "./payer-refusal.ts";
import { prepareTransaction } from "./prepare.ts";
import { askForReceipt, parseReceipt, receiptsOf, reverted } from "./receipts.ts";

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
  readonly profile: ChainProfile;
  readonly transport: Transport;
  readonly #feePayer: Signer | undefined;
  readonly #maxFeePerGas: bigint;
  readonly #node: KaiaNode;
  readonly #isContract: (address: string) => Promise<boolean>;
  readonly #signatures = signatureCheck();
  /** Makes sure, once, that the node is a Kaia node of the configured chain. */
  readonly #identify: () => Promise<void>;

  constructor({ name, chainId, scheme, profile, transport, feePayer, maxFeePerGas }: KaiaSettings<Name>) {
    this.name = name;
    this.chainId = chainId;
    this.scheme = scheme;
    this.profile = profile;
    this.transport = transport;
    this.#feePayer = feePayer;
    this.#maxFeePerGas = maxFeePerGas;
    this.#node = kaiaNode(transport);
    this.#isContract = contractMemory(this.#node.codeOf);
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

  async encode(intent: Intent, options: PrepareOptions = {}): Promise<EncodedIntent> {
    const ethers = await loadEthers();
    givenOptions(options, mostGas);
    paymentOf(options, this.#feePayer);
    return encodeKaiaIntent(ethers, intent);
  }

  async prepare(
    intent: Intent | EncodedIntent | CancelIntent,
    from: string,
    options: PrepareOptions = {},
  ): Promise<PreparedTransaction> {
    const [ethers, caver] = await Promise.all([loadEthers(), loadCaver()]);
    const checked = checkIntent(ethers, intent, from, options, this.#feePayer);
    const parts = {
      ethers,
      caver,
      node: this.#node,
      identify: this.#identify,
      isContract: this.#isContract,
      chainId: this.chainId,
      maxFeePerGas: this.#maxFeePerGas,
    };
    return await prepareTransaction(parts, checked);
  }

  async suggestFee(options: PrepareOptions = {}): Promise<FeeOffer> {
    const { speed } = givenOptions(options, mostGas);
    const payment = paymentOf(options, this.#feePayer);
    await this.#identify();
    return await offerNow(this.#node, isKaiaTyped(payment), speed, this.#maxFeePerGas);
  }

  replacementFee(previous: FeeOffer, current: FeeOffer): FeeOffer {
    return bumped(previous, current, this.profile.replacement);
  }

  async accountState(address: string): Promise<AccountState> {
    const checked = parseAddress(address);
    await this.#identify();
    return await accountState(this.transport, "kaia", checked);
  }

  async nonces(addresses: readonly string[], block?: bigint): Promise<readonly number[]> {
    const checked = addresses.map(parseAddress);
    await this.#identify();
    return await nonces(this.transport, "kaia", checked, block);
  }

  async head(): Promise<ChainHead> {
    await this.#identify();
    return await head(this.transport, "kaia", this.profile);
  }

  async blockHash(number: bigint): Promise<Hex | undefined> {
    await this.#identify();
    return await blockHash(this.transport, "kaia", number);
  }

  async sentIn(number: bigint, address: string): Promise<readonly { readonly hash: Hex; readonly nonce: number }[]> {
    const checked = parseAddress(address);
    await this.#identify();
    return await sentIn(this.transport, "kaia", number, checked);
  }

  async receipts(hashes: readonly Hex[]): Promise<readonly (TransactionReceipt | undefined)[]> {
    await this.#identify();
    return await receiptsOf(this.transport, hashes);
  }

  async revertReason(intent: EncodedIntent, from: string, receipt: TransactionReceipt): Promise<string | undefined> {
    if (receipt.status === "success") return undefined;
    // Kaia's receipts tell all other reasons by themselves.
    if (receipt.failure !== undefined && receipt.failure !== reverted) return receipt.failure;
    const [ethers] = await Promise.all([loadEthers(), this.#identify()]);
    return await revertReason(ethers, this.transport, "kaia", intent, parseAddress(from), receipt);
  }

  async broadcast(transaction: SignedTransaction): Promise<void> {
    requireOwnSignatures(await loadEthers(), this.#signatures, transaction, this.chainId);
    await this.#identify();
    await handOver(transaction, (bytes) => this.#ask(sendMethod, bytes), payerRefusal);
  }

  async broadcastAll(transactions: readonly SignedTransaction[]): Promise<readonly BroadcastOutcome[]> {
    try {
      const ethers = await loadEthers();
      return await sendAll(this.transport, this.#identify, transactions, (each) => {
        requireOwnSignatures(ethers, this.#signatures, each, this.chainId);
      });
    } catch (error) {
      return transactions.map(() => outcomeOf(error));
    }
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
