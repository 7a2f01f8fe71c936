import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import { isRecord } from "../../units/is-record.ts";

/** A JSON-RPC request as caver writes it. */
export interface JsonRpcPayload {
  readonly jsonrpc: string;
  readonly id: number | string;
  readonly method: string;
  readonly params: readonly unknown[];
}

interface JsonRpcAnswer {
  readonly jsonrpc: "2.0";
  readonly id: number | string;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

type Callback<Answer> = (error: Error | null, answer?: Answer) => void;
type Single = [payload: JsonRpcPayload, callback?: Callback<JsonRpcAnswer> | undefined];
type Batch = [payload: readonly JsonRpcPayload[], callback?: Callback<readonly JsonRpcAnswer[]> | undefined];

/** What `new Caver(provider)` takes. */
export interface CaverProvider {
  send(payload: JsonRpcPayload, callback?: Callback<JsonRpcAnswer>): void;
  send(payload: readonly JsonRpcPayload[], callback?: Callback<readonly JsonRpcAnswer[]>): void;
  /** False: caver then asks for receipts again and again. */
  supportsSubscriptions(): boolean;
  // caver declares that a provider has these, and uses none.
  /** The origin of the chain's node. */
  readonly host: string;
  readonly connected: boolean;
  readonly timeout: number;
  /** Does nothing: the transport is the chain's. */
  disconnect(): boolean;
}

/** Whatever has chains by name: an open Latchkey. */
interface HasChains<Name extends string> {
  readonly chains: { readonly [N in Name]: ChainAdapter<N> };
}

/**
 * A provider for code that speaks caver: its requests go out over the chain's own transport, with that one's limits.
 *
 * @throws `ERR_CONFIG_INVALID` no chain of that name.
 */
export function caverProvider<Name extends string>(latchkey: HasChains<Name>, name: Name): CaverProvider {
  const { transport } = chainOf(latchkey, name);
  return {
    host: transport.origin,
    connected: true,
    timeout: 0,
    disconnect: () => false,
    supportsSubscriptions: () => false,
    send: (...asked: Single | Batch) => {
      if (isBatch(asked)) {
        const [payloads, callback] = asked;
        deliver(Promise.all(payloads.map((each) => answerTo(transport, each))), callback);
      } else {
        const [payload, callback] = asked;
        deliver(answerTo(transport, payload), callback);
      }
    },
  };
}

function chainOf<Name extends string>(latchkey: HasChains<Name>, name: Name): ChainAdapter<Name> {
  if (hasChain(latchkey, name)) {
    const { chains } = latchkey;
    return chains[name];
  }
  const given: unknown = name;
  const shown = typeof given === "string" ? `"${given.slice(0, 40)}"` : "of that name";
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `caverProvider: no chain ${shown} is configured. It takes an open Latchkey and a chain's name.`,
  );
}

/** Whoever calls from JavaScript may have given anything. */
function hasChain(latchkey: unknown, name: unknown): boolean {
  const chains = isRecord(latchkey) ? latchkey["chains"] : undefined;
  return isRecord(chains) && typeof name === "string" && Object.hasOwn(chains, name);
}

function isBatch(asked: Single | Batch): asked is Batch {
  return Array.isArray(asked[0]);
}

function deliver<Answer>(answer: Promise<Answer>, callback: Callback<Answer> | undefined): void {
  // What a callback returns is not returned here: caver's gives the promise of its own caller, whose failure would count as unhandled.
  answer.then(
    (arrived) => {
      callback?.(null, arrived);
    },
    (error: unknown) => {
      callback?.(error instanceof Error ? error : new Error("the request failed", { cause: error }));
    },
  );
}

/** A node's refusal is an answer; everything else is thrown as it is. */
async function answerTo(transport: Transport, { id, method, params }: JsonRpcPayload): Promise<JsonRpcAnswer> {
  try {
    return { jsonrpc: "2.0", id, result: await transport.request({ method, params }) };
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    const { rpcCode, rpcMessage, rpcData } = error.context;
    if (typeof rpcCode !== "number" || typeof rpcMessage !== "string") throw error;
    return { jsonrpc: "2.0", id, error: { code: rpcCode, message: rpcMessage, data: rpcData } };
  }
}
