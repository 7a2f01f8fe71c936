import { Transaction } from "ethers";
import type { RpcRequest, Transport } from "../../src/ports/transport.ts";

/** How a node's ways are bent, for one place alone. */
export interface Faults {
  /** Transactions that move this much to somebody else are refused for no reason that anybody knows. */
  refuseValue?: bigint;
  /** So many questions for an account's count fail. */
  failCounts?: number;
  /** This address is said to have sent one transaction less than it has. */
  isBehind?: string;
}

/** Passes on to a node, but for the faults. */
export function faultyTransport(transport: Transport, faults: Faults): Transport {
  const bent = (request: RpcRequest): RpcRequest => {
    const { method, params } = request;
    const [first] = params;
    if (method.endsWith("sendRawTransaction") && typeof first === "string" && isRefused(first, faults))
      return { method, params: ["0x1234"] };
    if (method.endsWith("getTransactionCount") && (faults.failCounts ?? 0) > 0) {
      faults.failCounts = (faults.failCounts ?? 0) - 1;
      return { method: "eth_notToday", params };
    }
    return request;
  };
  const told = ({ method, params }: RpcRequest, result: unknown): unknown =>
    method.endsWith("getTransactionCount") && params[0] === faults.isBehind && isNow(params[1])
      ? `0x${Math.max(0, Number(result) - 1).toString(16)}`
      : result;
  const requestAll = transport.requestAll?.bind(transport);
  return {
    origin: transport.origin,
    request: async (request, options) => told(request, await transport.request(bent(request), options)),
    ...(requestAll === undefined
      ? {}
      : {
          requestAll: async (requests, options) => {
            const results = await requestAll(requests.map(bent), options);
            return results.map((result, index) => {
              const request = requests[index];
              return result.status === "rejected" || request === undefined
                ? result
                : { ...result, value: told(request, result.value) };
            });
          },
        }),
    close: () => transport.close(),
  };
}

function isRefused(raw: string, { refuseValue }: Faults): boolean {
  if (refuseValue === undefined) return false;
  return Transaction.from(raw).value === refuseValue;
}

function isNow(block: unknown): boolean {
  return block === "latest" || block === "pending";
}
