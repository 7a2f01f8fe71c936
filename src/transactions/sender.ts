import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type {
  ChainAdapter,
  SendOptions,
  SignedTransaction,
  TransactionReceipt,
  WaitOptions,
} from "../ports/chain-adapter.ts";
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
import { createNonceMemory } from "./nonce-memory.ts";

/** A transaction that was handed to a node. */
export interface TransactionHandle {
  readonly hash: Hex;
  /**
   * Waits until the transaction is in a block. A receipt with status `reverted` is an outcome, not an error.
   *
   * @param stage - `mined`: in a block, which a reorganisation of the chain can still undo.
   * @throws `ERR_CHAIN_RECEIPT_TIMEOUT` not mined in time (default 120 s); `ERR_CLOSED`; `ERR_RPC_BAD_RESPONSE`; the reason of an
   * aborted signal, as it is.
   */
  wait(stage: "mined", options?: WaitOptions): Promise<TransactionReceipt>;
}

export interface TransactionSender {
  /**
   * Prepares, signs and broadcasts; one at a time for each address.
   *
   * @throws what the chain's `prepare` and `broadcast` and the signer throw. Where something was signed, `context.hash` names it and
   * `context.outcome` says what is known: `refused` by the node; or `unknown`, and `retryable` is false: look the hash up before
   * sending again.
   */
  send(intent: Intent, signer: Signer, options?: SendOptions): Promise<TransactionHandle>;
  /**
   * A handle of a transaction that was sent before, by whatever process. The node is not asked here.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID` not a hash of 32 bytes.
   */
  handleOf(hash: Hex): TransactionHandle;
  /** Refuses new sends and waits for those under way. */
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly chain: ChainAdapter;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** One send, from the address as the chain writes it. */
interface Send {
  readonly intent: Intent;
  readonly signer: Signer;
  readonly address: string;
  readonly options: SendOptions;
}

const broadcastAttempts = 3;
const broadcastDelayMs = 500;
/** How long a transaction is looked for in the chain before its outcome is called unknown. */
const lookUpMs = 1_000;

/**
 * Sends to a chain's node, with nonces from the node. Sends of one address take turns in this process; other processes that
 * send from the same address at the same moment may be given the same nonce, and then one of the two is refused by the node.
 */
export function createSender({ chain, clock, meter, logger }: SenderOptions): TransactionSender {
  const gate = new Gate();
  const turns = new Turns();
  const nonces = createNonceMemory(clock);

  async function prepareAndSign(send: Send): Promise<SignedTransaction> {
    const { intent, signer, address, options } = send;
    const prepared = await chain.prepare(intent, address, { ...options, leastNonce: nonces.least(address) });
    if (!isDestination(intent, prepared.to)) throw destinationChanged();
    const { feePayer } = prepared;
    const signing = [
      signer.signDigest(prepared.digest),
      ...(feePayer === undefined ? [] : [feePayer.signer.signDigest(feePayer.digest)]),
    ] as const;
    // Both are waited for, also when one has failed: nothing is signed behind the caller's back.
    await Promise.allSettled(signing);
    return prepared.assemble(...(await Promise.all(signing)));
  }

  /** Sends the same bytes until the node has them or refuses them. Under another nonce they could be paid twice. */
  async function broadcast(transaction: SignedTransaction): Promise<void> {
    /** The last error after which the node may have the bytes. */
    let doubt: { readonly error: unknown } | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await chain.broadcast(transaction);
        return;
      } catch (error) {
        const isUnclear = isAmbiguous(error);
        if (isUnclear) doubt = { error };
        // Refused, and no earlier attempt can have brought them in.
        if (doubt === undefined && !saysNonceIsUsed(error)) throw refused(transaction, error);
        const mayGoOn = isUnclear || isLatchkeyError(error, "ERR_RPC_RATE_LIMITED");
        if (!mayGoOn || attempt >= broadcastAttempts) {
          // What made the node refuse may be this very transaction, mined meanwhile: its nonce is used and its value spent.
          if (await isMined(transaction.hash)) return;
          throw doubt === undefined ? refused(transaction, error) : outcomeUnknown(transaction, doubt.error, error);
        }
        logger.warn(
          { chain: chain.name, hash: transaction.hash, attempt },
          "broadcast got no clear answer; sending the same bytes again",
        );
      }
      await clock.sleep(broadcastDelayMs * attempt);
    }
  }

  async function isMined(hash: Hex): Promise<boolean> {
    try {
      await chain.waitForReceipt(hash, { timeoutMs: lookUpMs });
      return true;
    } catch {
      // Not found, or the node is in trouble: nothing is known then.
      return false;
    }
  }

  async function takeTurn(send: Send): Promise<SignedTransaction> {
    const { address } = send;
    const transaction = await prepareAndSign(send);
    try {
      await broadcast(transaction);
    } catch (error) {
      if (isOutcomeUnknown(error)) nonces.remember(address, transaction.nonce, "unknown");
      throw error;
    }
    nonces.remember(address, transaction.nonce, "accepted");
    return transaction;
  }

  function handleFor(hash: Hex): TransactionHandle {
    return {
      hash,
      wait: async (stage, options) => {
        requireStage(stage);
        try {
          return await chain.waitForReceipt(hash, options);
        } catch (error) {
          throw isLatchkeyError(error, "ERR_CLOSED") ? waitEnded(hash, error) : error;
        }
      },
    };
  }

  async function send(intent: Intent, signer: Signer, options: SendOptions): Promise<TransactionHandle> {
    let outcome = "accepted";
    try {
      // One address has several spellings, and one sequence of nonces.
      const address = chain.scheme.parseAddress(signer.address);
      const { hash } = await turns.take(address, () => takeTurn({ intent, signer, address, options }));
      return handleFor(hash);
    } catch (error) {
      outcome = isLatchkeyError(error) ? error.code : "unknown";
      throw error;
    } finally {
      meter.record(metrics.transactionsSent, 1, { chain: chain.name, outcome });
    }
  }

  return {
    send: (intent, signer, options = {}) => gate.run(() => send(intent, signer, options)),
    handleOf: (hash) => {
      if (isHash(hash)) return handleFor(hash);
      throw new LatchkeyError(
        "ERR_CHAIN_INTENT_INVALID",
        "A transaction's hash is 0x and 64 hexadecimal digits. Nothing was looked up.",
      );
    },
    close: () => gate.close(),
  };
}

