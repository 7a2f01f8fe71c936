import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { MigrationSender } from "./types.ts";

/**
 * Whether an account can pay for so much gas, at what would be offered for it now.
 *
 * @param offered - gas of the transactions that are in flight at once: an outbox sets aside what each may cost at most.
 * @param used - gas of all of them, which is paid at the price of its block; what is offered is up to twice that.
 * @throws `ERR_CHAIN_INSUFFICIENT_FUNDS` with `context.missing`; `ERR_CHAIN_ID_MISMATCH`, `ERR_RPC_*`.
 */
export async function requireFunds(
  chain: ChainAdapter,
  sender: MigrationSender,
  { offered, used }: { readonly offered: bigint; readonly used: bigint },
): Promise<void> {
  const [balance, { perGas }] = await Promise.all([sender.getBalance(), chain.suggestFee()]);
  const [atOnce, inAll] = [offered * perGas, (used * perGas) / 2n];
  const needed = atOnce > inAll ? atOnce : inAll;
  if (balance >= needed) return;
  const missing = needed - balance;
  throw new LatchkeyError(
    "ERR_CHAIN_INSUFFICIENT_FUNDS",
    `${sender.address} has ${String(balance)} base units and may need ${String(needed)} for fees: ${String(missing)} are missing. Nothing was sent; fund it first.`,
    { context: { address: sender.address, balance, needed, missing } },
  );
}
