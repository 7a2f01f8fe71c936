/** One entry of the registry: what the code means, and whether the same call may succeed later without a change. */
interface CodeEntry {
  readonly retryable: boolean;
  readonly summary: string;
}

/**
 * Every error code that Latchkey throws. The registry is append-only: a released code keeps its name and meaning,
 * because callers branch on it.
 */
export const errorCodes = {
  ERR_CONFIG_INVALID: {
    retryable: false,
    summary: "An option given to Latchkey is missing, malformed or contradictory.",
  },
  ERR_PEER_MISSING: { retryable: false, summary: "An optional peer dependency is not installed." },
  ERR_CLOSED: { retryable: false, summary: "The instance was closed." },

  ERR_USER_ID_INVALID: {
    retryable: false,
    summary: "A user id or tenant is empty, too long, or not well-formed text.",
  },
  ERR_WALLET_CONFLICT: { retryable: true, summary: "Another writer changed the wallet at the same time." },
  ERR_WALLET_INCOMPLETE: { retryable: false, summary: "The wallet holds no account for a configured chain yet." },

  ERR_VAULT_OPEN_FAILED: {
    retryable: false,
    summary: "A sealed secret could not be opened. All causes share this code.",
  },
  ERR_VAULT_DIGEST_INVALID: { retryable: false, summary: "A digest to sign is not 32 bytes." },
  ERR_VAULT_SIGN_FAILED: {
    retryable: false,
    summary: "A signature did not belong to the expected account and was discarded.",
  },
  ERR_VAULT_BRANCH_KEY_BUSY: { retryable: true, summary: "No branch key became available in time." },
  ERR_VAULT_SECRET_INVALID: { retryable: false, summary: "Key material handed to the vault is malformed." },

  ERR_ROOT_KEY_UNSAFE: {
    retryable: false,
    summary: "The root key file has loose permissions, a wrong size or a wrong type.",
  },
  ERR_ROOT_KEY_MISSING: { retryable: false, summary: "The root key file that opens existing wallets is not there." },
  ERR_ROOT_KEY_PRODUCTION: {
    retryable: false,
    summary: "A local root key was refused because NODE_ENV is production.",
  },

  ERR_KMS_UNAVAILABLE: {
    retryable: true,
    summary: "The key management service did not answer, or answered with a fault of its own.",
  },
  ERR_KMS_THROTTLED: { retryable: true, summary: "The key management service refused for its rate limit." },
  ERR_KMS_DENIED: { retryable: false, summary: "The credentials may not use the key." },
  ERR_KMS_KEY_UNUSABLE: {
    retryable: false,
    summary: "The key is disabled, pending deletion, missing, or of the wrong kind.",
  },
  ERR_KMS_WRONG_KEY: { retryable: false, summary: "The service answered with another key than the pinned one." },

  ERR_STORE_UNAVAILABLE: { retryable: true, summary: "The database could not be reached." },
  ERR_STORE_BUSY: {
    retryable: true,
    summary: "The database stayed locked, or a serialisation conflict did not clear, in time.",
  },
  ERR_STORE_SCHEMA_NEWER: {
    retryable: false,
    summary: "The database was migrated by a newer release that this one cannot work with.",
  },
  ERR_STORE_UNSAFE_FILE: {
    retryable: false,
    summary: "The database file is readable by others, or is not a regular file.",
  },
  ERR_STORE_FAILED: { retryable: false, summary: "The database refused a statement." },

  ERR_RPC_UNREACHABLE: { retryable: true, summary: "No connection to the node, or it was cut." },
  ERR_RPC_TIMEOUT: {
    retryable: true,
    summary: "The node did not answer in time. A write may or may not have been taken.",
  },
  ERR_RPC_RATE_LIMITED: { retryable: true, summary: "The node refused for its rate limit." },
  ERR_RPC_BAD_RESPONSE: { retryable: true, summary: "The node's answer is not valid JSON-RPC, or is too large." },
  ERR_RPC_NODE_FAULT: { retryable: true, summary: "The node answered with an error of its own." },
  ERR_RPC_REJECTED: {
    retryable: false,
    summary: "The node refused the request for what it asks, or it could not be written.",
  },

  ERR_CHAIN_ID_MISMATCH: { retryable: false, summary: "The node serves another chain than the configured one." },
  ERR_CHAIN_ADDRESS_INVALID: { retryable: false, summary: "An address is malformed or fails its checksum." },
  ERR_CHAIN_INTENT_INVALID: { retryable: false, summary: "An intent is malformed: nothing was signed or sent." },
  ERR_CHAIN_INSUFFICIENT_FUNDS: { retryable: false, summary: "The account cannot pay value and fee." },
  ERR_CHAIN_REVERTED: { retryable: false, summary: "The contract refused the call." },
  ERR_CHAIN_FEE_TOO_HIGH: {
    retryable: true,
    summary: "The fee that the node asks for is above the configured ceiling.",
  },
  ERR_CHAIN_NODE_UNSUITABLE: { retryable: false, summary: "The node does not speak what the chain needs." },
  ERR_CHAIN_COMPUTATION_COST: {
    retryable: false,
    summary: "The transaction's computation would cost more than the chain allows.",
  },
  ERR_CHAIN_RECEIPT_TIMEOUT: {
    retryable: true,
    summary: "The transaction was not mined in the time given. It may still be.",
  },

  ERR_TRANSACTION_OPTIONS_INVALID: {
    retryable: false,
    summary: "An option of a send, or of how it is followed, is malformed, or its deadline has passed.",
  },
  ERR_TRANSACTION_KEY_REUSED: {
    retryable: false,
    summary: "The idempotency key belongs to another transaction with another payload.",
  },
  ERR_TRANSACTION_QUEUE_FULL: { retryable: true, summary: "The sender has as many unfinished transactions as it may." },
  ERR_TRANSACTION_NOT_FOUND: { retryable: false, summary: "There is no such transaction in this store and tenant." },
  ERR_TRANSACTION_DEADLINE: { retryable: false, summary: "The deadline passed before the transaction was signed." },
  ERR_TRANSACTION_CANCELLED: { retryable: false, summary: "The transaction was cancelled and is on no chain." },
  ERR_TRANSACTION_NOT_CANCELLABLE: { retryable: false, summary: "The transaction is on the chain, or has ended." },
  ERR_TRANSACTION_WAIT_TIMEOUT: {
    retryable: true,
    summary: "The transaction did not reach the stage in the time given. It goes on.",
  },
  ERR_TRANSACTION_TAMPERED: {
    retryable: false,
    summary: "A stored transaction is not what was authorised. Nothing was signed for it.",
  },
  ERR_TRANSACTION_NONCE_IMPLAUSIBLE: {
    retryable: true,
    summary: "The node's transaction count of the sender cannot be. Nothing was signed with it.",
  },

  ERR_POLICY_DENIED: { retryable: false, summary: "A rule of the policy forbids it; context.rule names the rule." },
  ERR_POLICY_FROZEN: { retryable: false, summary: "The wallet or the whole tenant is frozen." },
  ERR_POLICY_SUBJECT_UNKNOWN: {
    retryable: false,
    summary: "There is no wallet of this user to freeze or to give rules.",
  },
  ERR_POLICY_TAMPERED: {
    retryable: false,
    summary: "A stored rule, freeze or counter of the policy was altered. Nothing was signed.",
  },

  ERR_COLLECTION_UNKNOWN: { retryable: false, summary: "No collection of this tenant has this address or alias." },
  ERR_COLLECTION_EXISTS: { retryable: false, summary: "The alias belongs to another collection." },
  ERR_COLLECTION_NOT_INDEXED: {
    retryable: true,
    summary: "The indexer has not come far enough to answer.",
  },

  ERR_MIGRATION_FILE_INVALID: {
    retryable: false,
    summary: "A file of the migration's run was altered, or is of another version. Nothing was sent.",
  },
  ERR_MIGRATION_FILE_FAILED: {
    retryable: true,
    summary: "A file of the migration's run could not be written. What was there before is intact.",
  },
  ERR_MIGRATION_RUN_MISMATCH: {
    retryable: false,
    summary: "The folder holds the run of another collection or another chain.",
  },
  ERR_MIGRATION_STEP_MISSING: { retryable: false, summary: "Another step of the migration has to come first." },
  ERR_MIGRATION_SOURCE_UNSUITABLE: {
    retryable: false,
    summary: "The old contract cannot be moved as it is; context.reason says why.",
  },
  ERR_MIGRATION_PLAN_IMPOSSIBLE: { retryable: false, summary: "No plan does what was asked for." },
  ERR_MIGRATION_NEW_UNSUITABLE: {
    retryable: false,
    summary: "The contract at the new address is not the one that the run planned.",
  },
  ERR_MIGRATION_NOT_VERIFIED: {
    retryable: false,
    summary: "The new collection differs from the snapshot, or nobody has compared them.",
  },
} as const satisfies Record<`ERR_${string}`, CodeEntry>;

export type ErrorCode = keyof typeof errorCodes;
