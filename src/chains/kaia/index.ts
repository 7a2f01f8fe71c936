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
import type { Signer } from "../../ports/signer.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { systemClock } from "../../units/clock.ts";
import { SingleFlight } from "../../units/single-flight.ts";
import { encodeRead } from "../ethereum/encode.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { isKnownTransaction, refusal } from "../ethereum/node-errors.ts";
import { badResponse, isHash } from "../ethereum/quantity.ts";
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
  readonly #identity = new SingleFlight<void>();
  #isIdentified = false;

  constructor({ name, chainId, scheme, transport, feePayer, maxFeePerGas }: KaiaSettings<Name>) {
    this.name = name;
    this.chainId = chainId;
    this.scheme = scheme;
    this.transport = transport;
    this.#feePayer = feePayer;
    this.#maxFeePerGas = maxFeePerGas;
    this.#node = kaiaNode(transport);
  }

  async getBalance(address: string): Promise<bigint> {
    const checked = parseAddress(address);
    await this.#identify();
    return await this.#node.balanceOf(checked);
  }

  async read(read: ContractRead): Promise<unknown> {
    const ethers = await loadEthers();
    const { to, data, contract, decode } = encodeRead(ethers, read);
    await this.#identify();
    let result: unknown;
    try {
      result = await this.#ask("kaia_call", { to, data }, "latest");
    } catch (error) {
      throw refusal(ethers, error, contract);
    }
    if (!isHex(result)) throw badResponse("call result");
    return decode(result);
  }

  async prepare(intent: Intent, from: string, options: PrepareOptions = {}): Promise<PreparedTransaction> {
    const [ethers, caver] = await Promise.all([loadEthers(), loadCaver()]);
    const tools = { ethers, caver };
    const checked = checkIntent(tools, intent, from, paymentOf(options, this.#feePayer));
    await this.#identify();
    const parts = { ...tools, node: this.#node, chainId: this.chainId, maxFeePerGas: this.#maxFeePerGas };
    return await prepareTransaction(parts, checked, options.leastNonce);
  }

  async broadcast({ raw, hash, from }: SignedTransaction): Promise<void> {
    const ethers = await loadEthers();
    for (const { address = from, digest, signature } of signingsIn(ethers, raw, this.chainId) ?? [])
      this.#signatures.own(ethers, parseAddress(address), digest, signature);
    await this.#identify();
    let answer: unknown;
    try {
      // Takes every type; eth_sendRawTransaction refuses Kaia's own.
      answer = await this.#ask("kaia_sendRawTransaction", raw);
    } catch (error) {
      if (isKnownTransaction(error)) return;
      throw payerRefusal(error) ?? refusal(ethers, error, undefined);
    }
    if (!isHash(answer) || answer.toLowerCase() !== hash.toLowerCase()) throw badResponse("transaction hash");
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

  /** Makes sure, once, that the node is a Kaia node of the configured chain. */
  async #identify(): Promise<void> {
    if (this.#isIdentified) return;
    await this.#identity.do("", async () => {
      const served = await this.#node.chainId();
      if (served !== this.chainId) {
        throw new LatchkeyError(
          "ERR_CHAIN_ID_MISMATCH",
          `"${this.name}" is configured as chain ${String(this.chainId)}, but its node serves chain ${String(served)}. Nothing was signed or sent.`,
          { context: { chain: this.name, configured: this.chainId, served } },
        );
      }
      this.#isIdentified = true;
    });
  }
}
