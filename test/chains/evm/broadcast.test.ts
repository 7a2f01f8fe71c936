import { describe, expect, it } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, type ScriptedNode, scriptedNode, trouble } from "../scripted-node.ts";

// What nodes say is in node-errors.test.ts. Budget of the file: 2 s.

const hash = `0x${"ab".repeat(32)}` as const;
const signed = { raw: "0x02c0", hash, from: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", nonce: 0 } as const;

function broadcast(answer: Answer): { readonly node: ScriptedNode; readonly done: Promise<void> } {
  const node = scriptedNode({ eth_sendRawTransaction: answer });
  return { node, done: evm({ name: "main", chainId: 1, transport: node }).broadcast(signed) };
}

describe("a broadcast", () => {
  it.each([hash, `0x${"AB".repeat(32)}`])("sends the bytes as they are and takes the answer %s", async (answer) => {
    const { node, done } = broadcast(answer);
    await done;
    expect(node.asked.at(-1)).toEqual({ method: "eth_sendRawTransaction", params: ["0x02c0"] });
    expect(node.count("eth_sendRawTransaction")).toBe(1);
  });

  it.each([`0x${"cd".repeat(32)}`, "0x", "", null, true, [hash], { hash }])(
    "takes the answer %j for a fault of the node, after which the bytes may be under way",
    async (answer) => {
      const error = await rejectedBy(broadcast(answer).done, "ERR_RPC_BAD_RESPONSE");
      expect(error.context).toEqual({ fault: "node", what: "transaction hash" });
    },
  );

  it.each([
    "ERR_RPC_TIMEOUT",
    "ERR_RPC_UNREACHABLE",
    "ERR_RPC_BAD_RESPONSE",
    "ERR_RPC_NODE_FAULT",
    "ERR_CLOSED",
  ] as const)("lets %s through as it is and repeats nothing: that is the sender's to decide", async (code) => {
    const error = trouble(code);
    const { node, done } = broadcast(() => Promise.reject(error));
    expect(await rejectedBy(done, code)).toBe(error);
    expect(node.count("eth_sendRawTransaction")).toBe(1);
  });
});
