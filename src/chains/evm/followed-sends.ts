import { setTimeout } from "node:timers/promises";
import type { Provider, Subscriber, TransactionReceipt } from "ethers";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { failureOf } from "./ethers-errors.ts";
import type { StoredSend } from "./signing-account.ts";

type Ask = (hash: string) => Promise<TransactionReceipt | null>;

/** Sends of the outbox by the hashes that ethers knows them by. The outbox may have made others since, of which one is mined. */
export interface FollowedSends {
  follow(hash: string, send: StoredSend): void;
  /** The receipt of the hash, or of what took its place to do the same. */
  receipt(hash: string, ask: Ask): Promise<TransactionReceipt | null>;
  /** @param polling - ethers' own way to watch the hash, which goes on beside this one. */
  subscriber(provider: Provider, hash: string, polling: Subscriber): Subscriber;
}

/** The oldest are forgotten: then their own hash alone is looked for. */
const mostFollowed = 10_000;

export function followedSends(ethers: Ethers): FollowedSends {
  const sends = new Map<string, StoredSend>();

  async function receipt(hash: string, ask: Ask): Promise<TransactionReceipt | null> {
    const own = await ask(hash);
    const send = own === null ? sends.get(hash) : undefined;
    const mined = send === undefined ? undefined : await minedHash(send);
    return mined === undefined || mined === hash ? own : await ask(mined);
  }

  return {
    follow: (hash, send) => {
      const [oldest] = sends.keys();
      if (oldest !== undefined && sends.size >= mostFollowed) sends.delete(oldest);
      sends.set(hash, send);
    },
    receipt,
    subscriber: (provider, hash, polling) => {
      const send = sends.get(hash);
      if (send === undefined) return polling;
      let watching = new AbortController();
      const watch = async (): Promise<void> => {
        const { signal } = watching;
        const outcome = await outcomeOf(ethers, send, signal, () => provider.getTransactionReceipt(hash));
        if (outcome !== undefined && !signal.aborted) await provider.emit(hash, outcome);
      };
      return {
        start: () => {
          polling.start();
          watching = new AbortController();
          void watch();
        },
        stop: () => {
          watching.abort();
          polling.stop();
        },
        pause: (dropWhilePaused) => {
          polling.pause(dropWhilePaused);
        },
        resume: () => {
          polling.resume();
        },
      };
    },
  };
}

async function minedHash(send: StoredSend): Promise<string | undefined> {
  try {
    const { receipt, attempts } = await send.status();
    // What was made to take the nonce does something else.
    return attempts.find(({ hash, purpose }) => hash === receipt?.hash && purpose === "send")?.hash;
  } catch {
    // ethers asks again with the next block, and would let an error here end the process.
    return undefined;
  }
}

const pauseMs = 1_000;

/** What listeners get in the end; undefined where polling tells them, or nobody listens any more. */
async function outcomeOf(
  ethers: Ethers,
  send: StoredSend,
  signal: AbortSignal,
  receipt: () => Promise<TransactionReceipt | null>,
): Promise<object | undefined> {
  for (;;) {
    try {
      await send.wait("mined", { signal });
      return (await receipt()) ?? undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (isLatchkeyError(error, "ERR_CLOSED") || (await hasFailed(send)))
        return neverMined(failureOf(ethers, error, { method: "eth_getTransactionReceipt", params: [] }));
      // It goes on, and so does this, when the database or the node can be asked again.
      await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

async function hasFailed(send: StoredSend): Promise<boolean> {
  try {
    const { state } = await send.status();
    return state === "failed" || state === "cancelled";
  } catch {
    return false;
  }
}

/** Has whoever waits for a receipt fail: ethers reads the status of what it is given, and hands on what that throws. */
function neverMined(failure: unknown): object {
  return {
    confirmations: () => Promise.resolve(Infinity),
    get status(): never {
      throw failure;
    },
  };
}
