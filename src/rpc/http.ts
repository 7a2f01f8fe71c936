import { inspect } from "node:util";
import type { RpcRequest, RpcRequestOptions, Transport } from "../ports/transport.ts";
import { parseObject } from "./answer.ts";
import { batchesOf, type Encoded, parseBatch } from "./batch.ts";
import { type Failures, failuresOf } from "./failures.ts";
import { type Endpoint, type HttpTransportOptions, parseEndpoint } from "./http-options.ts";
import { type HttpAnswer, type NoAnswer, post } from "./post.ts";
import { resultOf } from "./result.ts";

export type { HttpTransportOptions } from "./http-options.ts";

type Settled = PromiseSettledResult<unknown>;

/** Requests at once, where they cannot go in one batch. */
const mostAtOnce = 32;

/**
 * JSON-RPC 2.0 to one node over HTTP. Bounded in time and size; redirects are refused; nothing is retried.
 * Errors, logs and `inspect` show the origin alone, for paths and query strings carry API keys, and nodes repeat them in their texts.
 *
 * `requestAll` sends batches of `maxBatch` requests and 512,000 bytes, one after the other, each with the time and size of one request.
 * A node that refuses batches gets single requests from then on.
 *
 * @throws `ERR_CONFIG_INVALID` not an http(s) URL, or a limit out of range. The transport's methods throw `ERR_RPC_*`.
 */
export function http(options: string | HttpTransportOptions): Transport {
  return new HttpTransport(parseEndpoint(options));
}

class HttpTransport implements Transport {
  readonly origin: string;
  readonly #endpoint: Endpoint;
  readonly #failures: Failures;
  readonly #closing = new AbortController();
  #lastId = 0;
  #takesBatches: boolean;

  constructor(endpoint: Endpoint) {
    this.origin = endpoint.origin;
    this.#endpoint = endpoint;
    this.#failures = failuresOf(endpoint);
    this.#takesBatches = endpoint.maxBatch > 1;
  }

  async request(request: RpcRequest, options: RpcRequestOptions = {}): Promise<unknown> {
    return await this.#single(this.#encode(request), options);
  }

  async requestAll(requests: readonly RpcRequest[], options: RpcRequestOptions = {}): Promise<readonly Settled[]> {
    const settled = new Map<number, Settled>();
    const encoded: Encoded[] = [];
    const ids = requests.map((request) => {
      try {
        const written = this.#encode(request);
        encoded.push(written);
        return written.id;
      } catch (reason) {
        settled.set(this.#lastId, { status: "rejected", reason });
        return this.#lastId;
      }
    });
    for (const batch of batchesOf(encoded, this.#takesBatches ? this.#endpoint.maxBatch : mostAtOnce)) {
      const outcomes = await this.#batch(batch, options);
      batch.forEach(({ id, method }, index) => settled.set(id, outcomes[index] ?? this.#missing(method)));
    }
    return ids.map((id, index) => settled.get(id) ?? this.#missing(requests[index]?.method ?? ""));
  }

  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  toJSON(): Record<string, string> {
    return { origin: this.origin };
  }

  [inspect.custom](): string {
    return `HttpTransport { origin: '${this.origin}' }`;
  }

  async #single({ id, method, json }: Encoded, options: RpcRequestOptions): Promise<unknown> {
    const answer = await this.#post(json, options);
    if ("failed" in answer) throw answer.failed(method);
    return resultOf(this.#parts(answer), parseObject(answer.text ?? ""), id, method);
  }

  async #batch(batch: readonly Encoded[], options: RpcRequestOptions): Promise<readonly Settled[]> {
    if (batch.length === 1 || !this.#takesBatches) return await this.#singles(batch, options);
    const answer = await this.#post(`[${batch.map(({ json }) => json).join(",")}]`, options);
    if ("failed" in answer) {
      return batch.map(({ method }) => ({ status: "rejected", reason: answer.failed(method) }));
    }
    const parsed = parseBatch(answer.text ?? "", answer.status);
    if (parsed.kind === "no-batches") {
      this.#takesBatches = false;
      return await this.#singles(batch, options);
    }
    const parts = this.#parts(answer);
    return batch.map(({ id, method }) =>
      settle(() => resultOf(parts, parsed.kind === "whole" ? parsed.message : parsed.byId.get(id), id, method)),
    );
  }

  async #singles(batch: readonly Encoded[], options: RpcRequestOptions): Promise<readonly Settled[]> {
    const settled: Settled[] = [];
    for (let start = 0; start < batch.length; start += mostAtOnce) {
      const some = batch.slice(start, start + mostAtOnce);
      settled.push(...(await Promise.allSettled(some.map((each) => this.#single(each, options)))));
    }
    return settled;
  }

  #post(body: string, options: RpcRequestOptions): Promise<HttpAnswer | NoAnswer> {
    return post(this.#endpoint, this.#failures, body, this.#closing.signal, options);
  }

  #parts(answer: HttpAnswer) {
    return { failures: this.#failures, answer, maxResponseBytes: this.#endpoint.maxResponseBytes };
  }

  #missing(method: string): Settled {
    const what = "The answer is not the JSON-RPC response to this request.";
    const reason = this.#failures.of("ERR_RPC_BAD_RESPONSE", what, { method, fault: "node" });
    return { status: "rejected", reason };
  }

  #encode({ method, params }: RpcRequest): Encoded {
    this.#lastId += 1;
    const id = this.#lastId;
    try {
      return { id, method, json: JSON.stringify({ jsonrpc: "2.0", id, method, params }) };
    } catch {
      // The reason names the caller's own properties, which may be private.
      throw this.#failures.of(
        "ERR_RPC_REJECTED",
        "The params cannot be written as JSON. Nothing was sent; write a bigint as 0x and hexadecimal digits, and no object into itself.",
        { method, fault: "request" },
      );
    }
  }
}

function settle(work: () => unknown): Settled {
  try {
    return { status: "fulfilled", value: work() };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
