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
import { Turns } from "../../units/turns.ts";
import { type Ethers, loadEthers } from "../ethereum/ethers.ts";
import { isObject } from "../ethereum/quantity.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { type EthersChain, providerOver, watching } from "./ethers-provider.ts";

/** What signs: a wallet's account, on an EVM chain or Kaia. */
export interface SigningAccount {
  readonly address: string;
  readonly signer: Signer;
  /** The chain that transactions go to, unless a provider is given. */
  readonly adapter?: EthersChain;
}

/** ethers' signer, with its address at hand as ethers' Wallet has it. */
export interface EthersSigner extends AbstractSigner {
  readonly address: string;
  connect(provider: Provider | null): EthersSigner;
}

interface Identity {
  readonly address: string;
  readonly signer: Signer;
  readonly turns: Turns;
}

/** Typed data with addresses in the place of ENS names. */
interface Named {
  readonly domain: TypedDataDomain;
  readonly value: unknown;
}

type SignerClass = new (identity: Identity, provider: Provider | null) => EthersSigner;

/**
 * A signer for code that speaks ethers, in the place of a Wallet: every type of transaction that ethers knows, messages (EIP-191), typed
 * data (EIP-712) and authorisations (EIP-7702). It holds no key: digests go to `signer.signDigest`, and of what comes back only a
 * signature of `address` is used.
 *
 * Sends without a nonce of their own take turns, for this signer and those connected from it: each asks for its nonce when the one before
 * was taken by the node. `account.send` does not know of them, nor they of it.
 *
 * @param account - a wallet's account, or a bare signer such as `kmsSigner()`'s.
 * @param provider - any of ethers', or what speaks EIP-1193, such as a Hardhat connection's `provider`. Left out: the account's own chain;
 * a bare signer then signs and cannot send, and so does an account with `null`.
 * @returns a signer whose methods throw what a Wallet's do, the signer's own errors, and `ERR_VAULT_SIGN_FAILED` for another key's
 * signature, before anything is sent.
 * @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_PEER_MISSING`.
 */
export async function ethersSigner(
  account: SigningAccount | Signer,
  provider?: Provider | Eip1193Provider | null,
): Promise<EthersSigner> {
  const { signer, adapter } = partsOf(account);
  const address = parseAddress(account.address);
  if (parseAddress(signer.address) !== address) throw invalid("the account's signer has another address");
  const ethers = await loadEthers();
  const identity = { address, signer, turns: new Turns() };
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

    override sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
      const send = (): Promise<TransactionResponse> => super.sendTransaction(request);
      return (request.nonce ?? null) === null ? this.#identity.turns.take("", send) : send();
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
      transaction.signature = await this.#sign(transaction.unsignedHash);
      return transaction.serialized;
    }

    async signMessage(message: string | Uint8Array): Promise<string> {
      return (await this.#sign(ethers.hashMessage(message))).serialized;
    }

    async signTypedData(
      domain: TypedDataDomain,
      types: Record<string, TypedDataField[]>,
      value: Record<string, unknown>,
    ): Promise<string> {
      const resolve = (name: string): Promise<string> => this.#addressOf(name);
      const named: Named = await ethers.TypedDataEncoder.resolveNames(domain, types, value, resolve);
      ethers.assertArgument(isObject(named.value), "invalid typed data", "value", "[ NOT SHOWN ]");
      return (await this.#sign(ethers.TypedDataEncoder.hash(named.domain, types, named.value))).serialized;
    }

    override async authorize(request: AuthorizationRequest): Promise<Authorization> {
      const address = ethers.getAddress(await ethers.resolveAddress(request.address, this));
      const { nonce, chainId } = await this.populateAuthorization({ ...request, address });
      const authorization = {
        address,
        nonce: ethers.getBigInt(nonce ?? 0),
        chainId: ethers.getBigInt(chainId ?? 0),
      };
      return { ...authorization, signature: await this.#sign(ethers.hashAuthorization(authorization)) };
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

    async #sign(digest: string): Promise<Signature> {
      const made = await this.#identity.signer.signDigest(ethers.getBytes(digest));
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

// Whoever calls from JavaScript may have given anything.

function partsOf(account: SigningAccount | Signer): {
  readonly signer: Signer;
  readonly adapter: EthersChain | undefined;
} {
  if (!isGiven(account)) throw invalid("an account or a signer is needed");
  const { signer, adapter } = "signer" in account ? account : { signer: account };
  if (!hasFunction(signer, "signDigest")) throw invalid("an account or a signer is needed, and a key is none");
  return { signer, adapter };
}

function asProvider(ethers: Ethers, given: Provider | Eip1193Provider): Provider {
  if (isProvider(given)) return given;
  if (hasFunction(given, "request")) return new ethers.BrowserProvider(given, undefined, watching);
  throw invalid("the provider is neither ethers' nor one of EIP-1193");
}

function isProvider(given: Provider | Eip1193Provider): given is Provider {
  return hasFunction(given, "broadcastTransaction");
}

function hasFunction(value: unknown, name: string): boolean {
  return isObject(value) && typeof value[name] === "function";
}

function isGiven(value: unknown): boolean {
  return isObject(value);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `ethersSigner: ${what}. Nothing was signed.`);
}
