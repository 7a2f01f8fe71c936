import { inspect } from "node:util";
import type {
  AbstractSigner,
  Authorization,
  AuthorizationRequest,
  Eip1193Provider,
  Provider,
  Signature,
  TransactionRequest,
  TransactionResponse,
  TypedDataDomain,
  TypedDataField,
} from "ethers";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature, Signer } from "../../ports/signer.ts";
import type { SigningRequest } from "../../ports/signing-request.ts";
import type { Hex } from "../../units/brands.ts";
import { Turns } from "../../units/turns.ts";
import { type Ethers, loadEthers } from "../ethereum/ethers.ts";
import { isRecord } from "../../units/is-record.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { type EthersChain, providerOver, storedChainOf } from "./ethers-provider.ts";
import { asProvider, partsOf, refusedOptions } from "./signer-arguments.ts";
import type { SigningAccount } from "./signing-account.ts";
import { sendStored, type StoredChain } from "./stored-send.ts";
import { storedRequest } from "./stored-request.ts";
import { transactionRequest } from "./transaction-request.ts";
import { typedDataRequest } from "./typed-data-request.ts";

export type { SigningAccount } from "./signing-account.ts";

/** ethers' signer, with its address at hand as ethers' Wallet has it. */
export interface EthersSigner extends AbstractSigner {
  readonly address: string;
  connect(provider: Provider | null): EthersSigner;
}

interface Identity {
  readonly address: string;
  readonly signer: Signer;
  readonly turns: Turns;
  /** Set where sends are stored: by whom, and for which chain. */
  readonly outbox: { readonly send: NonNullable<SigningAccount["send"]>; readonly adapter: EthersChain } | undefined;
}

/** Typed data with addresses in the place of ENS names. */
interface Named {
  readonly domain: TypedDataDomain;
  readonly value: unknown;
}

type SignerClass = new (identity: Identity, provider: Provider | null) => EthersSigner;

/**
 * A signer for code that speaks ethers, in the place of a Wallet: transactions, messages (EIP-191), typed data (EIP-712) and
 * authorisations (EIP-7702). It holds no key: digests go to `signer.signDigest`, with what they stand for, and of what comes back only a
 * signature of `address` is used. An account's signer asks the policy, whose errors come out as they are.
 *
 * `sendTransaction` of a wallet's or a service's account is `account.send`: stored, then sent once, with nonce, type and tip by the
 * outbox. `maxFeePerGas`, or `gasPrice`, is the most that is offered. It resolves once a node has the bytes, and the answer's `wait()`
 * finds the receipt of whichever attempt is mined. What the outbox does not send (a nonce of one's own, access lists, blobs,
 * authorisations) is refused with `ERR_CHAIN_INTENT_INVALID` before anything is stored.
 *
 * A bare signer, or an account that is connected to another provider, sends by itself: sends without a nonce of their own take turns, for
 * this signer and those connected from it, and each asks for its nonce when the one before was taken by the node. The outbox does not
 * know of them, nor they of it.
 *
 * @param account - a wallet's or a service's account, or a bare signer such as `kmsSigner()`'s.
 * @param provider - any of ethers', or what speaks EIP-1193, such as a Hardhat connection's `provider`. Left out: the account's own chain,
 * as is its `ethersProvider()`; a bare signer then signs and cannot send, and so does an account with `null`.
 * @returns a signer whose methods throw what a Wallet's do, the signer's own errors, and `ERR_VAULT_SIGN_FAILED` for another key's
 * signature, before anything is sent.
 * @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_PEER_MISSING`.
 */
export async function ethersSigner(
  account: SigningAccount | Signer,
  provider?: Provider | Eip1193Provider | null,
): Promise<EthersSigner> {
  const { signer, adapter, send } = partsOf(account);
  const address = parseAddress(account.address);
  if (parseAddress(signer.address) !== address) throw refusedOptions("the account's signer has another address");
  const ethers = await loadEthers();
  const outbox = send === undefined || adapter === undefined ? undefined : { send, adapter };
  const identity = { address, signer, turns: new Turns(), outbox };
  signerClass ??= makeSignerClass(ethers);
  if (provider !== undefined) return new signerClass(identity, provider && asProvider(ethers, provider));
  return new signerClass(identity, adapter === undefined ? null : providerOver(ethers, adapter));
}

let signerClass: SignerClass | undefined;

