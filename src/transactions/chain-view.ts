import type { ChainAdapter, ChainHead, FeeOffer, PrepareOptions } from "../ports/chain-adapter.ts";
import type { Clock } from "../units/clock.ts";
import { SingleFlight } from "../units/single-flight.ts";

/** What a process knows of a chain for a moment, so that many senders ask the node once. */
export interface ChainView {
  readonly chain: ChainAdapter;
  /** The last head that was seen; undefined before the first. */
  readonly lastHead: ChainHead | undefined;
  /** Asks for the head, and keeps it. */
  lookUp(): Promise<ChainHead>;
  /** What to offer now. */
  fee(options: PrepareOptions): Promise<FeeOffer>;
}

interface Kept {
  readonly fee: FeeOffer;
  readonly untilMs: number;
}

export function createChainView(chain: ChainAdapter, clock: Clock): ChainView {
  const fees = new Map<string, Kept>();
  const flights = new SingleFlight<FeeOffer>();
  // A block's fee is good for the next, more or less; a second is no block too late anywhere.
  const keptMs = Math.max(100, Math.min(chain.profile.blockTimeMs, 1_000));
  let head: ChainHead | undefined;
  return {
    chain,
    get lastHead() {
      return head;
    },
    lookUp: async () => {
      head = await chain.head();
      return head;
    },
    fee: async (options) => {
      const { speed = "standard", feePayer, format } = options;
      const payer = feePayer === undefined ? "chain" : feePayer === null ? "none" : "given";
      const name = `${speed} ${payer} ${format ?? ""}`;
      const kept = fees.get(name);
      if (kept !== undefined && clock.monotonicMs() < kept.untilMs) return kept.fee;
      return await flights.do(name, async () => {
        const fee = await chain.suggestFee(options);
        fees.set(name, { fee, untilMs: clock.monotonicMs() + keptMs });
        return fee;
      });
    },
  };
}
