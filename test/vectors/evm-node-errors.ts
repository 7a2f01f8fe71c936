/** A JSON-RPC error as a node sends it: who sends it, its code and its message. */
export type NodeError = readonly [node: string, code: number, message: string];

// Where the texts are from; numbers, hashes and addresses in them are made up.
// geth: core/error.go, core/txpool/errors.go, core/txpool/validation.go, core/txpool/legacypool/legacypool.go.
// Erigon: txnprovider/txpool/txpoolcfg/txpoolcfg.go, with the name of the import's result before it.
// Nethermind: src/Nethermind/Nethermind.TxPool/TxPoolErrorMessages.cs and AcceptTxResult.cs; the older ones have the result's own name.
// Besu: RpcErrorType.java in ethereum/api; of a simulation BlockStateCallError.java.
// reth: crates/rpc/rpc-eth-types/src/error/mod.rs.
// anvil 1.7.1: seen on a node; crates/anvil/src/eth/error/mod.rs.
// Kaia v2.2.1: seen on a node; blockchain/error.go, blockchain/tx_pool.go.
// Hardhat 3.18 (EDR 0.22): seen on its node. Hardhat 2: as its users quote it.
// OpenEthereum: rpc/src/v1/helpers/errors.rs.
// Moonbeam: a revert is in Frontier's client/rpc/src/lib.rs; its other texts are without a source.
// Ethermint: what the Cosmos SDK and the mempool below it say (types/errors/errors.go), as users quote it.
// "A node", "some node", "a provider", "any": made up, as such answers may be.

/** Answers to bytes that the node has already. */
export const knownTransaction: readonly NodeError[] = [
  ["geth", -32000, "already known"],
  ["old geth", -32000, "known transaction: 29af4d12da50a64808074074f96a659977bf459da51376002b41338ee800354d"],
  ["Kaia", -32000, "known transaction: 29af4d12da50a64808074074f96a659977bf459da51376002b41338ee800354d"],
  ["Erigon", -32000, "ALREADY_EXISTS: already known"],
  ["Erigon, other pool", -32000, "INTERNAL_ERROR: existing tx with same hash"],
  ["Nethermind", -32010, "already known"],
  ["older Nethermind", -32010, "AlreadyKnown"],
  ["Besu", -32000, "Known transaction"],
  ["anvil", -32003, "transaction already imported"],
  ["Hardhat", -32000, "Known transaction: 0x29af4d12da50a64808074074f96a659977bf459da51376002b41338ee800354d"],
  ["OpenEthereum", -32010, "Transaction with the same hash was already imported."],
  ["Moonbeam", -32603, "already known"],
  ["Ethermint", -32000, "tx already in mempool"],
  ["Ethermint's cache", -32000, "tx already exists in cache"],
];

/** Refusals of a transaction that must not be taken for one that is known. */
export const otherRefusals: readonly NodeError[] = [
  ["geth", -32000, "nonce too low: next nonce 5, tx nonce 4"],
  ["geth", -32000, "replacement transaction underpriced"],
  ["geth", -32000, "transaction type not supported"],
  ["geth", -32000, "address already reserved"],
  ["Kaia", -32000, "there is another tx which has the same nonce in the tx pool"],
  ["Kaia", -32000, "undefined tx type"],
  ["Kaia", -32000, "invalid chain id"],
  ["Kaia", -32000, "txpool is full: 5120"],
  ["Erigon", -32000, "could not replace existing tx"],
  ["a node of an older fork", -32000, "unknown transaction type"],
  ["a node of an older fork", -32602, "Unknown transaction type: 0x02"],
  ["Besu", -32602, "Invalid transaction type"],
  ["some node", -32000, "a transaction with this nonce already exists"],
];