/** Made once ethers is there, since its class is extended. What it does follows ethers' BaseWallet, step by step. */
function makeSignerClass(ethers: Ethers): SignerClass {
  return class LatchkeySigner extends ethers.AbstractSigner implements EthersSigner {
    declare readonly address: string;
    readonly #identity: Identity;

    constructor(identity: Identity, provider: Provider | null) {
      super(provider);
      ethers.defineProperties<LatchkeySigner>(this, { address: identity.address });
      this.#identity = identity;
    }

    getAddress(): Promise<string> {
      return Promise.resolve(this.address);
    }

    connect(provider: Provider | null): EthersSigner {
      return new LatchkeySigner(this.#identity, provider);
    }

    override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
      const { outbox, turns } = this.#identity;
      const chain = outbox === undefined ? undefined : storedChainOf(this.provider, outbox.adapter);
      if (outbox !== undefined && chain !== undefined) return await this.#store(request, outbox.send, chain);
      const send = (): Promise<TransactionResponse> => super.sendTransaction(request);
      return await ((request.nonce ?? null) === null ? turns.take("", send) : send());
    }

    async signTransaction(request: TransactionRequest): Promise<string> {
      const copy = ethers.copyRequest(request);
      const [to, from] = await Promise.all([
        copy.to ? ethers.resolveAddress(copy.to, this) : null,
        copy.from ? ethers.resolveAddress(copy.from, this) : null,
      ]);
      if (from !== null)
        ethers.assertArgument(
          ethers.getAddress(from) === this.address,
          "transaction from address mismatch",
          "tx.from",
          from,
        );
      const transaction = ethers.Transaction.from({ ...copy, to, from: null });
      const { unsignedHash, unsignedSerialized } = transaction;
      const asked = transactionRequest(ethers, unsignedSerialized);
      transaction.signature = await this.#sign(unsignedHash, asked.request, asked.unsigned);
      return transaction.serialized;
    }

    async signMessage(message: string | Uint8Array): Promise<string> {
      const bytes = typeof message === "string" ? ethers.toUtf8Bytes(message) : ethers.getBytesCopy(message);
      return (await this.#sign(ethers.hashMessage(bytes), { kind: "message", bytes })).serialized;
    }

    async signTypedData(
      domain: TypedDataDomain,
      types: Record<string, TypedDataField[]>,
      value: Record<string, unknown>,
    ): Promise<string> {
      const resolve = (name: string): Promise<string> => this.#addressOf(name);
      const named: Named = await ethers.TypedDataEncoder.resolveNames(domain, types, value, resolve);
      ethers.assertArgument(isRecord(named.value), "invalid typed data", "value", "[ NOT SHOWN ]");
      const encoder = ethers.TypedDataEncoder.from(types);
      const digest = ethers.TypedDataEncoder.hash(named.domain, encoder.types, named.value);
      return (await this.#sign(digest, typedDataRequest(ethers, named.domain, encoder, named.value))).serialized;
    }

    override async authorize(request: AuthorizationRequest): Promise<Authorization> {
      const address = ethers.getAddress(await ethers.resolveAddress(request.address, this));
      const filled = await this.populateAuthorization({ ...request, address });
      const nonce = ethers.getBigInt(filled.nonce ?? 0);
      const chainId = ethers.getBigInt(filled.chainId ?? 0);
      const authorization = { address, nonce, chainId };
      const signature = await this.#sign(ethers.hashAuthorization(authorization), {
        kind: "authorization",
        chainId: Number(chainId),
        delegate: address,
        nonce,
      });
      return { ...authorization, signature };
    }

    toJSON(): Record<string, unknown> {
      return { address: this.address };
    }

    [inspect.custom](): string {
      return `LatchkeySigner ${inspect(this.toJSON())}`;
    }

    async #addressOf(name: string): Promise<string> {
      const what = "cannot resolve ENS names without a provider";
      ethers.assert(this.provider !== null, what, "UNSUPPORTED_OPERATION", {
        operation: "resolveName",
        info: { name },
      });
      const address = await this.provider.resolveName(name);
      ethers.assert(address !== null, "unconfigured ENS name", "UNCONFIGURED_NAME", { value: name });
      return address;
    }

    async #store(
      request: TransactionRequest,
      send: NonNullable<SigningAccount["send"]>,
      chain: StoredChain,
    ): Promise<TransactionResponse> {
      const filled = await this.populateCall(request);
      return await sendStored(ethers, send, chain, storedRequest(ethers, request, filled, this.address, chain.chainId));
    }

    /** @param unsigned - what the digest is of, for signers that sign nothing but whole transactions. */
    async #sign(digest: string, request: SigningRequest, unsigned?: Hex): Promise<Signature> {
      const { signer } = this.#identity;
      const made =
        unsigned === undefined || signer.signTransaction === undefined
          ? await signer.signDigest(ethers.getBytes(digest), request)
          : await signer.signTransaction(unsigned, request);
      const signature = signatureOf(ethers, digest, made, this.address);
      if (signature !== undefined) return signature;
      throw new LatchkeyError(
        "ERR_VAULT_SIGN_FAILED",
        "A signature was not the account's and was discarded. Nothing was sent; find out whose key the signer has.",
        { context: { address: this.address } },
      );
    }
  };
}

/** The signature, if it is that address's and one that a chain takes. Another one must not get out: it can give away a key. */
function signatureOf(
  ethers: Ethers,
  digest: string,
  made: RecoverableSignature,
  address: string,
): Signature | undefined {
  try {
    const { r, s, yParity } = made;
    const signature = ethers.Signature.from({ r: ethers.hexlify(r), s: ethers.hexlify(s), yParity });
    // EIP-2.
    const isLow = 2n * BigInt(signature.s) < ethers.N;
    return isLow && ethers.recoverAddress(digest, signature) === address ? signature : undefined;
  } catch {
    return undefined;
  }
}
