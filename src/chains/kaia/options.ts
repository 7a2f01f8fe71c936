import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ChainProfile } from "../../ports/chain-profile.ts";
import type { KeyScheme } from "../../ports/key-scheme.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Transport } from "../../ports/transport.ts";
import { profileFault } from "../../profiles/profile-fault.ts";
import { kaia, kairos } from "../../profiles/profiles.ts";
import { isTransport } from "../ethereum/given.ts";
import { isRecord } from "../../units/is-record.ts";
import { evmKeyScheme, parseAddress } from "../ethereum/scheme.ts";
import { isSigner } from "./payment.ts";
import { kaiaKeyScheme } from "./scheme.ts";

export interface KaiaOptions<Name extends string> {
  /** What accounts are found under: `wallet.accounts.<name>`. 1 to 32 of a-z, 0-9 and "-", a letter first. */
  readonly name: Name;
  /** 8217 is Kaia's main network, 1001 Kairos; the node has to serve this chain. */
  readonly chainId: number;
  /** `http(url)`, or anything that speaks JSON-RPC to a node with the kaia namespace. */
  readonly transport: Transport;
  /**
   * Where the accounts come from: `kaia`, the default, is Kaia's own path `m/44'/8217'/0'/0/0`; `evm` shares the address of
   * the EVM chains, `m/44'/60'/0'/0/0`.
   */
  readonly pathScheme?: "kaia" | "evm";
  /** Pays the fee of every send that does not name another: `kmsSigner()`, or an account's `signer`. */
  readonly feePayer?: Signer;
  /** Ceiling of what a unit of gas may cost, in kei. Default 1.5 * 10^12 (1,500 gkei), twice the highest base fee that Kaia knows. */
  readonly maxFeePerGas?: bigint;
  /** What the sender works by. Default that of Kaia, or of Kairos by the chain id. */
  readonly profile?: ChainProfile;
}

export interface KaiaSettings<Name extends string> {
  readonly name: Name;
  readonly chainId: number;
  readonly transport: Transport;
  readonly scheme: KeyScheme;
  readonly feePayer: Signer | undefined;
  readonly maxFeePerGas: bigint;
  readonly profile: ChainProfile;
}

const kairosChainId = 1_001;
// A type 2 offers twice the base fee, and pays it once.
const defaultMaxFeePerGas = 2n * 750n * 10n ** 9n;

/** @throws `ERR_CONFIG_INVALID`. */
export function parseOptions<Name extends string>(options: KaiaOptions<Name>): KaiaSettings<Name> {
  if (!isRecord(options)) throw invalid("the options are missing");
  const { name, chainId, transport, pathScheme = "kaia", feePayer, maxFeePerGas = defaultMaxFeePerGas } = options;
  const { profile = chainId === kairosChainId ? kairos : kaia } = options;
  // V of a signature is twice the chain id and 36, and has to stay exact.
  if (!Number.isSafeInteger(chainId) || chainId < 1 || chainId > 2 ** 50)
    throw invalid("chainId is a whole number from 1");
  if (typeof maxFeePerGas !== "bigint" || maxFeePerGas <= 0n) throw invalid("maxFeePerGas is a bigint above 0");
  if (!isTransport(transport)) throw invalid("transport is missing, or is none; use http(url)");
  if (!["kaia", "evm"].includes(pathScheme)) throw invalid('pathScheme is "kaia" or "evm"');
  if (feePayer !== undefined && !(isSigner(feePayer) && isAddress(feePayer.address)))
    throw invalid("feePayer is no signer; use kmsSigner()");
  const fault = profileFault(profile);
  if (fault !== undefined) throw invalid(`profile.${fault}`);
  return {
    name,
    chainId,
    transport,
    scheme: pathScheme === "kaia" ? kaiaKeyScheme : evmKeyScheme,
    feePayer,
    maxFeePerGas,
    profile,
  };
}

function isAddress(text: string): boolean {
  try {
    return parseAddress(text) !== "";
  } catch {
    return false;
  }
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `kaia: ${what}. Nothing was opened.`);
}
