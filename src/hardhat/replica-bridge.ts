import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isRecord } from "../units/is-record.ts";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import { type PinnedBlock, toHex } from "../inspection/simulation/pinned-block.ts";
import type { Transport } from "../ports/transport.ts";
import { completeHeader } from "./complete-header.ts";

/** A way for a local EVM to read a node's state of one block, over HTTP, whatever the transport is. */
export interface ReplicaBridge {
  /** On 127.0.0.1, with a path that nobody can guess. */
  readonly url: string;
  /** What the node failed with since this was last asked. */
  takeFailure(): LatchkeyError | undefined;
  close(): Promise<void>;
}

/** Where the block stands among the parameters of what reads state. */
const stateMethods: Readonly<Record<string, number>> = {
  eth_getCode: 1,
  eth_getBalance: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
};

/**
 * By how much the pinned block is said to be below the head. What is read of a block near the head is not kept on the other side, since
 * the block could be exchanged: whether this one was is asked when all is done.
 */
const buried = 1_000_000n;
const longestRequest = 1024 * 1024;
const notAllowed = -32_601;
const failed = -32_000;

/** A request that is none, or that the bridge does not pass on. */
class Refusal extends Error {}

/**
 * Opens the bridge. Only reads pass, and all state that is read is the pinned block's.
 *
 * @throws what `node:net` throws where no port is to be had.
 */
export async function openReplicaBridge(transport: Transport, block: PinnedBlock): Promise<ReplicaBridge> {
  const path = `/${randomBytes(24).toString("hex")}`;
  let failure: LatchkeyError | undefined;
  const server = createServer((request, response) => {
    const reply = async (): Promise<void> => {
      if (request.url !== path || request.method !== "POST") {
        response.writeHead(404).end();
        return;
      }
      const answer = await answerTo(await readJson(request), (method, params) =>
        read(transport, block, method, params),
      );
      if (answer.failure !== undefined) failure = answer.failure;
      send(response, answer.body);
    };
    reply().catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String(portOf(server))}${path}`,
    takeFailure: () => {
      const taken = failure;
      failure = undefined;
      return taken;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(
  transport: Transport,
  block: PinnedBlock,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  if (method === "eth_chainId") return await transport.request({ method, params: [] });
  if (method === "net_version")
    return BigInt(String(await transport.request({ method: "eth_chainId", params: [] }))).toString();
  if (method === "eth_blockNumber") return toHex(block.number + buried);
  if (method === "eth_getBlockByNumber" || method === "eth_getBlockByHash") {
    const [asked] = params;
    // Older ones are asked for by contracts that read a block's hash.
    return completeHeader(
      await transport.request({ method, params: [asked === "latest" ? toHex(block.number) : asked, false] }),
    );
  }
  const place = Object.hasOwn(stateMethods, method) ? stateMethods[method] : undefined;
  if (place === undefined) throw new Refusal(`${method} is not passed on`);
  return await transport.request({ method, params: [...params.slice(0, place), block.tag] });
}

interface Answer {
  readonly body: unknown;
  readonly failure?: LatchkeyError;
}

async function answerTo(
  request: unknown,
  call: (method: string, params: readonly unknown[]) => Promise<unknown>,
): Promise<Answer> {
  if (Array.isArray(request)) {
    const answers = await Promise.all(request.map((each) => answerTo(each, call)));
    const failure = answers.find((each) => each.failure !== undefined)?.failure;
    return { body: answers.map(({ body }) => body), ...(failure === undefined ? {} : { failure }) };
  }
  const { id = null, method, params } = isRecord(request) ? request : {};
  try {
    const list: readonly unknown[] = Array.isArray(params) ? params : [];
    return { body: { jsonrpc: "2.0", id, result: await call(typeof method === "string" ? method : "", list) } };
  } catch (error) {
    if (error instanceof Refusal) return { body: errorBody(id, notAllowed, error.message) };
    const failure = isLatchkeyError(error) ? error : undefined;
    const body = errorBody(id, failed, failure?.message ?? "the node could not be asked");
    return { body, ...(failure === undefined ? {} : { failure }) };
  }
}

function errorBody(id: unknown, code: number, message: string): unknown {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    length += chunk.length;
    if (length > longestRequest) throw new Refusal("too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address !== null && typeof address === "object") return address.port;
  throw new LatchkeyError("ERR_CHAIN_NODE_UNSUITABLE", "No port on 127.0.0.1 was to be had for the local replica.");
}
