import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the JSON-RPC request. */
  readonly id: unknown;
  readonly method: unknown;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A server on 127.0.0.1 that takes JSON-RPC requests and answers with whatever it is told. */
export interface RpcServer {
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  answer: Answer;
  close(): Promise<void>;
}

export async function startRpcServer(answer: Answer): Promise<RpcServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    // A client that is gone is part of what is tested.
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    const handle = async (): Promise<void> => {
      const seen = await read(request);
      requests.push(seen);
      await started.answer(seen, response);
    };
    handle().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const started: RpcServer = {
    origin: `http://127.0.0.1:${String(address.port)}`,
    requests,
    answer,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return started;
}

/** A server of one test. */
export async function rpcServerOfTest(answer: Answer): Promise<RpcServer> {
  const server = await startRpcServer(answer);
  onTestFinished(server.close);
  return server;
}

/** Answers with these bytes, whatever was asked. */
export function bytes(
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  };
}

/** Answers with a JSON-RPC response to the request: `members` beside version and id, which they may override. */
export function members(
  given: Readonly<Record<string, unknown>>,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (request, response) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: request.id, ...given });
    return bytes(status, body, headers)(request, response);
  };
}

/** Cuts the connection instead of an answer. */
export const cut: Answer = (_request, response) => {
  response.socket?.resetAndDestroy();
};

/** Takes the request and never answers. */
export const silence: Answer = () => undefined;

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const { id, method } = parse(body);
  return { path: request.url ?? "", headers: request.headers, body, id, method };
}

function parse(body: string): { readonly id?: unknown; readonly method?: unknown } {
  const value: unknown = JSON.parse(body);
  return typeof value === "object" && value !== null ? value : {};
}
