import type { Eip1193Provider, Provider } from "ethers";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { isRecord } from "../../units/is-record.ts";
import { type EthersChain, watching } from "./ethers-provider.ts";
import type { SigningAccount } from "./signing-account.ts";

// Whoever calls from JavaScript may have given anything. All of these throw `ERR_CONFIG_INVALID`.

export interface AccountParts {
  readonly signer: Signer;
  readonly adapter: EthersChain | undefined;
  /** Undefined where sends are not stored. */
  readonly send: SigningAccount["send"];
}

export function partsOf(account: SigningAccount | Signer): AccountParts {
  if (!isGiven(account)) throw refusedOptions("an account or a signer is needed");
  if (!("signer" in account)) return { signer: signerIn(account), adapter: undefined, send: undefined };
  const { signer, adapter } = account;
  const send = hasFunction(account, "send") ? account.send?.bind(account) : undefined;
  return { signer: signerIn(signer), adapter, send };
}

function signerIn(signer: Signer): Signer {
  if (hasFunction(signer, "signDigest")) return signer;
  throw refusedOptions("an account or a signer is needed, and a key is none");
}

export function asProvider(ethers: Ethers, given: Provider | Eip1193Provider): Provider {
  if (isProvider(given)) return given;
  if (hasFunction(given, "request")) return new ethers.BrowserProvider(given, undefined, watching);
  throw refusedOptions("the provider is neither ethers' nor one of EIP-1193");
}

function isProvider(given: Provider | Eip1193Provider): given is Provider {
  return hasFunction(given, "broadcastTransaction");
}

function hasFunction(value: unknown, name: string): boolean {
  return isRecord(value) && typeof value[name] === "function";
}

function isGiven(value: unknown): boolean {
  return isRecord(value);
}

export function refusedOptions(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `ethersSigner: ${what}. Nothing was signed.`);
}
