import { describe, expect, it } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, type ScriptedNode, scriptedNode, trouble } from "../scripted-node.ts";

// Budget of the file: 2 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const signed = { raw: "0x02", hash: `0x${"ab".repeat(32)}`, from: to, nonce: 0 } as const;
const count = { to, abi: ["function count() view returns (uint256)"], function: "count" };

/** Whatever speaks to the node about this chain. */
const uses: Readonly<Record<string, (chain: ChainAdapter) => Promise<unknown>>> = {
  "a balance": (chain) => chain.getBalance(to),
  "a read": (chain) => chain.read(count),
  "a preparation": (chain) => chain.prepare({ transfer: { to, value: 1n } }, to),
  "a broadcast": (chain) => chain.broadcast(signed),
};

function chainOn(served: Answer): { readonly node: ScriptedNode; readonly chain: ChainAdapter } {
  const node = scriptedNode({
    eth_chainId: served,
    eth_call: `0x${"0".repeat(63)}7`,
    eth_sendRawTransaction: signed.hash,
  });
  return { node, chain: evm({ name: "main", chainId: 1, transport: node }) };
}

describe("the chain that the node serves", () => {
  it.each(Object.entries(uses))("is made sure of before %s, and nothing else is asked of another", async (_, use) => {
    const { node, chain } = chainOn("0x2");
    const error = await rejectedBy(use(chain), "ERR_CHAIN_ID_MISMATCH");
    expect(error.context).toEqual({ chain: "main", configured: 1, served: 2 });
    expect(error.message).toContain("Nothing was signed or sent");
    expect(node.asked).toEqual([{ method: "eth_chainId", params: [] }]);
  });

  it("is asked once, however much is done, also at once", async () => {
    const { node, chain } = chainOn("0x1");
    await Promise.all(Object.values(uses).map((use) => use(chain)));
    for (const use of Object.values(uses)) await use(chain);
    expect(node.count("eth_chainId")).toBe(1);
    expect(node.asked[0]?.method).toBe("eth_chainId");
  });

  it("is asked once by callers that come at once, and all of them hear that it is another", async () => {
    const { node, chain } = chainOn("0x2");
    const outcomes = await Promise.allSettled([1, 2, 3].flatMap(() => [chain.getBalance(to), chain.broadcast(signed)]));
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => "rejected"));
    expect(node.asked).toEqual([{ method: "eth_chainId", params: [] }]);
  });

  it("is asked again after another, and after trouble", async () => {
    const answers = ["0x2", "trouble", "0x1"];
    const { node, chain } = chainOn(() => {
      const answer = answers.shift();
      if (answer === "trouble") throw trouble("ERR_RPC_TIMEOUT");
      return answer;
    });
    await rejectedBy(chain.getBalance(to), "ERR_CHAIN_ID_MISMATCH");
    await rejectedBy(chain.getBalance(to), "ERR_RPC_TIMEOUT");
    expect(await chain.getBalance(to)).toBe(10n ** 18n);
    expect(await chain.getBalance(to)).toBe(10n ** 18n);
    expect(node.count("eth_chainId")).toBe(3);
  });

  it.each([null, 1, "1", "0x", "0x01", "0x20000000000000", { chainId: "0x1" }])(
    "is not taken from the answer %j",
    async (served) => {
      const { node, chain } = chainOn(served);
      await rejectedBy(chain.getBalance(to), "ERR_RPC_BAD_RESPONSE");
      expect(node.count("eth_getBalance")).toBe(0);
    },
  );
});
