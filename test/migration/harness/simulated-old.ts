import { createHash } from "node:crypto";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { topics } from "../../../src/inspection/scene/kip17-abi.ts";
import type { RpcRequest, Transport } from "../../../src/ports/transport.ts";
import { selectors } from "../../../src/migration/read/calls.ts";
import { textWords, word } from "./override-view.ts";

const perBlock = 1000;
const mostLogs = 10_000;
const zero = word(0n);

/**
 * A node that is none: it makes up a collection as it is asked, so that a million tokens cost what reading them costs. Ids are 1 and on,
 * a thousand a block; every tenth id was sold once more. URIs have 53 bytes, of which the id tells nothing.
 */
export function simulatedOld(
  count: number,
  owners: number,
): { readonly transport: Transport; readonly address: string } {
  const address = `0x${"51".repeat(20)}`;
  const blocks = Math.ceil(count / perBlock);
  const ownerWord = (id: number): string => word(0x5eed_0000_0000_0000n + BigInt(id % owners));
  const seller = word(0xdea1e4n);
  const isResold = (id: number): boolean => id % 10 === 0;

  const logsOf = (from: number, to: number): unknown[] => {
    const logs: unknown[] = [];
    const log = (block: number, index: number, sender: string, recipient: string, id: number): void => {
      const data = { address, data: "0x", blockNumber: `0x${block.toString(16)}`, logIndex: `0x${index.toString(16)}` };
      logs.push({ ...data, topics: [topics.transfer, `0x${sender}`, `0x${recipient}`, `0x${word(BigInt(id))}`] });
    };
    for (let block = Math.max(from, 1); block <= Math.min(to, blocks); block += 1) {
      const first = (block - 1) * perBlock + 1;
      for (let id = first; id < first + perBlock && id <= count; id += 1) {
        log(block, 2 * (id - first), zero, isResold(id) ? seller : ownerWord(id), id);
        if (isResold(id)) log(block, 2 * (id - first) + 1, seller, ownerWord(id), id);
      }
      if (logs.length > mostLogs) throw rejected("query returned more than 10000 results");
    }
    return logs;
  };
  const call = (data: string): string => {
    const [selector, argument] = [data.slice(0, 10), BigInt(`0x${data.slice(10).padStart(64, "0")}`)];
    if (selector === selectors.ownerOf) return `0x${ownerWord(Number(argument))}`;
    if (selector === selectors.tokenURI) return `0x${textWords(Buffer.from(uriOf(argument)))}`;
    if (selector === selectors.totalSupply) return `0x${word(BigInt(count))}`;
    if (selector === selectors.balanceOf) {
      const owner = Number(argument - 0x5eed_0000_0000_0000n);
      return `0x${word(BigInt(Math.floor((count - owner) / owners) + (owner === 0 ? 0 : 1)))}`;
    }
    return `0x${word(data.slice(10).startsWith("d9b67a26") ? 0n : 1n)}`;
  };
  const answer = ({ method, params: [first, second] }: RpcRequest): unknown => {
    if (method === "eth_chainId") return "0x7a69";
    if (method === "eth_blockNumber") return `0x${(blocks + 5).toString(16)}`;
    if (method === "eth_getCode") return first === address ? "0x00" : "0x";
    if (method === "eth_getBlockByNumber") return { number: first, hash: `0x${"b1".repeat(32)}` };
    const text = (name: string): string => {
      const value: unknown = typeof first === "object" && first !== null ? Reflect.get(first, name) : undefined;
      return String(value);
    };
    if (method === "eth_getLogs") return logsOf(Number(text("fromBlock")), Number(text("toBlock")));
    if (method === "eth_call" && typeof second === "string") return call(text("data"));
    throw rejected(`no method ${method}`);
  };
  // Through JSON, as what a node sends: objects of their own, and strings that share nothing.
  const settle = (request: RpcRequest): PromiseSettledResult<unknown> => {
    try {
      return { status: "fulfilled", value: JSON.parse(JSON.stringify(answer(request))) };
    } catch (reason) {
      return { status: "rejected", reason };
    }
  };
  const transport: Transport = {
    origin: "http://simulated",
    request: async (request) => {
      const settled = await Promise.resolve(settle(request));
      if (settled.status === "rejected") throw settled.reason;
      return settled.value;
    },
    requestAll: (requests) =>
      new Promise((resolve) =>
        setImmediate(() => {
          resolve(requests.map(settle));
        }),
      ),
    close: () => Promise.resolve(),
  };
  return { transport, address };
}

function uriOf(id: bigint): string {
  return `ipfs://${createHash("sha256").update(String(id)).digest("hex").slice(0, 46)}`;
}

function rejected(rpcMessage: string): LatchkeyError {
  return new LatchkeyError("ERR_RPC_REJECTED", rpcMessage, {
    context: { fault: "request", rpcCode: -32000, rpcMessage },
  });
}
