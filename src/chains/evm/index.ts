import { inspect } from "node:util";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
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
import type { Transport } from "../../ports/transport.ts";
import { profileFault } from "../../profiles/profile-fault.ts";
import { profileOf } from "../../profiles/profile-of.ts";
import type { Hex } from "../../units/brands.ts";
import { systemClock } from "../../units/clock.ts";
import { revertReason } from "../ethereum/ask-revert-reason.ts";
import { broadcastAll } from "../ethereum/broadcast-all.ts";
import { accountState, blockHash, head, nonces } from "../ethereum/chain-state.ts";
import { encodeCancel, encodeIntent, isCancel, isEncoded, requireEncoded } from "../ethereum/encode.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { bumped } from "../ethereum/fees.ts";
import { isKeyScheme, isTransport } from "../ethereum/given.ts";
import type { GivenOptions } from "../ethereum/given-options.ts";
import { handOver } from "../ethereum/hand-over.ts";
import { identification } from "../ethereum/identity.ts";
import { isRecord } from "../../units/is-record.ts";
import { quantity, smallQuantity } from "../ethereum/quantity.ts";
import { readContract } from "../ethereum/read-contract.ts";
import { receiptsOf, waitForReceipt } from "../ethereum/receipts.ts";
import { sentIn } from "../ethereum/sent-in.ts";
import { evmKeyScheme, parseAddress } from "../ethereum/scheme.ts";
import { askForFee, askForTerms, build, givenTerms, type PrepareParts } from "./prepare.ts";
import { parseOptions, refuseMemo } from "./prepare-options.ts";

export { evmKeyScheme, evmScheme } from "../ethereum/scheme.ts";
export { type EthersChain, ethersProvider } from "./ethers-provider.ts";
export { type EthersSigner, ethersSigner, type SigningAccount } from "./ethers-signer.ts";
export type { StoredAttempt, StoredSend, StoredSendOptions, StoredStatus } from "./signing-account.ts";

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
  /** How fast the chain is, and when its blocks are final. Default by the chain's id; a careful one for ids that are not known. */
  readonly profile?: ChainProfile;
}

const defaultMaxFeePerGas = 10n ** 13n;

/**
 * An EVM chain behind one node. Loads ethers, an optional peer, when it is first used for more than addresses.
 *
 * @throws `ERR_CONFIG_INVALID`.
 */
export function evm<const Name extends string>(options: EvmOptions<Name>): ChainAdapter<Name> {
  if (!isRecord(options)) throw invalid("the options are missing");
  const { name, chainId, transport, maxFeePerGas = defaultMaxFeePerGas, scheme = evmKeyScheme } = options;
  if (!Number.isSafeInteger(chainId) || chainId < 1) throw invalid("chainId is a whole number from 1");
  if (typeof maxFeePerGas !== "bigint" || maxFeePerGas <= 0n) throw invalid("maxFeePerGas is a bigint above 0");
  if (!isTransport(transport)) throw invalid("transport is missing, or is none; use http(url)");
  if (!isKeyScheme(scheme)) throw invalid("scheme is none; leave it out, or use evmScheme()");
  const profile = options.profile ?? profileOf(chainId);
  const fault = profileFault(profile);
  if (fault !== undefined) throw invalid(`profile.${fault}`);
  return new EvmChain({ name, chainId, transport, scheme, maxFeePerGas, profile });
}

class EvmChain<Name extends string> implements ChainAdapter<Name> {
  readonly name: Name;
  readonly chainId: number;
  readonly scheme: KeyScheme;
  readonly profile: ChainProfile;
  readonly transport: Transport;
  readonly #parts: PrepareParts;
  /** Makes sure, once, that the node serves the configured chain. */
  readonly #identify: () => Promise<void>;

