import { isRecord } from "../../scripts/guards.ts";

/** The chain's node, as the tests themselves ask it. */
export interface TestNode {
  readonly url: string;
  readonly chainId: number;
  /** @throws what the node refuses. */
  request(method: string, ...params: readonly unknown[]): Promise<unknown>;
  setBalance(address: string, wei: bigint): Promise<void>;
  /** Mines so many blocks. */
  mine(blocks: number): Promise<void>;
}

export interface SentTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string | null;
  readonly value: bigint;
  readonly input: string;
  readonly nonce: number;
}

/** @param fundUrl - where money is asked for; null: the node itself has a method for that. */
export function testNode(url: string, chainId: number, fundUrl: string | null): TestNode {
  let lastId = 0;
  const request: TestNode["request"] = async (method, ...params) => {
    lastId += 1;
    const body = JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer: unknown = await response.json();
    if (isRecord(answer) && "result" in answer) return answer["result"];
    throw new Error(`${method}: ${JSON.stringify(answer).slice(0, 300)}`);
  };
  return {
    url,
    chainId,
    request,
    setBalance: async (address, wei) => {
      if (fundUrl === null) await request("anvil_setBalance", address, hex(wei));
      else await fetch(`${fundUrl}/${address}`, { method: "POST", body: String(wei) });
    },
    mine: async (blocks) => {
      await request("anvil_mine", hex(blocks));
    },
  };
}

/** Everything in blocks after this height, by sender in lower case. */
export async function sentSince(
  node: TestNode,
  since: number,
): Promise<ReadonlyMap<string, readonly SentTransaction[]>> {
  const head = Number(await node.request("eth_blockNumber"));
  const bySender = new Map<string, SentTransaction[]>();
  for (let first = since + 1; first <= head; first += 50) {
    const count = Math.min(50, head - first + 1);
    const blocks = await Promise.all(
      Array.from({ length: count }, (_, index) => node.request("eth_getBlockByNumber", hex(first + index), true)),
    );
    for (const sent of blocks.flatMap(transactionsIn))
      bySender.set(sent.from, [...(bySender.get(sent.from) ?? []), sent]);
  }
  return bySender;
}

/** Hashes, in their order. */
export async function transactionsOfBlock(node: TestNode, height: number): Promise<readonly string[]> {
  const block = await node.request("eth_getBlockByNumber", hex(height), true);
  return transactionsIn(block).map(({ hash }) => hash);
}

function transactionsIn(block: unknown): readonly SentTransaction[] {
  const list = isRecord(block) ? block["transactions"] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map((sent) => ({
    hash: String(sent["hash"]),
    from: String(sent["from"]).toLowerCase(),
    to: typeof sent["to"] === "string" ? sent["to"].toLowerCase() : null,
    value: BigInt(String(sent["value"])),
    input: String(sent["input"]),
    nonce: Number(sent["nonce"]),
  }));
}

export function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
