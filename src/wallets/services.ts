import { LatchkeyError } from "../errors/latchkey-error.ts";
import { foreignSigner, type ForeignSigner, isForeignSigner } from "../chains/ethereum/foreign-signer.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { PolicyGate, Subject } from "../ports/policy-gate.ts";
import type { Signer } from "../ports/signer.ts";
import type { Outbox } from "../transactions/outbox.ts";
import { gatedSigner } from "../transactions/policy/gated-signer.ts";
import type { SenderKey } from "../transactions/record.ts";
import { isName } from "../transactions/send-options.ts";
import type { Sender } from "../transactions/senders.ts";
import { OutboxAccount, type SendingAccount } from "./account.ts";
import { hasMethods, isObject } from "./given.ts";

/** An account of the backend's own: a deployer, a minter, a fee payer. Its key is wherever its signer has it. */
export interface ServiceAccount<Name extends string = string> {
  readonly name: string;
  /** The same on every chain. */
  readonly address: string;
  /** By chain name. */
  readonly accounts: { readonly [N in Name]: SendingAccount<N> };
}

export interface ServicesParts<Name extends string> {
  readonly chains: readonly ChainAdapter<Name>[];
  readonly outbox: Outbox;
  readonly policy: PolicyGate;
}

interface Registered {
  readonly signer: Signer;
  readonly address: string;
}

/** The service accounts that were registered in this process. Others of its like may send for them by the same names. */
export class Services<Name extends string> {
  readonly #parts: ServicesParts<Name>;
  readonly #byName = new Map<string, Registered>();

  constructor(parts: ServicesParts<Name>) {
    this.#parts = parts;
  }

  /**
   * @throws `ERR_CONFIG_INVALID` not a name, not a signer, or another signer has the name; `ERR_CHAIN_ADDRESS_INVALID`; `ERR_PEER_MISSING`.
   */
  async register(name: string, given: Signer | ForeignSigner): Promise<ServiceAccount<Name>> {
    if (!isName(name)) throw invalid('a name is 1 to 64 of a-z, 0-9 and "-", a letter first');
    const signer = await asSigner(given);
    const address = await this.#addressOf(signer);
    const before = this.#byName.get(name);
    if (before !== undefined && before.address !== address)
      throw invalid(`"${name}" is registered with another address: give this signer a name of its own`);
    this.#byName.set(name, before ?? { signer, address });
    const accounts = this.#parts.chains.map((chain) => [chain.name, this.#account(name, chain)] as const);
    const byChain: object = Object.freeze(Object.fromEntries(accounts));
    if (!hasEach(byChain, this.#parts.chains)) throw invalid("a chain has no name");
    return Object.freeze({ name, address, accounts: byChain });
  }

  /** Undefined where the name was not registered here, or has another address. */
  senderOf(name: string, key: SenderKey): Sender | undefined {
    const sender = this.senderOn(name, key.chain);
    return sender?.key.address === key.address && sender.key.chainId === key.chainId ? sender : undefined;
  }

  /** Undefined where the name was not registered here. */
  senderOn(name: string, chainName: string): Sender | undefined {
    const registered = this.#byName.get(name);
    const chain = this.#parts.chains.find((candidate) => candidate.name === chainName);
    return registered === undefined || chain === undefined ? undefined : senderFor(name, registered, chain);
  }

  /** Whether a service account with this address is registered here, by whatever name. */
  has(key: SenderKey): boolean {
    return [...this.#byName.keys()].some((name) => this.senderOf(name, key) !== undefined);
  }

  signerOf(name: string): Signer | undefined {
    return this.#byName.get(name)?.signer;
  }

  #account(name: string, chain: ChainAdapter<Name>): SendingAccount<Name> {
    const { outbox, policy } = this.#parts;
    const registered = this.#byName.get(name);
    if (registered === undefined) throw invalid("the service account is not registered");
    const sender = senderFor(name, registered, chain);
    return new OutboxAccount({ chain, outbox, sender, signer: gatedSigner(sender.signer, sender.subject, policy) });
  }

  /** As the chains write it: one text for one lane of nonces. */
  #addressOf(signer: Signer): Promise<string> {
    const [first] = this.#parts.chains;
    if (first === undefined) throw invalid("no chain is configured");
    return Promise.resolve(first.scheme.parseAddress(signer.address));
  }
}

function senderFor(name: string, { signer, address }: Registered, chain: ChainAdapter): Sender {
  const subject: Subject = { kind: "service", name };
  return {
    key: { chain: chain.name, chainId: chain.chainId, address: chain.scheme.parseAddress(address) },
    subject,
    signer,
    owner: { kind: "tenant" },
  };
}

async function asSigner(given: unknown): Promise<Signer> {
  if (isSigner(given)) return given;
  if (isForeignSigner(given)) return await foreignSigner(given);
  throw invalid("the signer is none: use kmsSigner(), or any signer of ethers");
}

function isSigner(value: unknown): value is Signer {
  return (
    isObject(value) && "address" in value && typeof value.address === "string" && hasMethods(value, ["signDigest"])
  );
}

function hasEach<Name extends string>(
  byName: object,
  chains: readonly ChainAdapter<Name>[],
): byName is { readonly [N in Name]: SendingAccount<N> } {
  return chains.every(({ name }) => Object.hasOwn(byName, name));
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `service: ${what}. Nothing was registered.`);
}
