import type { NetworkConnection } from "hardhat/types/network";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { quantity, smallQuantity } from "../chains/ethereum/quantity.ts";
import type { EthersSigner } from "../chains/evm/index.ts";
import { type Ask, priceOf } from "./accounts-price.ts";
import { withoutQuotes } from "./accounts-refusal.ts";
import { membersOf, parseTransaction } from "./accounts-transaction.ts";

type Place = Pick<NetworkConnection, "provider" | "networkConfig">;

/**
 * Fills in what is missing as Hardhat's own handlers do, signs and sends. All questions go through the connection, so that what goes wrong
 * there is Hardhat's own error: a revert comes with its reason and stack trace, before anything is signed.
 *
 * @param asked - the object of `eth_sendTransaction`.
 * @returns the transaction's hash, as the node answered.
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_CHAIN_ID_MISMATCH`, `ERR_CHAIN_FEE_TOO_HIGH`,
 * `ERR_RPC_BAD_RESPONSE`; the signer's errors; Hardhat's.
 */
export async function sendTransaction(
  signer: EthersSigner,
  { provider, networkConfig }: Place,
  asked: unknown,
): Promise<unknown> {
  const members = membersOf(asked);
  const given = parseTransaction(members);
  const ask: Ask = async (method, ...params) => {
    const answer: unknown = await provider.request({ method, params });
    return answer;
  };
  const chainId = smallQuantity(await ask("eth_chainId"), "chain id");
  requireChain(chainId, [given.chainId, networkConfig.chainId]);
  const nonce = async (): Promise<number> =>
    smallQuantity(await ask("eth_getTransactionCount", signer.address, "pending"), "transaction count");
  const gas = async (): Promise<bigint> => {
    if (networkConfig.gas !== "auto") return networkConfig.gas;
    const call = { ...members, from: signer.address };
    const estimate = quantity(await ask("eth_estimateGas", call), "gas estimate");
    return (estimate * BigInt(Math.round(networkConfig.gasMultiplier * 1_000))) / 1_000n;
  };
  const transaction = {
    ...given,
    chainId,
    nonce: given.nonce ?? (await nonce()),
    gasLimit: given.gasLimit ?? (await gas()),
    ...(await priceOf(given, networkConfig.gasPrice, ask)),
  };
  const raw = await withoutQuotes("has fees or authorisations that no transaction can have", () =>
    signer.signTransaction(transaction),
  );
  return await ask("eth_sendRawTransaction", raw);
}

function requireChain(served: number, expected: readonly (bigint | number | null | undefined)[]): void {
  for (const configured of expected) {
    if (BigInt(configured ?? served) === BigInt(served)) continue;
    throw new LatchkeyError(
      "ERR_CHAIN_ID_MISMATCH",
      `Chain ${String(configured)} is asked for, but the network serves chain ${String(served)}. Nothing was signed or sent.`,
      { context: { configured: configured ?? null, served } },
    );
  }
}
