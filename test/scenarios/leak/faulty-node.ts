import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { randomToken } from "./tokens.ts";

/** What a node does instead of answering. `$` in a text stands for everything secret that the request showed it. */
export type NodeFault =
  /** No answer at all. */
  | { readonly kind: "hang" }
  | { readonly kind: "cut" }
  | {
      readonly kind: "http";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A JSON-RPC error object. */
  | { readonly kind: "error"; readonly code: number; readonly message: string; readonly data?: unknown }
  | { readonly kind: "result"; readonly result: unknown };

/** A node behind API keys: in the path, in the query, as credentials and in a header. */
export interface FaultyNode {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Each key by where it is. */
  readonly keys: Readonly<Record<"path" | "query" | "password" | "header", string>>;
  /** Requests that carried all keys. */
  readonly served: number;
  /** One method's requests, or all, meet a fault until it is set anew. */
  setFault(fault?: NodeFault, method?: string): void;
  close(): Promise<void>;
}

/** Stands before a real node, and asks for its keys. */
export async function startFaultyNode(upstream: string): Promise<FaultyNode> {
  const keys = {
    path: randomToken(),
    query: randomToken(),
    // Characters that have to be percent-encoded in a URL.
    password: `${randomToken()}/@: %é`,
    header: randomToken(),
  };
  let fault: NodeFault | undefined;
  let faultyMethod: string | undefined;
  let served = 0;

  const authorization = `Basic ${Buffer.from(`user:${keys.password}`).toString("base64")}`;
  const isComplete = ({ url, headers }: IncomingMessage): boolean =>
    url === `/v3/${keys.path}?apikey=${keys.query}` &&
    headers["x-api-key"] === keys.header &&
    headers.authorization === authorization;

  /** As servers do that quote the request they refuse. */
  const quoted = ({ url, headers }: IncomingMessage): string =>
    [
      `http://user:${encodeURIComponent(keys.password)}@${headers.host ?? ""}${url ?? ""}`,
      url,
      ...Object.values(keys),
      encodeURIComponent(keys.password),
      headers.authorization,
    ].join(" ");

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    if (!isComplete(request)) throw new Error("a request without its keys");
    served += 1;
    const asked = requestsIn(body);
    const isMet = ({ method }: Asked): boolean => faultyMethod === undefined || faultyMethod === method;
    const met = asked.some(isMet) ? fault : undefined;
    const quote = (given: string): string => given.replaceAll("$", () => quoted(request));
    const forward = async (requests: string): Promise<string> => {
      const headers = { "content-type": "application/json" };
      return await (await fetch(upstream, { method: "POST", headers, body: requests })).text();
    };
    /** What of a batch meets no fault is answered as it should be. */
    const json = async (members: Readonly<Record<string, unknown>>): Promise<void> => {
      const answers = await Promise.all(
        asked.map(async (each) =>
          isMet(each)
            ? JSON.stringify({ jsonrpc: "2.0", id: each.id, ...members })
            : await forward(JSON.stringify(each.request)),
        ),
      );
      response.setHeader("content-type", "application/json");
      response.end(body.startsWith("[") ? `[${answers.join(",")}]` : answers[0]);
    };
    switch (met?.kind) {
      case undefined: {
        const answer = await forward(body);
        response.setHeader("content-type", "application/json");
        response.end(answer);
        return;
      }
      case "hang":
        return;
      case "cut":
        response.destroy();
        return;
      case "http":
        for (const [name, value] of Object.entries(met.headers ?? {}))
          response.setHeader(name, encodeURI(quote(value)));
        response.writeHead(met.status);
        response.end(quote(met.body));
        return;
      case "error":
        await json({
          error: { code: met.code, message: quote(met.message), ...(met.data === undefined ? {} : { data: met.data }) },
        });
        return;
      case "result":
        await json({ result: met.result });
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the node has no port");
  const port = String(address.port);

  return {
    url: `http://user:${encodeURIComponent(keys.password)}@127.0.0.1:${port}/v3/${keys.path}?apikey=${keys.query}`,
    headers: { "x-api-key": keys.header },
    keys,
    get served() {
      return served;
    },
    setFault: (given, method) => {
      fault = given;
      faultyMethod = method;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Asked {
  readonly id: unknown;
  readonly method: unknown;
  readonly request: unknown;
}

/** One request, or those of a batch. */
function requestsIn(body: string): readonly Asked[] {
  const parsed: unknown = JSON.parse(body);
  return (Array.isArray(parsed) ? parsed : [parsed]).map((request: unknown) => {
    if (typeof request !== "object" || request === null || !("id" in request) || !("method" in request)) {
      throw new Error("not a request");
    }
    return { id: request.id, method: request.method, request };
  });
}
