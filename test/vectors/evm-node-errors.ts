/** A JSON-RPC error as a node sends it: who sends it, its code and its message. */
export type NodeError = readonly [node: string, code: number, message: string];

// geth: core/txpool/errors.go, core/error.go. Kaia v2.2.1: seen on a node. Erigon: txpoolcfg. Nethermind: AcceptTxResult and
// TxPoolErrorMessages. Besu: RpcErrorType. anvil 1.7.1: seen on a node. OpenEthereum: rpc/src/v1/helpers/errors.rs.

/** Answers to bytes that the node has already. */
export const knownTransaction: readonly NodeError[] = [
  ["geth", -32000, "already known"],
  ["old geth", -32000, "known transaction: 29af4d12da50a64808074074f96a659977bf459da51376002b41338ee800354d"],
  ["Kaia", -32000, "known transaction: 29af4d12da50a64808074074f96a659977bf459da51376002b41338ee800354d"],
  ["Erigon", -32000, "ALREADY_EXISTS: already known"],
  ["Erigon, other pool", -32000, "INTERNAL_ERROR: existing tx with same hash"],
  ["Nethermind", -32010, "already known"],
  ["Nethermind before 1.30", -32010, "AlreadyKnown"],
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
  ["Nethermind before 1.30", -32010, "InsufficientFunds, Account balance: 0, cumulative cost: 21000"],
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
