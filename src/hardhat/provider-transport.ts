import { inspect } from "node:util";
import type { EthereumProvider } from "hardhat/types/providers";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { RpcRequest, RpcRequestOptions, Transport } from "../ports/transport.ts";
import { providerFailure } from "./provider-failure.ts";

export interface ProviderPlace {
  /** Scheme, host and port, or what stands for them. */
  readonly origin: string;
  /** What of the URL and the headers nothing may show; see `secretsOf`. */
  readonly secrets: readonly string[];
  /** Requests that take longer are given up. */
  readonly timeoutMs: number;
}

/**
 * Hardhat's connection to a network as our port. Hardhat's errors may show the whole URL, and a node may repeat it: here only the origin
 * is shown.
 */
export function providerTransport(
  provider: Pick<EthereumProvider, "request">,
  { origin, secrets, timeoutMs: usual }: ProviderPlace,
): Transport {
  let isClosed = false;
  const about = (method: string) => ({ origin, method, secrets });

  async function request({ method, params }: RpcRequest, options: RpcRequestOptions = {}): Promise<unknown> {
    const { signal, timeoutMs = usual } = options;
    if (isClosed) {
      const what = `The transport was closed. Nothing was sent. (${method} at ${origin})`;
      throw new LatchkeyError("ERR_CLOSED", what, { context: { origin, method } });
    }
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    const stop = AbortSignal.any(signal === undefined ? [timeout] : [timeout, signal]);
    const answered: Promise<unknown> = provider.request({ method, params });
    try {
      return await Promise.race([answered, aborted(stop)]);
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) {
        const what = `No whole answer within ${String(timeoutMs)} ms. It may still be done. (${method} at ${origin})`;
        throw new LatchkeyError("ERR_RPC_TIMEOUT", what, { context: { origin, method, fault: "network" } });
      }
      throw providerFailure(error, about(method));
    }
  }

  return {
    origin,
    request,
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
    ...{ [inspect.custom]: () => `ProviderTransport { origin: '${origin}' }` },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
  });
}
