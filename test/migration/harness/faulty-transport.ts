import type { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { RpcRequest, RpcRequestOptions, Transport } from "../../../src/ports/transport.ts";
import { failuresOf } from "../../../src/rpc/failures.ts";

/** What happens to a request: nothing, or another answer, or an error in its place. */
export type Fault = (request: RpcRequest, ask: () => Promise<unknown>) => Promise<unknown> | undefined;

export interface FaultyTransport extends Transport {
  readonly seen: readonly RpcRequest[];
}

/** A real node with something in front that fails. What `fault` leaves alone goes through, in batches as before. */
export function faulty(inner: Transport, fault: Fault): FaultyTransport {
  const seen: RpcRequest[] = [];
  const one = async (request: RpcRequest, options?: RpcRequestOptions): Promise<unknown> => {
    seen.push(request);
    return await (fault(request, () => inner.request(request, options)) ?? inner.request(request, options));
  };
  return {
    origin: inner.origin,
    seen,
    request: one,
    requestAll: async (requests, options) => {
      const through: RpcRequest[] = [];
      const outcomes = requests.map((request) => {
        seen.push(request);
        const answer = fault(request, () => inner.request(request, options));
        // Settled from the start: a rejection that waits for the others would count as unhandled.
        if (answer !== undefined) return Promise.allSettled([answer]).then(([outcome]) => outcome);
        return through.push(request) - 1;
      });
      const passed = (await inner.requestAll?.(through, options)) ?? [];
      const missing = { status: "rejected" as const, reason: new Error("the node left it out") };
      return await Promise.all(
        outcomes.map(async (each) => (typeof each === "number" ? (passed[each] ?? missing) : await each)),
      );
    },
    close: () => inner.close(),
  };
}

/** The error that the HTTP transport makes of a node's: as a node, or what stands in front of it, writes it. */
export function nodeError({ origin }: Transport, method: string, code: number, message: string): LatchkeyError {
  return failuresOf({ origin, secrets: [] }).ofNode({ code, message, data: null }, { method, status: 200 }, null);
}

/** The first and the last block of a request for logs; undefined for any other request. */
export function rangeOf({ method, params: [filter] }: RpcRequest): { from: number; to: number } | undefined {
  if (method !== "eth_getLogs" || typeof filter !== "object" || filter === null) return undefined;
  const numberOf = (value: unknown): number => (typeof value === "string" ? Number(value) : Number.NaN);
  return {
    from: numberOf("fromBlock" in filter ? filter.fromBlock : undefined),
    to: numberOf("toBlock" in filter ? filter.toBlock : undefined),
  };
}
