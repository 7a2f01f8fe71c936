import { once } from "node:events";
import { isRecord } from "../../scripts/guards.ts";
import { type Clock, systemClock } from "../../src/units/clock.ts";
import { startCore } from "./core.ts";
import { RpcError, unknownMethod } from "./errors.ts";
import { createFilters } from "./filters.ts";
import { allMethods } from "./methods-namespaces.ts";
import { readParams } from "./params.ts";
import { createRpcServer } from "./server.ts";

export { RpcError } from "./errors.ts";

/**
 * - `instant`: a block for each transaction, before its hash is returned.
 * - `manual`: a block for each `mine()`.
 * - `everyMs`: a block, empty or not, each so many milliseconds; Kaia's are 1,000 apart.
 */
export type Mining = "instant" | "manual" | { readonly everyMs: number };

export interface KaiaNodeOptions {
  /** Default 7482, the chain that vectors and recordings come from. */
  readonly chainId?: number;
  /** Default `instant`. */
  readonly mining?: Mining;
  /** Whether lookups by senderTxHash work; a node's default is that they answer null. */
  readonly senderTxHashIndexing?: boolean;
  /** Whether chain data anchoring is taken; a node's default is that it is not. */
  readonly allowAnchoring?: boolean;
  /** Keep the state of every block, instead of the last 128 and every 128th. */
  readonly archive?: boolean;
  /** Open txpool_, which is closed by default. */
  readonly txpool?: boolean;
  /** Tells when what waits behind a gap has waited for five minutes. Blocks at intervals keep to the system's. */
  readonly clock?: Pick<Clock, "monotonicMs">;
}

/** A Kaia node on an EVM of its own, at the head of a chain of its own. */
export interface KaiaNode {
  readonly url: string;
  readonly chainId: number;
  /** Any method, over HTTP. Throws `RpcError` with the node's code, text and data. */
  request(method: string, ...params: readonly unknown[]): Promise<unknown>;
  setBalance(address: string, kei: bigint): Promise<void>;
  setCode(address: string, code: string): Promise<void>;
  setNonce(address: string, nonce: bigint): Promise<void>;
  setMining(mining: Mining): void;
  /** Mines blocks of what can run; what cannot stays in the pool. */
  mine(blocks?: number): Promise<void>;
  /** Takes a transaction out of the pool without a word. It comes back by `restart`, unless its nonce is used by then. */
  drop(hash: string): void;
  /** Fills the pool with 5,120 of others', or empties it of them: meanwhile each sender has room for 16. */
  setPoolFull(isFull: boolean): void;
  /** Cuts all connections, and takes again what the journal has: whatever was ever accepted and is in no block, dropped or not. */
  restart(): Promise<void>;
  /** Lets the head fall back: these blocks, and what is in them, are unknown, and none is mined until `recover`. */
  rewind(blocks: number): Promise<void>;
  /** Brings the same blocks back. */
  recover(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a node on a free port; it ends with this process at the latest.
 *
 * What it does is checked against a real node's answers, see the tests beside it. What it has not: WebSockets, blobs, Kaia's precompiles at
 * 0x3fd to 0x3ff, block rewards, other validators and rounds. It remembers the latest account keys alone, whatever block is asked for.
 */
export async function startKaiaNode(options: KaiaNodeOptions = {}): Promise<KaiaNode> {
  const { chainId = 7_482, allowAnchoring = false, archive = false, senderTxHashIndexing = false } = options;
  const core = await startCore({ chainId, allowAnchoring, clock: options.clock ?? systemClock });
  const filters = createFilters(core.evm, core.chain);
  const methods = allMethods({ txpool: options.txpool ?? false });
  const inTurn = createQueue();

  const server = createRpcServer((name, params) => {
    const method = methods.get(name);
    if (method === undefined) throw unknownMethod(name);
    const form = name.startsWith("eth_") ? "eth" : "kaia";
    const context = {
      core,
      form,
      filters,
      archive,
      senderTxHashIndexing,
      params: readParams(params, core.chain),
    } as const;
    return inTurn(async () => {
      await core.expire();
      return method(context);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;

  let timer: NodeJS.Timeout | undefined;
  const setMining = (mining: Mining): void => {
    clearInterval(timer);
    core.instant = mining === "instant";
    if (typeof mining === "string") return;
    timer = setInterval(() => void inTurn(() => core.mine()), mining.everyMs);
    timer.unref();
  };
  setMining(options.mining ?? "instant");
  const set = (method: string, address: string, value: string): Promise<void> =>
    inTurn(async () => {
      await core.evm.request(method, address, value);
    });

  return {
    url,
    chainId,
    setMining,
    request: (method, ...params) => request(url, method, params),
    setBalance: (address, kei) => set("anvil_setBalance", address, `0x${kei.toString(16)}`),
    setCode: (address, code) => set("anvil_setCode", address, code),
    setNonce: (address, nonce) => set("anvil_setNonce", address, `0x${nonce.toString(16)}`),
    mine: async (blocks = 1) => {
      for (let mined = 0; mined < blocks; mined += 1) await inTurn(() => core.mine());
    },
    setPoolFull: (isFull) => {
      core.pool.isFull = isFull;
    },
    restart: () =>
      inTurn(async () => {
        server.closeAllConnections();
        await core.restart();
      }),
    rewind: (blocks) =>
      inTurn(() => {
        core.chain.rewind(blocks);
      }),
    recover: () => inTurn(() => core.recover()),
    drop: (hash) => {
      core.pool.remove(hash.toLowerCase());
    },
    stop: async () => {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
      await inTurn(() => core.evm.stop());
    },
  };
}

/** Runs one thing after the other, in the order of asking. */
function createQueue(): <T>(run: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run);
    last = next.catch(() => undefined);
    return next;
  };
}

async function request(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const answer: unknown = await response.json();
  if (isRecord(answer) && "result" in answer) return answer["result"];
  const error = isRecord(answer) && isRecord(answer["error"]) ? answer["error"] : {};
  const data = typeof error["data"] === "string" ? error["data"] : undefined;
  throw new RpcError(Number(error["code"]), String(error["message"]), data);
}
