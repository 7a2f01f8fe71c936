import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { Logger } from "../ports/logger.ts";
import { settleAll } from "../units/settle-all.ts";
import type { Wallets } from "./wallets.ts";

export interface BackfillProgress {
  /** Wallets that lacked an account when the run began. */
  readonly total: number;
  readonly extended: number;
  readonly failed: number;
}

export interface BackfillOptions {
  /** Called after each batch. */
  readonly onProgress?: (progress: BackfillProgress) => void;
  /** Stops the run after the batch under way; what was done stays done. */
  readonly signal?: AbortSignal;
  /** Wallets in work at a time, 1 to 64. Default 8. */
  readonly concurrency?: number;
}

const pageSize = 256;

/**
 * Gives every wallet the accounts that the configured chains ask for. Resumable by running it again: wallets that are
 * complete are not touched. A wallet that cannot be opened is counted as failed and left as it is; any other failure stops the run.
 *
 * @throws errors of the wrapping key and the store, with what was done kept; `ERR_WALLET_CONFLICT`; `ERR_CONFIG_INVALID`.
 */
export async function backfill<Name extends string>(
  wallets: Wallets<Name>,
  logger: Logger,
  { onProgress, signal, concurrency = 8 }: BackfillOptions = {},
): Promise<BackfillProgress> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      "backfill: concurrency is a whole number from 1 to 64. Nothing was changed.",
    );
  }
  const total = await wallets.countLacking();
  let extended = 0;
  let failed = 0;
  let after = "";
  while (signal?.aborted !== true) {
    const page = await wallets.lacking(after, pageSize);
    const last = page.at(-1);
    if (last === undefined) break;
    const queue = page.values();
    const worker = async (): Promise<void> => {
      for (const { userId, walletId } of queue) {
        try {
          await wallets.completeUser(userId);
          extended += 1;
        } catch (error) {
          // Any other failure, such as a wrapping key that may not be used, would meet the next wallet too.
          if (!isLatchkeyError(error, "ERR_VAULT_OPEN_FAILED")) throw error;
          failed += 1;
          logger.error({ walletId, code: error.code }, "a wallet could not be given its new accounts");
        }
      }
    };
    await settleAll(Array.from({ length: concurrency }, worker));
    after = last.walletId;
    onProgress?.({ total, extended, failed });
  }
  return { total, extended, failed };
}
