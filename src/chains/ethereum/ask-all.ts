import type { RpcRequest, RpcRequestOptions, Transport } from "../../ports/transport.ts";

/** Several questions in one go where the transport can, at once where it cannot. Each settles by itself, in the order asked. */
export async function askAll(
  transport: Transport,
  requests: readonly RpcRequest[],
  options: RpcRequestOptions = {},
): Promise<readonly PromiseSettledResult<unknown>[]> {
  // One alone needs no batch, which some nodes refuse.
  if (requests.length > 1 && transport.requestAll !== undefined) return await transport.requestAll(requests, options);
  return await Promise.allSettled(requests.map((request) => transport.request(request, options)));
}

/**
 * As `askAll`, for questions that are worth nothing without each other.
 *
 * @throws the first failure.
 */
export async function answersTo(transport: Transport, requests: readonly RpcRequest[]): Promise<readonly unknown[]> {
  return (await askAll(transport, requests)).map(valueOf);
}

/** @throws what it was rejected with. */
export function valueOf(settled: PromiseSettledResult<unknown> | undefined): unknown {
  if (settled?.status === "rejected") throw settled.reason;
  return settled?.value;
}
