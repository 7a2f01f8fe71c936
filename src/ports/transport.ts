export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface RpcRequestOptions {
  readonly signal?: AbortSignal;
  /** For this request; the transport's own limit otherwise. */
  readonly timeoutMs?: number;
}

/** JSON-RPC to one node, or to something that stands for many. */
export interface Transport {
  /** Scheme, host and port; never path, query or credentials, which carry API keys. */
  readonly origin: string;
  /**
   * @returns the `result` member, unchecked: it is what the node says.
   * @throws `ERR_RPC_*`. `context.fault` is `node`, `network` or `request`; a JSON-RPC error carries `context.rpcCode`, `context.rpcMessage` and, when the node sent it, `context.rpcData`.
   */
  request(request: RpcRequest, options?: RpcRequestOptions): Promise<unknown>;
  /**
   * Several requests in one go, where the transport can; whoever needs it falls back on `request` where it is missing.
   *
   * @returns for each request, in order, what `request` would have settled with.
   */
  requestAll?(
    requests: readonly RpcRequest[],
    options?: RpcRequestOptions,
  ): Promise<readonly PromiseSettledResult<unknown>[]>;
  close(): Promise<void>;
}
