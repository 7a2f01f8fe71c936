import type { Latchkey, LatchkeyOptions } from "./latchkey.ts";
import { requireNode } from "./units/node-version.ts";

export type { ErrorCode } from "./errors/codes.ts";
export { errorCodes } from "./errors/codes.ts";
export {
  type ErrorContext,
  isLatchkeyError,
  LatchkeyError,
  type LatchkeyErrorOptions,
} from "./errors/latchkey-error.ts";
export type {
  ChainAdapter,
  PreparedTransaction,
  PrepareOptions,
  SendOptions,
  SignedTransaction,
  TransactionReceipt,
  WaitOptions,
} from "./ports/chain-adapter.ts";
export type { Abi, ContractRead, Intent } from "./ports/intent.ts";
export type { KeyScheme } from "./ports/key-scheme.ts";
export type { LogFields, Logger } from "./ports/logger.ts";
export type { Meter, MetricDeclaration, MetricLabels } from "./ports/meter.ts";
export type { RecoverableSignature, Signer } from "./ports/signer.ts";
export type { RpcRequest, RpcRequestOptions, Transport } from "./ports/transport.ts";
export type { EncryptionContext, WrappedKey, WrappingKey } from "./ports/wrapping-key.ts";
export { http, type HttpTransportOptions } from "./rpc/http.ts";
export type { Chains, Latchkey, LatchkeyOptions } from "./latchkey.ts";
export type { Database, Dialect, StoreAdapter } from "./store/database.ts";
export { sqlite } from "./store/sqlite/index.ts";
export { metrics } from "./telemetry/metrics.ts";
export type { TransactionHandle } from "./transactions/sender.ts";
export type { Hex, WalletId } from "./units/brands.ts";
export { localRootKey, type LocalRootKeyOptions } from "./vault/local/local-root-key.ts";
export type { Account } from "./wallets/account.ts";
export type { BackfillOptions, BackfillProgress } from "./wallets/backfill.ts";
export type { EventName, Events, Listener, WalletEvent } from "./wallets/events.ts";
export type { Accounts, Wallet } from "./wallets/wallet.ts";

/**
 * Opens Latchkey: connects the store, brings its tables up to date and checks the configuration. No key is fetched and no
 * node is asked before a call needs it.
 *
 * @throws `ERR_CONFIG_INVALID`, `ERR_USER_ID_INVALID` (tenant); `ERR_STORE_*`; `ERR_ROOT_KEY_PRODUCTION`; `ERR_PEER_MISSING`.
 */
export async function openLatchkey<const Name extends string>(options: LatchkeyOptions<Name>): Promise<Latchkey<Name>> {
  requireNode(process.versions.node);
  const { open } = await import("./open.ts");
  return await open(options);
}
