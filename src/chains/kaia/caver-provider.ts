import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";

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

type Callback = (error: Error | null, answer?: JsonRpcAnswer | readonly JsonRpcAnswer[]) => void;

/** What `new Caver(provider)` takes. */
export interface CaverProvider {
  send(payload: JsonRpcPayload | readonly JsonRpcPayload[], callback: Callback): void;
  /** False: caver then asks for receipts again and again. */
  supportsSubscriptions(): boolean;
}

/** Whatever has chains by name: an open Latchkey. */
interface HasChains<Name extends string> {
  readonly chains: Readonly<Record<Name, ChainAdapter<Name>>>;
}

/**
 * A provider for code that speaks caver: its requests go out over the chain's own transport, with that one's limits.
 *
 * @throws `ERR_CONFIG_INVALID` no chain of that name.
 */
export function caverProvider<Name extends string>(latchkey: HasChains<Name>, name: Name): CaverProvider {
  const chain = Object.hasOwn(latchkey.chains, name) ? latchkey.chains[name] : undefined;
  if (chain === undefined)
    throw new LatchkeyError("ERR_CONFIG_INVALID", `caverProvider: no chain "${name.slice(0, 40)}" is configured.`);
  const { transport } = chain;
  return {
    supportsSubscriptions: () => false,
    send: (payload, callback) => {
      const answers = isBatch(payload)
        ? Promise.all(payload.map((each) => answerTo(transport, each)))
        : answerTo(transport, payload);
      answers.then(
        (answer) => {
          callback(null, answer);
        },
        (error: unknown) => {
          callback(error instanceof Error ? error : new Error("the request failed", { cause: error }));
        },
      );
    },
  };
}

function isBatch(payload: JsonRpcPayload | readonly JsonRpcPayload[]): payload is readonly JsonRpcPayload[] {
  return Array.isArray(payload);
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
