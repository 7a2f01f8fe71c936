import { createHash } from "node:crypto";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { ChainAdapter } from "../../src/ports/chain-adapter.ts";
import type { RpcRequest } from "../../src/ports/transport.ts";
import { isRecord } from "../../src/units/is-record.ts";
import { bytesToHex } from "../../src/units/bytes.ts";
import type { Hex } from "../../src/units/brands.ts";
import { transferTopic } from "../../src/collections/index/transfer-log.ts";
import { offlineChain } from "../harness/offline-chain.ts";

export interface Move {
  readonly id: bigint;
  readonly from: string;
  readonly to: string;
}

interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly logs: readonly Record<string, unknown>[];
}

export const contract = "0x00000000000000000000000000000000000000c0";

/** A node of a chain that can be reorganised, with the faults that nodes have. */
export interface FakeNode {
  readonly chain: ChainAdapter<"main">;
  /** How often each method was asked. */
  readonly asked: Map<string, number>;
  /** The stretches of blocks that logs were asked for. */
  readonly stretches: number[];
  mine(moves: readonly Move[]): void;
  /** Replaces the newest blocks by as many others, each with its moves. */
  reorganise(blocks: readonly (readonly Move[])[]): void;
  /** It answers as if it had not got the newest blocks. */
  lag: number;
  /** It refuses ranges of more blocks. */
  mostBlocks: number;
  /** Changes an answer before it is given; or throws. */
  tamper: ((request: RpcRequest, answer: unknown) => unknown) | undefined;
  readonly head: number;
  /** Every move on the chain as it is, by block and place. */
  moves(): readonly (Move & { readonly block: number; readonly log: number })[];
}

export function addressOf(index: number): string {
  return `0x${index.toString(16).padStart(40, "0")}`;
}

/** @param depth - blocks that can be taken away. */
export function fakeNode(depth = 12): FakeNode {
  let serial = 0;
  const hashes = (): Hex =>
    bytesToHex(
      createHash("sha256")
        .update(String((serial += 1)))
        .digest(),
    );
  const blocks: Block[] = [{ number: 0, hash: hashes(), parentHash: `0x${"00".repeat(32)}`, logs: [] }];
  const moved = new Map<Hex, readonly Move[]>();
  const asked = new Map<string, number>();
  const stretches: number[] = [];

  const mine = (moves: readonly Move[]): void => {
    const number = blocks.length;
    const hash = hashes();
    const logs = moves.map((move, index) => logOf(move, number, hash, index));
    blocks.push({ number, hash, parentHash: blocks.at(-1)?.hash ?? "0x", logs });
    moved.set(hash, moves);
  };
  const seen = (): readonly Block[] => blocks.slice(0, Math.max(1, blocks.length - node.lag));

  const answer = ({ method, params }: RpcRequest): unknown => {
    const [first] = params;
    if (method === "eth_chainId") return "0x1";
    if (method === "eth_getBlockByNumber") {
      const block = seen()[Number(first)];
      return block === undefined
        ? null
        : { number: `0x${block.number.toString(16)}`, hash: block.hash, parentHash: block.parentHash };
    }
    if (method !== "eth_getLogs" || !isRecord(first)) throw new Error(`${method} is not asked of this node`);
    const { fromBlock, toBlock, blockHash } = first;
    if (blockHash !== undefined) {
      const block = seen().find(({ hash }) => hash === blockHash);
      if (block === undefined) throw refused("unknown block");
      return block.logs;
    }
    const [from, to] = [Number(fromBlock), Number(toBlock)];
    stretches.push(to - from + 1);
    if (to - from + 1 > node.mostBlocks) throw refused("query exceeds max block range");
    return seen()
      .filter(({ number }) => number >= from && number <= to)
      .flatMap(({ logs }) => logs);
  };

  const node: FakeNode = {
    asked,
    stretches,
    mine,
    reorganise: (others) => {
      blocks.splice(blocks.length - others.length, others.length);
      for (const moves of others) mine(moves);
    },
    lag: 0,
    mostBlocks: 1_000_000,
    tamper: undefined,
    get head() {
      return blocks.length - 1;
    },
    moves: () =>
      blocks.flatMap(({ number, hash }) =>
        (moved.get(hash) ?? []).map((move, log) => ({ ...move, block: number, log })),
      ),
    chain: {
      ...offlineChain("main"),
      head: () => {
        const last = seen().at(-1) ?? blocks[0];
        if (last === undefined) throw new Error("there is a first block");
        const number = BigInt(last.number);
        return Promise.resolve({
          number,
          hash: last.hash,
          finalized: number > BigInt(depth) ? number - BigInt(depth) : 0n,
        });
      },
      transport: {
        origin: "http://fake.invalid",
        request: (request) => {
          asked.set(request.method, (asked.get(request.method) ?? 0) + 1);
          return Promise.resolve().then(() => {
            const given = answer(request);
            return node.tamper === undefined ? given : node.tamper(request, given);
          });
        },
        close: () => Promise.resolve(),
      },
    },
  };
  return node;
}

function logOf({ id, from, to }: Move, block: number, blockHash: Hex, index: number): Record<string, unknown> {
  return {
    address: contract,
    topics: [transferTopic, word(from), word(to), `0x${id.toString(16).padStart(64, "0")}`],
    data: "0x",
    blockNumber: `0x${block.toString(16)}`,
    blockHash,
    transactionHash: bytesToHex(
      createHash("sha256")
        .update(`${blockHash} ${String(index)}`)
        .digest(),
    ),
    transactionIndex: "0x0",
    logIndex: `0x${index.toString(16)}`,
    removed: false,
  };
}

function word(address: string): string {
  return `0x${address.slice(2).padStart(64, "0")}`;
}

export function refused(text: string): LatchkeyError {
  return new LatchkeyError("ERR_RPC_REJECTED", "The node refused.", { context: { rpcCode: -32000, rpcMessage: text } });
}
