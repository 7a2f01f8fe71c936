import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import { isHex } from "../../units/bytes.ts";
import type { Interface } from "./abi.ts";
import type { Ethers } from "./ethers.ts";
import { reasonIn } from "./revert-reason.ts";

// Texts of geth, Kaia, Erigon, Nethermind, Besu, reth, anvil, Hardhat, OpenEthereum, Moonbeam and Ethermint;
// test/vectors/evm-node-errors.ts has them, and where they are from.
const reverted = /revert|invalid opcode|VM execution error|VM error/i;
const insufficient =
  /insufficient (?:funds|balance)|InsufficientFunds|upfront cost exceeds|doesn't have enough funds|not enough (?:funds|balance)/i;
const known =
  /already ?known|\bknown transaction|existing txn? with same hash|already imported|already in (?:the )?mempool|already exists in cache|duplicate transaction/i;

const longestData = 20_002;

/**
 * What a node's refusal of a call, an estimate or a transaction means; other errors come back as they are.
 *
 * @param errors - what names a contract's custom errors: its ABI, or `EncodedIntent.errors`.
 */
export function refusal(ethers: Ethers, error: unknown, errors: Interface | readonly string[] | undefined): unknown {
  const answer = answerIn(error);
  if (answer === undefined) return error;
  const { text, data } = answer;
  // Before all else, for the rest of a revert's text is the contract's: it may say that funds are insufficient.
  if (isRevert(answer)) {
    const reason = data === undefined ? undefined : reasonIn(ethers, data, errors);
    return new LatchkeyError(
      "ERR_CHAIN_REVERTED",
      `The contract refused the call${reason === undefined ? "" : `: ${reason}`}. Nothing was sent; the same call fails until the contract's state or the arguments change.`,
      { context: { reason: reason ?? null, rpcData: data ?? null }, cause: error },
    );
  }
  if (insufficient.test(text)) {
    return new LatchkeyError(
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
      "The account cannot pay value and fee. Nothing was sent; fund it first.",
      { cause: error },
    );
  }
  return error;
}

/** Whether a node refused bytes only because it has them. */
export function isKnownTransaction(error: unknown): boolean {
  const answer = answerIn(error);
  return answer !== undefined && isKnown(answer);
}

export function isKnown(answer: NodeAnswer): boolean {
  return !isRevert(answer) && known.test(answer.text);
}

export function isInsufficient(text: string): boolean {
  return insufficient.test(text);
}

/** Whether it is about what a contract did. The rest of the text may be the contract's own then. */
export function isRevert({ code, text }: NodeAnswer): boolean {
  return code === 3 || reverted.test(text);
}

export interface NodeAnswer {
  readonly code: unknown;
  readonly text: string;
  /** What the contract reverted with, where the node sent it and it is not too long to keep. */
  readonly data: string | undefined;
}

/** The JSON-RPC error that a node answered with. Some use the code of an internal error for what is the transaction's fault. */
export function answerIn(error: unknown): NodeAnswer | undefined {
  if (!isLatchkeyError(error)) return undefined;
  const { rpcCode, rpcMessage, rpcData } = error.context;
  const isAnswer =
    error.code === "ERR_RPC_REJECTED" ||
    error.code === "ERR_RPC_NODE_FAULT" ||
    // A contract may have put a rate limit's words into its reason.
    (error.code === "ERR_RPC_RATE_LIMITED" && rpcCode === 3);
  if (!isAnswer || typeof rpcMessage !== "string") return undefined;
  const isData = typeof rpcData === "string" && rpcData.length <= longestData && isHex(rpcData);
  return { code: rpcCode, text: rpcMessage, data: isData ? rpcData : undefined };
}
