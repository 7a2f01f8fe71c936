import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { askTokens } from "../../../src/migration/read/ask-tokens.ts";
import type { RpcRequest, Transport } from "../../../src/ports/transport.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { faulty, nodeError } from "../harness/faulty-transport.ts";
import { deployOld, type OldCollection, ownerAt } from "../harness/old-collection.ts";
import { answeringZeros, overrideView } from "../harness/override-view.ts";
import { hasty } from "../snapshot/subject.ts";

const ownerOf = "0x6352211e";
const patience = { clock: hasty };

/** One node, one small collection. */
describe("what a collection says of ids", { timeout: 60_000 }, () => {
  let anvil: Anvil;
  let old: OldCollection;

  beforeAll(async () => {
    anvil = await startAnvil();
    old = await deployOld(anvil, { tokens: 30, owners: 4, burned: 2 });
  });
  afterAll(() => anvil.stop());

  const ids = Array.from({ length: 33 }, (_, index) => BigInt(index));
  const expected = () => {
    const known = new Map(old.tokens.map((token) => [token.id, token]));
    return ids.map((id) => known.get(id) ?? { id, owner: undefined, uri: undefined });
  };

  it("comes an answer an id, in the order asked, by number and by hash", async () => {
    const block = await anvil.request("eth_getBlockByNumber", "latest", false);
    const hash = typeof block === "object" && block !== null && "hash" in block ? String(block.hash) : "";
    expect(await askTokens(old.transport, old.address, ids, `0x${(await head()).toString(16)}`)).toEqual(expected());
    const blockHash = `0x${hash.slice(2)}` as const;
    expect(await askTokens(old.transport, old.address, ids, { blockHash })).toEqual(expected());
    expect(await askTokens(old.transport, old.address, [], { blockHash })).toEqual([]);
  });

  async function head(): Promise<bigint> {
    return BigInt(String(await anvil.request("eth_blockNumber")));
  }

  it("is the same without batches, and where some of a batch fails for a while", async () => {
    const { requestAll: _none, ...single } = old.transport;
    const alone: Transport = {
      ...single,
      request: (request, options) => old.transport.request(request, options),
      close: () => Promise.resolve(),
    };
    const tag = `0x${(await head()).toString(16)}` as const;
    expect(await askTokens({ ...alone, origin: "http://alone" }, old.address, ids, tag)).toEqual(expected());
    let asked = 0;
    const transport = faulty(old.transport, () => {
      asked += 1;
      return asked % 5 === 0 && asked < 200
        ? Promise.reject(nodeError(old.transport, "eth_call", -32603, "internal error"))
        : undefined;
    });
    expect(await askTokens(transport, old.address, ids, tag, patience)).toEqual(expected());
  });

  it("is a fault of one id alone where that one answers more than is read", async () => {
    const putBack = await overrideView(anvil, old.address, {
      selector: "0xc87b56dd",
      argument: 7n,
      behaviour: answeringZeros(1_000_000),
    });
    const transport = http({ url: anvil.url, maxResponseBytes: 100_000, maxBatch: 500 });
    const answers = await askTokens(transport, old.address, ids, `0x${(await head()).toString(16)}`, patience);
    await putBack();
    expect(answers.filter(({ id }) => id !== 7n)).toEqual(expected().filter(({ id }) => id !== 7n));
    expect(answers[7]).toMatchObject({
      id: 7n,
      owner: ownerAt(2),
      uri: undefined,
      fault: "tokenURI gives an answer that is too long, or cannot be read",
    });
  });

  const nodeTexts: readonly (readonly [string, number, string, string | undefined])[] = [
    ["geth's revert", 3, "execution reverted: ERC721: invalid token ID", undefined],
    ["a revert that speaks of gas", 3, "execution reverted: out of gas", undefined],
    ["Kaia's revert", -32000, "evm: execution reverted", undefined],
    ["geth's invalid opcode", -32000, "invalid opcode: INVALID", undefined],
    ["geth's want of gas", -32000, "out of gas", "ownerOf takes more than 10000000 gas"],
    ["anvil's want of gas", -32003, "EVM error OutOfGas", "ownerOf takes more than 10000000 gas"],
  ];
  it.each(nodeTexts)("is told by %s", async (_what, code, text, fault) => {
    const transport = faulty(old.transport, (request) =>
      dataOf(request).startsWith(ownerOf)
        ? Promise.reject(nodeError(old.transport, "eth_call", code, text))
        : undefined,
    );
    const [answer] = await askTokens(transport, old.address, [1n], `0x${(await head()).toString(16)}`, patience);
    expect(answer).toEqual({ id: 1n, owner: undefined, uri: undefined, ...(fault === undefined ? {} : { fault }) });
  });

  it("is what the node failed with where that does not pass, and the signal's reason", async () => {
    const error = new LatchkeyError("ERR_RPC_NODE_FAULT", "missing trie node", {
      context: { fault: "node", rpcCode: -32000 },
    });
    const broken = faulty(old.transport, () => Promise.reject(error));
    expect(await thrownBy(() => askTokens(broken, old.address, ids, "0x1", patience))).toBe(error);
    expect(broken.seen.length).toBeLessThan(200);
    const signal = AbortSignal.abort(new Error("enough"));
    expect(await thrownBy(() => askTokens(old.transport, old.address, ids, "0x1", { signal }))).toMatchObject({
      message: "enough",
    });
  });
});

function dataOf({ params: [call] }: RpcRequest): string {
  return typeof call === "object" && call !== null && "data" in call ? String(call.data) : "";
}