/** Answers to a transaction or an estimate that the account cannot pay. */
export const insufficientFunds: readonly NodeError[] = [
  ["geth", -32000, "insufficient funds for gas * price + value: address 0x9d8A62f6 have 0 want 21000"],
  ["geth, estimate", -32000, "insufficient funds for transfer"],
  ["Kaia", -32000, "insufficient funds of the sender for value "],
  ["Kaia, fee payer", -32000, "insufficient funds of the fee payer for gas * price"],
  ["Kaia, estimate", -32000, "err: insufficient balance for transfer (supplied gas 250010499)"],
  ["Erigon", -32000, "insufficient funds for gas * price + value"],
  ["Erigon's pool", -32000, "INTERNAL_ERROR: insufficient funds"],
  ["Nethermind", -32010, "insufficient funds for gas * price + value"],
  ["older Nethermind", -32010, "InsufficientFunds, Account balance: 0, cumulative cost: 21000"],
  ["Besu", -32004, "Upfront cost exceeds account balance"],
  ["Besu, simulation", -38014, "Upfront cost exceeds balance"],
  ["anvil", -32003, "Insufficient funds for gas * price + value"],
  [
    "Hardhat",
    -32000,
    "Sender doesn't have enough funds to send tx. The max upfront cost is: 1 and the sender's balance is: 0.",
  ],
  ["Moonbeam", -32603, "insufficient funds for gas * price + value"],
];

/** Answers to a call or an estimate that the contract refused. What follows the colon is the contract's own text. */
export const reverted: readonly NodeError[] = [
  ["geth", 3, "execution reverted"],
  ["geth, with a reason", 3, "execution reverted: not yours"],
  ["a node that says no more than the code", 3, ""],
  ["geth, invalid opcode", -32000, "invalid opcode: INVALID"],
  ["Kaia, no data", -32000, "evm: execution reverted"],
  ["Kaia, invalid opcode", -32000, "VM error occurs while running smart contract"],
  ["Erigon", 3, "execution reverted"],
  ["Nethermind", 3, "execution reverted: not yours"],
  ["Nethermind and OpenEthereum, older", -32015, "VM execution error."],
  ["Besu", -32000, "Execution reverted"],
  ["anvil, invalid opcode", -32603, "EVM error InvalidFEOpcode"],
  ["Moonbeam", -32603, "VM Exception while processing transaction: revert not yours"],
  ["a contract about funds", 3, "execution reverted: insufficient funds"],
  ["a contract about balance", -32000, "execution reverted: ERC20: insufficient balance"],
  ["a contract about limits", 3, "execution reverted: rate limit exceeded, quota used up"],
  ["a contract about nodes", 3, "execution reverted: header not found, internal error"],
  ["a contract about nodes, without code", -32000, "execution reverted: connection timed out"],
  ["a contract that says it is known", 3, "execution reverted: already known"],
];

/** What a node's refusal of signed bytes means. */
export type RefusedFor =
  | "known"
  | "nonce-too-low"
  | "underpriced"
  | "pool-full"
  | "insufficient-funds"
  | "nonce-gap"
  | "delegated-limit"
  | "rate-limited"
  | "other"
  | "unknown";