  constructor({ name, chainId, transport, scheme, maxFeePerGas, profile }: Required<EvmOptions<Name>>) {
    this.name = name;
    this.chainId = chainId;
    this.scheme = scheme;
    this.profile = profile;
    this.transport = transport;
    this.#parts = { transport, chainId, maxFeePerGas, form: { isLegacy: undefined } };
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

  async encode(intent: Intent, options: PrepareOptions = {}): Promise<EncodedIntent> {
    parseOptions(options);
    refuseMemo(intent);
    return encodeIntent(await loadEthers(), intent);
  }

  async prepare(
    intent: Intent | EncodedIntent | CancelIntent,
    from: string,
    options: PrepareOptions = {},
  ): Promise<PreparedTransaction> {
    const sender = parseAddress(from);
    const { encoded, given } = await this.#checked(intent, sender, parseOptions(options));
    const terms = givenTerms(given);
    if (terms !== undefined) return build(this.#parts, encoded, sender, terms);
    await this.#identify();
    return build(this.#parts, encoded, sender, await askForTerms(this.#parts, encoded, sender, given));
  }

  async suggestFee(options: PrepareOptions = {}): Promise<FeeOffer> {
    const given = parseOptions(options);
    await this.#identify();
    return await askForFee(this.#parts, given);
  }

  replacementFee(previous: FeeOffer, current: FeeOffer): FeeOffer {
    const { perGas, tip } = bumped(previous, current, this.profile.replacement);
    return { perGas, tip: this.#parts.form.isLegacy === true ? 0n : tip };
  }

  async accountState(address: string): Promise<AccountState> {
    const checked = parseAddress(address);
    await this.#identify();
    return await accountState(this.transport, "eth", checked);
  }

  async nonces(addresses: readonly string[], block?: bigint): Promise<readonly number[]> {
    const checked = addresses.map(parseAddress);
    await this.#identify();
    return await nonces(this.transport, "eth", checked, block);
  }

  async head(): Promise<ChainHead> {
    await this.#identify();
    return await head(this.transport, "eth", this.profile);
  }

  async blockHash(number: bigint): Promise<Hex | undefined> {
    await this.#identify();
    return await blockHash(this.transport, "eth", number);
  }

  async sentIn(number: bigint, address: string): Promise<readonly { readonly hash: Hex; readonly nonce: number }[]> {
    const checked = parseAddress(address);
    await this.#identify();
    return await sentIn(this.transport, "eth", number, checked);
  }

  async receipts(hashes: readonly Hex[]): Promise<readonly (TransactionReceipt | undefined)[]> {
    await this.#identify();
    return await receiptsOf(this.transport, hashes);
  }

  async revertReason(intent: EncodedIntent, from: string, receipt: TransactionReceipt): Promise<string | undefined> {
    const ethers = await loadEthers();
    await this.#identify();
    return await revertReason(ethers, this.transport, "eth", intent, parseAddress(from), receipt);
  }

  async broadcast(transaction: SignedTransaction): Promise<void> {
    await this.#identify();
    await handOver(transaction, (raw) => this.#ask("eth_sendRawTransaction", raw));
  }

  broadcastAll(transactions: readonly SignedTransaction[]): Promise<readonly BroadcastOutcome[]> {
    return broadcastAll(this.transport, this.#identify, "eth_sendRawTransaction", transactions);
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

  async #checked(
    intent: Intent | EncodedIntent | CancelIntent,
    from: string,
    given: GivenOptions,
  ): Promise<{ readonly encoded: EncodedIntent; readonly given: GivenOptions }> {
    refuseMemo(intent);
    if (isEncoded(intent)) return { encoded: requireEncoded(intent), given };
    if (isCancel(intent)) {
      const { nonce, encoded } = encodeCancel(intent, from);
      return { encoded, given: { ...given, nonce, gasLimit: given.gasLimit ?? 21_000n } };
    }
    return { encoded: encodeIntent(await loadEthers(), intent), given };
  }

  #ask(method: string, ...params: unknown[]): Promise<unknown> {
    return this.transport.request({ method, params });
  }
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `evm: ${what}. Nothing was opened.`);
}
