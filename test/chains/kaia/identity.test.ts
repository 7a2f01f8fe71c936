import { describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, rpcError, type ScriptedNode, trouble } from "../scripted-node.ts";
import { chainId, hex, kaiaCoin, person, scriptedKaia } from "./scene.ts";

// Budget of the file: 2 s.

const signed = { raw: "0xc0", hash: `0x${"ab".repeat(32)}`, from: person, nonce: 0 } as const;
const count = { to: person, abi: ["function count() view returns (uint256)"], function: "count" };

/** Whatever speaks to the node about this chain. */
const uses: Readonly<Record<string, (chain: ChainAdapter) => Promise<unknown>>> = {
  "a balance": (chain) => chain.getBalance(person),
  "a read": (chain) => chain.read(count),
  "a preparation": (chain) => chain.prepare({ transfer: { to: person, value: 1n } }, person),
  "a broadcast": (chain) => chain.broadcast(signed),
};

function chainOn(served: Answer): { readonly node: ScriptedNode; readonly chain: ChainAdapter } {
  const node = scriptedKaia({
    kaia_chainID: served,
    kaia_call: `0x${"0".repeat(63)}7`,
    kaia_sendRawTransaction: signed.hash,
  });
  return { node, chain: kaia({ name: "kaia", chainId, transport: node }) };
}

describe("the chain that the node serves", () => {
  it.each(Object.entries(uses))("is made sure of before %s, and nothing else is asked of another", async (_, use) => {
    const { node, chain } = chainOn("0x2019");
    const error = await rejectedBy(use(chain), "ERR_CHAIN_ID_MISMATCH");
    expect(error.context).toEqual({ chain: "kaia", configured: chainId, served: 8_217 });
    expect(error.message).toContain("Nothing was signed or sent");
    expect(node.asked).toEqual([{ method: "kaia_chainID", params: [] }]);
  });

  it.each(Object.entries(uses))("is none where kaia_* is not known, before %s", async (_, use) => {
    const { node, chain } = chainOn(() => {
      throw rpcError(-32_601, "the method kaia_chainID does not exist/is not available");
    });
    const error = await rejectedBy(use(chain), "ERR_CHAIN_NODE_UNSUITABLE");
    expect(error.context).toEqual({ origin: "http://node.test" });
    expect(error.message).toContain("Nothing was signed or sent");
    expect(error.retryable).toBe(false);
    expect(node.asked).toEqual([{ method: "kaia_chainID", params: [] }]);
  });

  it.each([
    [-32_601, "Method not found"],
    [-32_601, "anything"],
    [-32_000, "the method kaia_chainID does not exist/is not available"],
    [-32_004, "Unsupported method: kaia_chainID on ETH_MAINNET"],
    [-32_600, "The method kaia_chainID is not supported"],
  ])("is none where a node or provider says %i, %s", async (rpcCode, text) => {
    const { chain } = chainOn(() => Promise.reject(rpcError(rpcCode, text)));
    await rejectedBy(chain.getBalance(person), "ERR_CHAIN_NODE_UNSUITABLE");
  });

  it("is asked once, however much is done, also at once", async () => {
    const { node, chain } = chainOn(hex(chainId));
    await Promise.all(Object.values(uses).map((use) => use(chain)));
    for (const use of Object.values(uses)) await use(chain);
    expect(node.count("kaia_chainID")).toBe(1);
    expect(node.asked[0]?.method).toBe("kaia_chainID");
  });

  it("is asked again after another, and after trouble", async () => {
    const answers = ["0x1", "trouble", hex(chainId)];
    const { node, chain } = chainOn(() => {
      const answer = answers.shift();
      if (answer === "trouble") throw trouble("ERR_RPC_TIMEOUT");
      return answer;
    });
    await rejectedBy(chain.getBalance(person), "ERR_CHAIN_ID_MISMATCH");
    await rejectedBy(chain.getBalance(person), "ERR_RPC_TIMEOUT");
    expect(await chain.getBalance(person)).toBe(kaiaCoin);
    expect(await chain.getBalance(person)).toBe(kaiaCoin);
    expect(node.count("kaia_chainID")).toBe(3);
  });

  it.each([null, 7_482, "7482", "0x", "0x01", "0x20000000000000", { chainId: "0x1d3a" }])(
    "is not taken from the answer %j",
    async (served) => {
      const { node, chain } = chainOn(served);
      await rejectedBy(chain.getBalance(person), "ERR_RPC_BAD_RESPONSE");
      expect(node.count("kaia_getBalance")).toBe(0);
    },
  );
});

describe("a read", () => {
  it("asks in Kaia's namespace, for the latest block", async () => {
    const { node, chain } = chainOn(hex(chainId));
    expect(await chain.read(count)).toBe(7n);
    expect(node.asked.at(-1)).toEqual({ method: "kaia_call", params: [{ to: person, data: "0x06661abd" }, "latest"] });
  });

  it.each([null, undefined, 7, "", "7", "0x7", ["0x"], {}])("refuses an answer of %j", async (answer) => {
    const chain = kaia({ name: "kaia", chainId, transport: scriptedKaia({ kaia_call: answer }) });
    const error = await rejectedBy(chain.read(count), "ERR_RPC_BAD_RESPONSE");
    expect(error.context).toEqual({ fault: "node", what: "call result" });
  });

  it("that is reverted names the contract's error", async () => {
    const data = `0xcf479181${"0".repeat(63)}7${"0".repeat(63)}8`;
    const transport = scriptedKaia({ kaia_call: () => Promise.reject(rpcError(3, "execution reverted", data)) });
    const abi = [...count.abi, "error InsufficientBalance(uint256 has, uint256 needs)"];
    const chain = kaia({ name: "kaia", chainId, transport });
    const error = await rejectedBy(chain.read({ ...count, abi }), "ERR_CHAIN_REVERTED");
    expect(error.context).toMatchObject({ reason: "InsufficientBalance(7, 8)" });
  });
});
