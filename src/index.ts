import type { Latchkey, LatchkeyOptions } from "./latchkey.ts";
import { requireNode } from "./units/node-version.ts";

export type {
  By,
  Collection,
  PageOptions,
  ReadOptions,
  Token,
  TokenEvent,
  TokenHistory,
  TokenPage,
  UriOptions,
} from "./collections/collection.ts";
export type { CollectionPage, Collections, CollectionsOptions, CollectionSummary } from "./collections/collections.ts";
export type { CollectionDeployment, DeployOptions } from "./collections/deploy.ts";
export type { DoorOptions, DoorSummary, DoorToken } from "./collections/door/walk-door.ts";
export type { AddressLink, LinkRequest } from "./collections/links/links.ts";
export type { NewToken } from "./collections/mint-batches.ts";
export type { OwnedOptions, OwnedPage, OwnedToken } from "./collections/owned.ts";
export type { RegisterOptions } from "./collections/register.ts";
export type { ErrorCode } from "./errors/codes.ts";
export { errorCodes } from "./errors/codes.ts";
export {
  type ErrorContext,
  isLatchkeyError,
  LatchkeyError,
  type LatchkeyErrorOptions,
} from "./errors/latchkey-error.ts";
export type {
  AccountState,
  BroadcastOutcome,
  ChainAdapter,
  ChainHead,
  FeeOffer,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  Speed,
  TransactionReceipt,
  WaitOptions,
} from "./ports/chain-adapter.ts";
export type { ChainProfile } from "./ports/chain-profile.ts";
export type { ForeignSigner, ForeignTransaction } from "./chains/ethereum/foreign-signer.ts";
export type { Abi, CancelIntent, ContractRead, DecodedArgument, EncodedIntent, Intent } from "./ports/intent.ts";
export type { Grant, SigningRequest } from "./ports/signing-request.ts";
export type { KeyScheme } from "./ports/key-scheme.ts";
export type { LogFields, Logger } from "./ports/logger.ts";
export type { Meter, MetricDeclaration, MetricLabels } from "./ports/meter.ts";
export type { RecoverableSignature, Signer } from "./ports/signer.ts";
export type { RpcRequest, RpcRequestOptions, Transport } from "./ports/transport.ts";
export type { EncryptionContext, WrappedKey, WrappingKey } from "./ports/wrapping-key.ts";
export { http, type HttpTransportOptions } from "./rpc/http.ts";
export type { Chains, Latchkey, LatchkeyOptions, PolicyControls, PolicyTarget, Transactions } from "./latchkey.ts";
export type { Database, Dialect, StoreAdapter } from "./store/database.ts";
export { sqlite } from "./store/sqlite/index.ts";
export { metrics } from "./telemetry/metrics.ts";
export type { TransactionEvent, TransactionEventName } from "./transactions/events.ts";
export type { BroadcastTransaction, TransactionHandle } from "./transactions/handle.ts";
export type { ListOptions, TransactionPage } from "./transactions/list.ts";
export type { Explanation } from "./transactions/policy/explain.ts";
export type { Controls } from "./transactions/policy/policy.ts";
export type { PolicyLimit, PolicyOptions, PolicyRule, TypedDataPermission } from "./transactions/policy/rules.ts";
export type { SendOptions } from "./transactions/send-options.ts";
export type { TransactionState } from "./transactions/states.ts";
export type { AttemptStatus, TransactionStatus } from "./transactions/status.ts";
export type { TopUpPolicy } from "./transactions/top-ups.ts";
export { verifyWebhook, type VerifyWebhookOptions } from "./transactions/webhooks/verify-webhook.ts";
export type { WebhookEndpoint } from "./transactions/webhooks/webhooks.ts";
export type { Hex, WalletId } from "./units/brands.ts";
export { localRootKey, type LocalRootKeyOptions } from "./vault/local/local-root-key.ts";
export type { Account, SendingAccount } from "./wallets/account.ts";
export type { BackfillOptions, BackfillProgress } from "./wallets/backfill.ts";
export type { EventName, Events, Listener, PaymentReceived, TokenReceived, WalletEvent } from "./wallets/events.ts";
export type { ServiceAccount } from "./wallets/services.ts";
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