function isHash(value: unknown): boolean {
  return typeof value === "string" && /^0x[0-9a-f]{64}$/i.test(value);
}

function waitEnded(hash: Hex, cause: LatchkeyError): LatchkeyError {
  return new LatchkeyError(
    "ERR_CLOSED",
    "The chain was closed while a transaction was waited for. It was sent and may be mined: take its hash up again after the next start.",
    { context: { ...cause.context, hash }, cause },
  );
}

/** Whether the node may have the bytes. Of an error that is not Latchkey's, nothing is known. */
function isAmbiguous(error: unknown): boolean {
  if (!isLatchkeyError(error)) return true;
  return (
    error.code === "ERR_RPC_TIMEOUT" ||
    error.code === "ERR_RPC_UNREACHABLE" ||
    error.code === "ERR_RPC_BAD_RESPONSE" ||
    error.code === "ERR_RPC_NODE_FAULT" ||
    error.code === "ERR_CLOSED"
  );
}

/** Texts of geth, Kaia, Erigon, Besu and anvil; "OldNonce" is Nethermind's. */
function saysNonceIsUsed(error: unknown): boolean {
  return (
    isLatchkeyError(error, "ERR_RPC_REJECTED") &&
    /nonce (?:is )?too low|old ?nonce/i.test(String(error.context["rpcMessage"]))
  );
}

/** Whoever calls from JavaScript may ask for a stage that there is not, and must not be told of another. */
function requireStage(stage: unknown): void {
  if (stage === "mined") return;
  throw new LatchkeyError("ERR_CONFIG_INVALID", 'A transaction is waited for until "mined". Nothing was waited for.');
}

/** A refusal, with what was refused: a node that lies may have kept the bytes all the same, and then they are found by their hash. */
function refused({ hash, nonce }: SignedTransaction, error: unknown): unknown {
  if (!isLatchkeyError(error)) return error;
  const { code, message, context, retryable, cause } = error;
  return new LatchkeyError(code, message, {
    context: { ...context, hash, nonce, outcome: "refused" },
    retryable,
    cause,
  });
}

/** @param doubt - after which the node may have had the bytes; `last` is what came of the last attempt. */
function outcomeUnknown({ hash, nonce }: SignedTransaction, doubt: unknown, last: unknown): LatchkeyError {
  const code = isLatchkeyError(doubt) ? doubt.code : "ERR_RPC_UNREACHABLE";
  return new LatchkeyError(
    code,
    "The node did not confirm that it took the transaction, and shows it in no block yet. It may still be mined: look the hash up before anything is sent again.",
    // A caller who repeats what is called retryable would pay twice.
    { context: { hash, nonce, outcome: "unknown" }, cause: last, retryable: false },
  );
}

function isOutcomeUnknown(error: unknown): boolean {
  return isLatchkeyError(error) && error.context["outcome"] === "unknown";
}

function destinationChanged(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INTENT_INVALID",
    "The transaction to sign goes to another destination than the intent. Nothing was signed; report this as a security fault.",
  );
}
