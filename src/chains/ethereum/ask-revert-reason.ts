import type { TransactionReceipt } from "../../ports/chain-adapter.ts";
import type { EncodedIntent } from "../../ports/intent.ts";
import type { Transport } from "../../ports/transport.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import { callOf } from "./call-of.ts";
import { type Namespace, toQuantity } from "./chain-state.ts";
import type { Ethers } from "./ethers.ts";
import { answerIn, isRevert } from "./node-errors.ts";
import { meaningIn } from "./revert-reason.ts";

/**
 * Runs a reverted transaction again, on the block before its own, and on its own where that tells nothing: other transactions of its
 * block may have come before it.
 *
 * @returns what the contract said, on one line of 200 characters or a few more; undefined where that does not tell.
 * @throws `ERR_RPC_*` the node could not be asked.
 */
export async function revertReason(
  ethers: Ethers,
  transport: Transport,
  namespace: Namespace,
  intent: EncodedIntent,
  from: string,
  { blockNumber }: TransactionReceipt,
): Promise<string | undefined> {
  const call = callOf(intent, from);
  const blocks = blockNumber > 0n ? [blockNumber - 1n, blockNumber] : [blockNumber];
  for (const block of blocks) {
    try {
      await transport.request({ method: `${namespace}_call`, params: [call, toQuantity(block)] });
    } catch (error) {
      const reason = reasonFor(ethers, error, intent.errors);
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function reasonFor(ethers: Ethers, error: unknown, errors: readonly string[]): string | undefined {
  const answer = answerIn(error);
  if (answer === undefined) {
    // A node in trouble, and not one that answered: whoever asked may ask again.
    if (isLatchkeyError(error) && error.code.startsWith("ERR_RPC_") && error.code !== "ERR_RPC_REJECTED") throw error;
    return undefined;
  }
  if (answer.data !== undefined && answer.data !== "0x") return meaningIn(ethers, answer.data, errors);
  if (/out ?of ?gas/i.test(answer.text) && answer.code !== 3) return "out of gas";
  return isRevert(answer) && /invalid ?(?:fe ?)?opcode/i.test(answer.text) ? "invalid opcode" : undefined;
}
