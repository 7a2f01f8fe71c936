import type { Clock } from "../units/clock.ts";

/** How long a nonce that was sent here counts as taken although the node does not show it. */
const memoryMs = 30_000;

interface LastNonce {
  readonly nonce: number;
  readonly untilMs: number;
  readonly isDoubtful: boolean;
}

/** The nonces that this process sent a moment ago, since a node may not show them yet. */
export interface NonceMemory {
  /** Nonces below this one are taken. */
  least(address: string): number;
  /** A node has the transaction; or it may have it (`unknown`). */
  remember(address: string, nonce: number, outcome: "accepted" | "unknown"): void;
  /** Addresses that are remembered. */
  readonly size: number;
}

export function createNonceMemory(clock: Clock): NonceMemory {
  const sent = new Map<string, LastNonce>();

  function forgetOld(): void {
    for (const [address, { untilMs }] of sent) {
      if (clock.monotonicMs() < untilMs) return;
      sent.delete(address);
    }
  }

  function fresh(address: string): LastNonce | undefined {
    const last = sent.get(address);
    return last !== undefined && clock.monotonicMs() < last.untilMs ? last : undefined;
  }

  return {
    least: (address) => {
      const last = fresh(address);
      return last === undefined ? 0 : last.nonce + 1;
    },
    remember: (address, nonce, outcome) => {
      const last = fresh(address);
      const isDoubtful = outcome === "unknown";
      // A nonce that never reached the node holds back all that follow it. Sends behind a doubtful one do not prolong its
      // memory, so that the node's own count closes the gap, if there is one.
      // A cancel takes a nonce that was sent before.
      const highest = Math.max(nonce, last?.nonce ?? 0);
      const entry =
        last?.isDoubtful === true
          ? { ...last, nonce: highest }
          : { nonce: highest, untilMs: clock.monotonicMs() + memoryMs, isDoubtful };
      // The oldest stand first.
      sent.delete(address);
      sent.set(address, entry);
      forgetOld();
    },
    get size() {
      return sent.size;
    },
  };
}