/** Refusals of signed bytes, with what they mean. */
export const broadcastRefusals: readonly (readonly [...NodeError, RefusedFor])[] = [
  ...knownTransaction.map((row) => [...row, "known"] as const),
  ...insufficientFunds.map((row) => [...row, "insufficient-funds"] as const),
  ["Erigon", -32000, "INTERNAL_ERROR: existing txn with same hash", "known"],
  ["reth", -32000, "already known", "known"],
  ["reth", -32003, "insufficient funds for gas * price + value: have 0 want 21000", "insufficient-funds"],

  ["geth", -32000, "nonce too low: next nonce 5, tx nonce 4", "nonce-too-low"],
  ["Erigon", -32000, "INTERNAL_ERROR: nonce too low", "nonce-too-low"],
  ["Nethermind", -32010, "nonce too low", "nonce-too-low"],
  ["older Nethermind", -32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 4", "nonce-too-low"],
  ["Besu", -32001, "Nonce too low", "nonce-too-low"],
  ["reth", -32000, "nonce too low: next nonce 5, tx nonce 4", "nonce-too-low"],
  ["anvil", -32003, "nonce too low", "nonce-too-low"],
  ["Kaia", -32000, "nonce too low", "nonce-too-low"],
  [
    "Hardhat",
    -32000,
    "Nonce too low. Expected nonce to be 1 but got 0. Note that transactions can't be queued when automining.",
    "nonce-too-low",
  ],
  ["OpenEthereum", -32010, "Transaction nonce is too low. Try incrementing the nonce.", "nonce-too-low"],

  ["geth", -32000, "replacement transaction underpriced", "underpriced"],
  ["geth", -32000, "transaction underpriced: gas tip cap 0, minimum needed 1", "underpriced"],
  [
    "geth",
    -32000,
    "max fee per gas less than block base fee: address 0xab, maxFeePerGas: 1, baseFee: 7",
    "underpriced",
  ],
  ["Erigon", -32000, "INTERNAL_ERROR: could not replace existing tx", "underpriced"],
  ["Erigon", -32000, "FEE_TOO_LOW: underpriced", "underpriced"],
  ["Erigon", -32000, "FEE_TOO_LOW: fee too low", "underpriced"],
  ["Erigon", -32000, "INTERNAL_ERROR: replaced by transaction with higher tip", "underpriced"],
  ["Nethermind", -32010, "transaction underpriced", "underpriced"],
  ["Nethermind", -32010, "replacement transaction underpriced", "underpriced"],
  ["older Nethermind", -32010, "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 7", "underpriced"],
  ["older Nethermind", -32010, "FeeTooLowToCompete", "underpriced"],
  ["older Nethermind", -32010, "ReplacementNotAllowed, existing tx is not sufficiently cheaper", "underpriced"],
  ["Besu", -32000, "Replacement transaction underpriced", "underpriced"],
  ["Besu", -32009, "Gas price below configured minimum gas price", "underpriced"],
  ["Besu", -32009, "Gas price below current base fee", "underpriced"],
  ["reth", -32000, "replacement transaction underpriced", "underpriced"],
  ["reth", -32000, "transaction underpriced", "underpriced"],
  ["reth", -32000, "max fee per gas less than block base fee", "underpriced"],
  ["reth", -32003, "transaction priority fee below minimum required priority fee 1", "underpriced"],
  ["anvil", -32003, "replacement transaction underpriced", "underpriced"],
  ["anvil, in its log", -32003, "Tx: [0xab] insufficient gas price to replace existing transaction", "underpriced"],
  ["anvil", -32003, "max fee per gas less than block base fee", "underpriced"],
  ["Kaia", -32000, "there is another tx which has the same nonce in the tx pool", "underpriced"],
  ["Kaia", -32000, "invalid gas fee cap. It must be set to value greater than or equal to baseFee", "underpriced"],
  ["Kaia", -32000, "invalid gas price. It must be set to value greater than or equal to baseFee", "underpriced"],
  ["Kaia before Magma", -32000, "invalid unit price", "underpriced"],
  [
    "Hardhat",
    -32000,
    "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 1100000001 is necessary to replace the existing transaction with nonce 0.",
    "underpriced",
  ],
  [
    "Hardhat",
    -32000,
    "Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 875000000",
    "underpriced",
  ],
  [
    "OpenEthereum",
    -32010,
    "Transaction gas price supplied is too low. There is another transaction with same nonce in the queue. Try increasing the gas price or incrementing the nonce.",
    "underpriced",
  ],

  ["geth", -32000, "txpool is full", "pool-full"],
  ["geth", -32000, "future transaction tries to replace pending", "pool-full"],
  ["geth", -32000, "account limit exceeded: pooled 16 txs", "pool-full"],
  ["Erigon", -32000, "INTERNAL_ERROR: pending sub-pool is full", "pool-full"],
  ["Erigon", -32000, "INTERNAL_ERROR: baseFee sub-pool is full", "pool-full"],
  ["Erigon", -32000, "INTERNAL_ERROR: queued sub-pool is full", "pool-full"],
  ["Erigon", -32000, "INTERNAL_ERROR: spammer", "pool-full"],
  ["reth", -32003, "txpool is full", "pool-full"],
  ["Kaia", -32000, "txpool is full: 5120", "pool-full"],
  [
    "OpenEthereum",
    -32010,
    "There are too many transactions in the queue. Your transaction was dropped due to limit. Try increasing the fee.",
    "pool-full",
  ],

  ["geth", -32000, "gapped-nonce tx from delegated accounts", "nonce-gap"],
  ["Nethermind", -32010, "nonce too high", "nonce-gap"],
  ["Nethermind", -32010, "nonce too far in future", "nonce-gap"],
  ["Nethermind", -32010, "delegation nonce gap", "nonce-gap"],
  ["older Nethermind", -32010, "NonceGap, Future nonce. Expected nonce: 5", "nonce-gap"],
  ["Besu", -32000, "Transaction nonce is too distant from current sender nonce", "nonce-gap"],
  ["Besu", -32000, "An invalid transaction with a lower nonce exists", "nonce-gap"],
  ["Besu", -32006, "Nonce too high", "nonce-gap"],
  ["reth", -32000, "nonce too high", "nonce-gap"],
  ["anvil", -32003, "Nonce too high", "nonce-gap"],
  ["Kaia", -32000, "gapped-nonce tx from delegated accounts", "nonce-gap"],
  [
    "Hardhat",
    -32000,
    "Nonce too high. Expected nonce to be 0 but got 3. Note that transactions can't be queued when automining.",
    "nonce-gap",
  ],

  ["geth", -32000, "in-flight transaction limit reached for delegated accounts", "delegated-limit"],
  ["Kaia", -32000, "in-flight transaction limit reached for delegated accounts", "delegated-limit"],
  ["Nethermind", -32010, "delegation authority has pending transaction", "delegated-limit"],

  ["a provider", 429, "Too many requests: upgrade your plan", "rate-limited"],
  ["a provider", -32005, "daily request count exceeded, request rate limited", "rate-limited"],

  ["geth", -32000, "intrinsic gas too low", "other"],
  ["geth", -32000, "exceeds block gas limit", "other"],
  ["geth", -32000, "tx fee (1.10 ether) exceeds the configured cap (1.00 ether)", "other"],
  ["geth", -32000, "address already reserved", "other"],
  ["Kaia", -32000, "invalid chain id", "other"],
  ["Kaia", -32000, "invalid sender: invalid account key", "other"],
  ["Besu", -32005, "Transaction gas limit exceeds block gas limit", "other"],
  ["Nethermind", -32010, "gas limit reached", "other"],
  ["reth", -32003, "transaction type not supported", "other"],

  ["any, internal", -32603, "Internal error", "unknown"],
  ["Nethermind", -32000, "node is syncing", "unknown"],
  ["Besu", -32008, "Initial sync is still in progress", "unknown"],
  [
    "Besu",
    -32002,
    "Transaction pool not enabled. (Either txpool explicitly disabled, or node not yet in sync).",
    "unknown",
  ],
  // What a contract says is no word of the node's, and Hardhat has mined what it answers with.
  ["geth", 3, "execution reverted: nonce too low", "unknown"],
  ["geth", 3, "execution reverted: already known", "unknown"],
  ["geth", -32000, "execution reverted: insufficient funds", "unknown"],
  [
    "Hardhat",
    3,
    "VM Exception while processing transaction: reverted with reason string 'replacement transaction underpriced'",
    "unknown",
  ],
  [
    "Hardhat 2",
    -32603,
    "Error: VM Exception while processing transaction: reverted with reason string 'replacement transaction underpriced'",
    "unknown",
  ],
  ["any, a contract", 3, "txpool is full", "unknown"],
];
