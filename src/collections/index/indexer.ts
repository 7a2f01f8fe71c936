import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import { smallQuantity } from "../../chains/ethereum/quantity.ts";
import type { ChainAdapter, ChainHead } from "../../ports/chain-adapter.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Clock } from "../../units/clock.ts";
import type { CollectionRows, PlacedCollection } from "../collection-rows.ts";
import type { Index, IndexRows } from "./index-rows.ts";
import { indexStep } from "./index-step.ts";
import { newStretch, type Stretch } from "./read-blocks.ts";
import type { Transfer } from "./transfer-log.ts";

export interface IndexerParts {
  readonly tenant: string;
  readonly chains: readonly ChainAdapter[];
  readonly collections: CollectionRows;
  readonly rows: IndexRows;
  /** Names this process in leases. */
  readonly workerId: string;
  /** Finds out what became of deployments. Throws nothing that ends the indexer. */
  readonly settle: (chain: ChainAdapter) => Promise<void>;
  /** Told of transfers that were written, those that were there before the collection was registered excepted. */
  readonly onTransfers: (
    chain: ChainAdapter,
    collection: PlacedCollection,
    transfers: readonly Transfer[],
  ) => Promise<void>;
  /** More work of the same loop: looks through the chain's blocks up to the head. */
  readonly alongside?: (chain: ChainAdapter, head: ChainHead) => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reads the transfers of a tenant's collections into the store, beside any number of processes that do the same. */
export interface Indexer {
  start(): void;
  /** Finishes what is under way, and gives its collections to the others. `start` begins again. */
  stop(): Promise<void>;
  /** One look at a chain: reads of each collection what there is. @returns whether there may be more at once. */
  look(chain: ChainAdapter): Promise<boolean>;
}

/**
 * A process that died holds its collections for so long. By the clocks of the machines; where they disagree two may read the same blocks, and
 * one of them writes.
 */
const leaseMs = 10_000;
const longestBackoffMs = 10_000;

export function createIndexer(parts: IndexerParts): Indexer {
  const { tenant, chains, rows, collections, workerId, clock, logger } = parts;
  const stretches = new Map<string, Stretch>();
  const troubled = new Set<string>();
  let stop = new AbortController();
  let loops: Promise<unknown> | undefined;

  async function look(chain: ChainAdapter): Promise<boolean> {
    await parts.settle(chain);
    const indexes = new Map((await rows.indexes(tenant, chain.chainId)).map((index) => [index.collectionId, index]));
    if (indexes.size === 0 && parts.alongside === undefined) return false;
    const head = await headOf(chain);
    let isMore = false;
    if (indexes.size > 0)
      for (const collection of await collections.placed(chain.chainId)) {
        const index = indexes.get(collection.id);
        if (index === undefined || (loops !== undefined && stop.signal.aborted)) continue;
        isMore = (await lookAt(chain, collection, index, head)) || isMore;
      }
    if (parts.alongside !== undefined) isMore = (await parts.alongside(chain, head)) || isMore;
    return isMore;
  }

  /** One collection; what is wrong with it holds up no other. */
  async function lookAt(
    chain: ChainAdapter,
    collection: PlacedCollection,
    seen: Index,
    head: ChainHead,
  ): Promise<boolean> {
    const nowMs = clock.now();
    const isOthers = seen.leaseWorker !== null && seen.leaseWorker !== workerId && seen.leaseUntil > nowMs;
    if (isOthers) return false;
    let index = seen;
    try {
      if (seen.leaseWorker !== workerId || seen.leaseUntil - nowMs < leaseMs / 2) {
        const leaseUntil = nowMs + leaseMs;
        if (!(await rows.lease(seen, workerId, leaseUntil))) return false;
        index = { ...seen, leaseWorker: workerId, leaseUntil };
      }
      const stretch = stretches.get(collection.id) ?? newStretch();
      stretches.set(collection.id, stretch);
      const address = collection.address.toLowerCase();
      const step = { rows, transport: chain.transport, address, stretch };
      const outcome = await indexStep(step, index, head);
      if (outcome.kind === "contradiction") throw contradiction(chain, collection, outcome.block);
      if (outcome.kind === "rolled back")
        logger.warn(
          { chain: chain.name, collection: collection.alias, blocks: outcome.blocks },
          "a reorganisation took back blocks of a collection; they are read again",
        );
      if (outcome.kind === "read") {
        const news = outcome.transfers.filter(({ blockNumber }) => blockNumber > index.toldFrom);
        if (news.length > 0) await parts.onTransfers(chain, collection, news);
      }
      if (troubled.delete(collection.id))
        logger.info({ chain: chain.name, collection: collection.alias }, "a collection is indexed again");
      return outcome.kind === "read" || outcome.kind === "rolled back";
    } catch (error) {
      // Once, not with every look.
      if (!troubled.has(collection.id))
        logger.error(
          { chain: chain.name, collection: collection.alias, code: codeOf(error) },
          "a collection cannot be indexed; it is tried again",
        );
      troubled.add(collection.id);
      return false;
    }
  }

  async function run(chain: ChainAdapter, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let isMore = false;
      try {
        isMore = await look(chain);
        if (failures > 0) logger.info({ chain: chain.name }, "a chain's collections are indexed again");
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1)
          logger.error({ chain: chain.name, code: codeOf(error) }, "a chain's collections cannot be indexed");
      }
      if (isMore) continue;
      const waitMs = Math.min(chain.profile.pollMs * 2 ** Math.min(failures, 10), longestBackoffMs);
      await clock.sleep(Math.max(waitMs, chain.profile.pollMs), signal).catch(() => undefined);
    }
  }

  return {
    look,
    start: () => {
      if (loops !== undefined && !stop.signal.aborted) return;
      stop = new AbortController();
      const { signal } = stop;
      // One that was stopped may be about to end.
      const before = loops ?? Promise.resolve();
      loops = before.then(() => Promise.all(chains.map((chain) => run(chain, signal))));
    },
    stop: async () => {
      stop.abort();
      await loops;
      await rows.giveBack(workerId).catch(() => undefined);
    },
  };
}

/** Asked with each look: a node that serves another chain since yesterday has hashes of its own for every block. */
async function headOf(chain: ChainAdapter): Promise<ChainHead> {
  const [served, head] = await Promise.all([
    chain.transport.request({ method: "eth_chainId", params: [] }),
    chain.head(),
  ]);
  const id = smallQuantity(served, "chain id");
  if (id === chain.chainId) return head;
  throw new LatchkeyError(
    "ERR_CHAIN_ID_MISMATCH",
    `"${chain.name}" is configured as chain ${String(chain.chainId)}, but its node serves chain ${String(id)}. Nothing was indexed.`,
    { context: { chain: chain.name, configured: chain.chainId, served: id } },
  );
}

function contradiction(chain: ChainAdapter, collection: PlacedCollection, block: number): LatchkeyError {
  return new LatchkeyError(
    "ERR_RPC_BAD_RESPONSE",
    "The node has another block where one was final. Nothing was indexed; check which chain the node serves, and whether it was reset.",
    { context: { chain: chain.name, collection: collection.alias, block, fault: "node" } },
  );
}

function codeOf(error: unknown): string {
  return isLatchkeyError(error) ? error.code : error instanceof Error ? error.name : typeof error;
}
