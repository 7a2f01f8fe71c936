import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { Logger } from "../ports/logger.ts";
import { settleAll } from "../units/settle-all.ts";
import { isObject } from "./given.ts";
import type { Wallets } from "./wallets.ts";

export interface BackfillProgress {
  /** Wallets that lacked an account when the run began. */
  readonly total: number;
  readonly extended: number;
  readonly failed: number;
}

export interface BackfillOptions {
  /**
   * Called after each batch. What it returns is waited for, unless the run is stopped meanwhile; what it throws or rejects
   * with stops the run, and is what the run rejects with.
   */
  readonly onProgress?: (progress: BackfillProgress) => unknown;
  /** Stops the run after the batch under way; what was done stays done. */
  readonly signal?: AbortSignal;
  /** Wallets in work at a time, 1 to 64. Default 8. */
  readonly concurrency?: number;
}

const pageSize = 256;

/**
 * Gives every wallet the accounts that the configured chains ask for. Resumable by running it again: wallets that are
 * complete are not touched. A wallet whose own row is the trouble is counted as failed and left as it is; any other failure
 * stops the run.
 *
 * @param closing - stops the run as the caller's own signal does.
 * @throws errors of the wrapping key and the store, and those of `onProgress`, with what was done kept; `ERR_CONFIG_INVALID`.
 */
export async function backfill<Name extends string>(
  wallets: Wallets<Name>,
  logger: Logger,
  closing: AbortSignal,
  options: BackfillOptions = {},
): Promise<BackfillProgress> {
  requireOptions(options);
  const { onProgress, signal, concurrency = 8 } = options;
  const stop = signal === undefined ? closing : AbortSignal.any([closing, signal]);
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener("abort", () => {
      resolve();
    });
  });
  const total = await wallets.countLacking();
  let extended = 0;
  let failed = 0;
  let after = "";
  while (!stop.aborted) {
    const page = await wallets.lacking(after, pageSize);
    const last = page.at(-1);
    if (last === undefined) break;
    const queue = page.values();
    const worker = async (): Promise<void> => {
      for (const wallet of queue) {
        try {
          await wallets.completeWallet(wallet);
          extended += 1;
        } catch (error) {
          if (!isOfOneRow(error)) throw error;
          failed += 1;
          const { walletId } = wallet;
          logger.error({ walletId, code: error.code }, "a wallet could not be given its new accounts");
        }
      }
    };
    await settleAll(Array.from({ length: concurrency }, worker));
    after = last.walletId;
    // Not waited for after a stop: it may itself be waiting for close(), which waits for this run.
    if (onProgress !== undefined) await Promise.race([onProgress({ total, extended, failed }), stopped]);
  }
  return { total, extended, failed };
}

/** Whether one wallet's row is the trouble. Anything else, such as a wrapping key that may not be used, would meet the next one too. */
function isOfOneRow(error: unknown): error is LatchkeyError {
  if (isLatchkeyError(error, "ERR_VAULT_OPEN_FAILED") || isLatchkeyError(error, "ERR_WALLET_CONFLICT")) return true;
  // A path that is not the configured one; what the wrapping key calls invalid names no wallet.
  return isLatchkeyError(error, "ERR_CONFIG_INVALID") && error.context["walletId"] !== undefined;
}

function requireOptions(options: unknown): void {
  if (!isObject(options)) throw invalid("the options are an object, or left out");
  const given: BackfillOptions = options;
  const { onProgress, signal, concurrency = 8 } = given;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64)
    throw invalid("concurrency is a whole number from 1 to 64");
  if (onProgress !== undefined && typeof onProgress !== "function") throw invalid("onProgress is a function");
  if (signal !== undefined && !isSignal(signal)) throw invalid("signal is an AbortSignal");
}

function isSignal(value: unknown): boolean {
  return value instanceof AbortSignal;
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `backfill: ${what}. Nothing was changed.`);
}
