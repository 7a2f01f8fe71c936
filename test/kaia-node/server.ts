import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { isRecord } from "../../scripts/guards.ts";
import { EndlessEstimate } from "./calls.ts";
import { RpcError, unknownMethod } from "./errors.ts";

const maxBody = 524_288;

/** Answers one request; throws `RpcError` for an error in the node's words. */
export type Answer = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** JSON-RPC over HTTP with the node's manners: what is refused before the RPC is refused in plain text. */
export function createRpcServer(answer: Answer): Server {
  return createServer((request, response) => {
    handle(request, response, answer).catch((error: unknown) => {
      // A client that is gone, or was cut off, reads no answer.
      if (!(error instanceof EndlessEstimate) && !request.socket.destroyed) console.error(error);
      // No answer at all, as when the node's own time is over.
      request.socket.destroy();
    });
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (!isLocal(request.headers.host ?? "")) {
    refuse(response, 403, "invalid host specified");
    return;
  }
  if (request.method !== "POST") {
    response.writeHead(200).end();
    return;
  }
  const [type] = (request.headers["content-type"] ?? "").split(";");
  if (type?.trim() !== "application/json") {
    refuse(response, 415, "invalid content type, only application/json is supported");
    return;
  }
  const declared = Number(request.headers["content-length"] ?? 0);
  const body = await buffer(request);
  const length = Math.max(declared, body.length);
  if (length > maxBody) {
    refuse(response, 413, `content length too large (${length}>${maxBody})`);
    return;
  }
  const text = await answerText(body.toString("utf8"), answer);
  response.writeHead(200, { "content-type": "application/json" }).end(text);
}

/** Any name but localhost and addresses. */
function isLocal(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || /^[\d.]+$/.test(name) || name.startsWith("[");
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

async function answerText(body: string, answer: Answer): Promise<string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return line(errorJson(null, new RpcError(-32_700, "parse error")));
  }
  if (!Array.isArray(parsed)) {
    const one = await answerOne(parsed, answer);
    return one === undefined ? "" : line(one);
  }
  if (parsed.length === 0) return line(errorJson(null, new RpcError(-32_600, "empty batch")));
  const answers: unknown[] = [];
  for (const each of parsed) {
    const one = await answerOne(each, answer);
    if (one !== undefined) answers.push(one);
  }
  return answers.length === 0 ? "" : line(answers);
}

/** Undefined for a notification. */
async function answerOne(request: unknown, answer: Answer): Promise<unknown> {
  if (!isRecord(request)) return errorJson(null, new RpcError(-32_600, "invalid request"));
  const { id, method, params } = request;
  if (id === undefined) return undefined;
  try {
    const name = typeof method === "string" ? method : "";
    const result = await answer(name, Array.isArray(params) ? params : []);
    if (result === undefined) throw unknownMethod(name);
    return { jsonrpc: "2.0", id, result };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return errorJson(id, error);
  }
}

function errorJson(id: unknown, { code, message, data }: RpcError): unknown {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

function line(value: unknown): string {
  return `${toJson(value)}\n`;
}

/** JSON in which a bigint is a number with all its digits. */
function toJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`).join(",")}}`;
}
