import type { Driver } from "kysely";
import { LatchkeyError } from "../errors/latchkey-error.ts";

export interface ClosableDriver {
  readonly driver: Driver;
  /** Refuses connections from now on, waits for those in use, then destroys the driver. */
  readonly close: () => Promise<void>;
}

/** A driver that closes in order: whoever holds a connection finishes, whoever asks later gets `ERR_CLOSED`. */
export function closableDriver(inner: Driver): ClosableDriver {
  let isClosed = false;
  let inUse = 0;
  let drained = (): void => undefined;
  const giveBack = (): void => {
    inUse -= 1;
    if (inUse === 0) drained();
  };
  return {
    driver: {
      init: (options) => inner.init(options),
      acquireConnection: async (options) => {
        if (isClosed)
          throw new LatchkeyError("ERR_CLOSED", "This database was closed. Nothing was done; open another.");
        inUse += 1;
        try {
          return await inner.acquireConnection(options);
        } catch (error) {
          giveBack();
          throw error;
        }
      },
      releaseConnection: async (connection, options) => {
        try {
          await inner.releaseConnection(connection, options);
        } finally {
          giveBack();
        }
      },
      beginTransaction: (connection, settings) => inner.beginTransaction(connection, settings),
      commitTransaction: (connection) => inner.commitTransaction(connection),
      rollbackTransaction: (connection) => inner.rollbackTransaction(connection),
      savepoint: async (...args) => inner.savepoint?.(...args),
      rollbackToSavepoint: async (...args) => inner.rollbackToSavepoint?.(...args),
      releaseSavepoint: async (...args) => inner.releaseSavepoint?.(...args),
      destroy: () => Promise.resolve(),
    },
    close: async () => {
      isClosed = true;
      if (inUse > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      }
      await inner.destroy();
    },
  };
}
