import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter, SignedTransaction, TransactionReceipt, WaitOptions } from "../ports/chain-adapter.ts";
import type { Intent } from "../ports/intent.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { Signer } from "../ports/signer.ts";
import { metrics } from "../telemetry/metrics.ts";
import type { Hex } from "../units/brands.ts";
import type { Clock } from "../units/clock.ts";
import { Gate } from "../units/gate.ts";
import { Turns } from "../units/turns.ts";
import { isDestination } from "./destination.ts";

/** A transaction that was handed to a node. */
export interface TransactionHandle {
  readonly hash: Hex;
  /**
   * Waits until the transaction is in a block. A receipt with status `reverted` is an outcome, not an error.
   *
   * @param stage - `mined`: in a block, which a reorganisation of the chain can still undo.
   * @throws `ERR_CHAIN_RECEIPT_TIMEOUT` not mined in time (default 120 s); `ERR_RPC_BAD_RESPONSE`.
   */
  wait(stage: "mined", options?: WaitOptions): Promise<TransactionReceipt>;
}

export interface TransactionSender {
  /** Prepares, signs and broadcasts; one at a time for each address. */
  send(intent: Intent, signer: Signer): Promise<TransactionHandle>;
  /** Refuses new sends and waits for those under way. */
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly chain: ChainAdapter;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

const broadcastAttempts = 3;
const broadcastDelayMs = 500;
/** How long a nonce that was sent here counts as taken although the node does not show it. */
const nonceMemoryMs = 30_000;

/**
 * Sends to a chain's node, with nonces from the node. Sends of one address take turns in this process; other processes that
 * send from the same address at the same moment may be given the same nonce, and then one of the two is refused by the node.
 */
export function createSender({ chain, clock, meter, logger }: SenderOptions): TransactionSender {
  const gate = new Gate();
  const turns = new Turns();
  const sent = new Map<string, { readonly nonce: number; readonly atMs: number }>();

  async function prepareAndSign(intent: Intent, signer: Signer): Promise<SignedTransaction> {
    const last = sent.get(signer.address);
    const isFresh = last !== undefined && clock.monotonicMs() - last.atMs < nonceMemoryMs;
    const prepared = await chain.prepare(intent, signer.address, { leastNonce: isFresh ? last.nonce + 1 : 0 });
    if (!isDestination(intent, prepared.to)) throw destinationChanged();
    return prepared.assemble(await signer.signDigest(prepared.digest));
  }

  async function broadcast(transaction: SignedTransaction): Promise<void> {
    const remember = (): void => {
      sent.set(transaction.from, { nonce: transaction.nonce, atMs: clock.monotonicMs() });
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await chain.broadcast(transaction);
        remember();
        return;
      } catch (error) {
        if (!isAmbiguous(error)) throw error;
        // The node may have it. Only the same bytes may go out again: under another nonce it could be paid twice.
        remember();
        if (attempt >= broadcastAttempts) throw outcomeUnknown(transaction, error);
        logger.warn(
          { chain: chain.name, hash: transaction.hash, attempt },
          "broadcast got no answer; sending the same bytes again",
        );
      }
      await clock.sleep(broadcastDelayMs * attempt);
    }
  }

  async function send(intent: Intent, signer: Signer): Promise<TransactionHandle> {
    let outcome = "accepted";
    try {
      const { hash } = await turns.take(signer.address, async () => {
        const transaction = await prepareAndSign(intent, signer);
        await broadcast(transaction);
        return transaction;
      });
      return { hash, wait: (_stage, options) => chain.waitForReceipt(hash, options) };
    } catch (error) {
      outcome = isLatchkeyError(error) ? error.code : "unknown";
      throw error;
    } finally {
      meter.record(metrics.transactionsSent, 1, { chain: chain.name, outcome });
    }
  }

  return {
    send: (intent, signer) => gate.run(() => send(intent, signer)),
    close: () => gate.close(),
  };
}

function isAmbiguous(error: unknown): boolean {
  return (
    isLatchkeyError(error, "ERR_RPC_TIMEOUT") ||
    isLatchkeyError(error, "ERR_RPC_UNREACHABLE") ||
    isLatchkeyError(error, "ERR_RPC_BAD_RESPONSE") ||
    isLatchkeyError(error, "ERR_RPC_NODE_FAULT")
  );
}

function outcomeUnknown({ hash, nonce }: SignedTransaction, cause: unknown): LatchkeyError {
  const code = isLatchkeyError(cause) ? cause.code : "ERR_RPC_UNREACHABLE";
  return new LatchkeyError(
    code,
    "The node did not confirm that it took the transaction. It may be mined: look the hash up before anything is sent again.",
    { context: { hash, nonce, outcome: "unknown" }, cause },
  );
}

function destinationChanged(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INTENT_INVALID",
    "The transaction to sign goes to another destination than the intent. Nothing was signed; report this as a security fault.",
  );
}
