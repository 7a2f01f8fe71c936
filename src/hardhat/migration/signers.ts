import type { ForeignSigner } from "../../chains/ethereum/foreign-signer.ts";
import { evmKeyScheme, parseAddress } from "../../chains/ethereum/scheme.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Signer } from "../../ports/signer.ts";
import type { OpenNetwork } from "../open-network.ts";
import { keySigner } from "../../vault/local/key-signer.ts";
import { configuredKeys } from "./configured-keys.ts";
import { nodeSigner } from "./node-signer.ts";

/** Who sends, with its address. */
export interface NamedSigner {
  readonly address: string;
  readonly signer: Signer | ForeignSigner;
}

/**
 * Signers for the addresses, in their order; for none, of the first account there is. A configured account signs in the vault; another one
 * through whoever answers for it on the network.
 *
 * @throws `ERR_CONFIG_INVALID`, `ERR_VAULT_SECRET_INVALID`, `ERR_RPC_*`.
 */
export async function openSigners(
  { transport, networkConfig }: OpenNetwork,
  addresses: readonly string[],
  chainId: number,
): Promise<readonly NamedSigner[]> {
  const reads = networkConfig.type === "http" ? configuredKeys(networkConfig) : [];
  const configured: NamedSigner[] = [];
  const missing = new Set(addresses);
  for (const read of reads) {
    // Each may ask somebody for a password: no more are read than are needed.
    if (addresses.length === 0 ? configured.length > 0 : missing.size === 0) break;
    const signer = await keySigner(read, evmKeyScheme);
    configured.push({ address: signer.address, signer });
    missing.delete(signer.address);
  }
  if (addresses.length === 0) {
    const [first] = configured;
    return [first ?? (await ofNetwork(transport, await firstAccount(transport), chainId))];
  }
  const signers: NamedSigner[] = [];
  for (const address of addresses)
    signers.push(configured.find((each) => each.address === address) ?? (await ofNetwork(transport, address, chainId)));
  return signers;
}

async function ofNetwork(transport: OpenNetwork["transport"], address: string, chainId: number): Promise<NamedSigner> {
  return { address, signer: await nodeSigner(transport, address, chainId) };
}

async function firstAccount(transport: OpenNetwork["transport"]): Promise<string> {
  const answer = await transport.request({ method: "eth_accounts", params: [] });
  const accounts: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const [first] = accounts;
  if (typeof first === "string") return parseAddress(first);
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "The network has no account to send from. Nothing was sent; configure one, or add latchkeyAccounts.",
  );
}
