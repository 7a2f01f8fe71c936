import { describe, expect, it } from "vitest";
import type { BroadcastOutcome, SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import type { RpcRequest } from "../../../src/ports/transport.ts";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { type Answer, rpcError, trouble } from "../scripted-node.ts";
import { assemble, chainId, gkei, hex, payerKey, person, scriptedKaia, sceneOf, signerOf, signWith } from "./scene.ts";

// Several at once. What each text of a node means is in node-texts.test.ts. Budget of the file: 3 s.

const feePayer = signerOf(payerKey);
const given = { gasLimit: 40_000n, fee: { perGas: 30n * gkei, tip: 0n } };

/** One of each form. */
async function signed(count: number): Promise<readonly SignedTransaction[]> {
  const { prepare } = sceneOf();
  const forms = [{}, { format: "kaia" as const }, { feePayer }];
  const all: SignedTransaction[] = [];
  for (let nonce = 0; nonce < count; nonce += 1)
    all.push(
      await assemble(await prepare({ transfer: { to: person, value: 1n } }, { ...forms[nonce % 3], ...given, nonce })),
    );
  return all;
}

const rawsIn = (asked: readonly RpcRequest[]): readonly unknown[] =>
  asked.filter(({ method }) => method === "kaia_sendRawTransaction").map(({ params }) => params[0]);
const kinds = (outcomes: readonly BroadcastOutcome[]): readonly string[] =>
  outcomes.map((each) => (each.kind === "refused" ? each.reason : each.kind));

/** Answers by the bytes. */
function taking(all: readonly SignedTransaction[], more: (index: number) => Answer = () => undefined): Answer {
  return ([raw]) => {
    const index = all.findIndex((each) => each.raw === raw);
    const answer = more(index);
    if (typeof answer === "function") return answer([], {});
    return answer ?? all[index]?.hash;
  };
}

describe("several transactions", () => {
  it("go out in their order, each with an outcome of its own", async () => {
    const all = await signed(5);
    const refusal = (index: number): Answer => {
      if (index === 1) return () => Promise.reject(rpcError(-32_000, "nonce too low"));
      if (index === 2) return () => Promise.reject(rpcError(-32_000, `known transaction: ${"ab".repeat(32)}`));
      if (index === 3) return () => Promise.reject(trouble("ERR_RPC_TIMEOUT"));
      return undefined;
    };
    const { node, chain } = sceneOf({ kaia_sendRawTransaction: taking(all, refusal) });
    const outcomes = await chain.broadcastAll(all);
    expect(kinds(outcomes)).toEqual(["accepted", "nonce-too-low", "accepted", "unknown", "accepted"]);
    expect(rawsIn(node.asked)).toEqual(all.map(({ raw }) => raw));
    expect(node.asked[0]?.method).toBe("kaia_chainID");
    expect(await chain.broadcastAll([])).toEqual([]);
  });

  it("go out in one batch where the transport has batches", async () => {
    const all = await signed(4);
    const batches: (readonly RpcRequest[])[] = [];
    const node = scriptedKaia();
    const transport = {
      ...node,
      requestAll: (requests: readonly RpcRequest[]) => {
        batches.push(requests);
        return Promise.resolve(
          all.map(({ hash }, index): PromiseSettledResult<unknown> =>
            index === 2
              ? { status: "rejected", reason: rpcError(-32_000, "txpool is full: 5120") }
              : { status: "fulfilled", value: hash },
          ),
        );
      },
    };
    const outcomes = await kaia({ name: "kaia", chainId, transport }).broadcastAll(all);
    expect(kinds(outcomes)).toEqual(["accepted", "accepted", "pool-full", "accepted"]);
    expect(batches.map((batch) => rawsIn(batch))).toEqual([all.map(({ raw }) => raw)]);
  });

  it("without the one whose signature is another's, which is not sent", async () => {
    const all = await signed(3);
    const { prepare } = sceneOf();
    const prepared = await prepare({ transfer: { to: person, value: 1n } }, { feePayer, ...given, nonce: 9 });
    const forged = prepared.assemble(
      signWith("48".repeat(32), prepared.digest),
      signWith(payerKey, prepared.feePayer?.digest ?? prepared.digest),
    );
    const broken = { ...forged, raw: "0x08c0" } as const;
    const [first, second, third] = all;
    if (first === undefined || second === undefined || third === undefined) return expect.fail("nothing was signed");
    const { node, chain } = sceneOf({ kaia_sendRawTransaction: taking(all) });
    const outcomes = await chain.broadcastAll([first, forged, second, broken, third]);
    expect(kinds(outcomes)).toEqual(["accepted", "other", "accepted", "other", "accepted"]);
    expect(outcomes[1]).toMatchObject({ error: { code: "ERR_VAULT_SIGN_FAILED" } });
    expect(outcomes[3]).toMatchObject({ error: { code: "ERR_CHAIN_INTENT_INVALID" } });
    expect(rawsIn(node.asked)).toEqual(all.map(({ raw }) => raw));
  });

  it("are not sent to another chain, and nothing is known of them", async () => {
    const all = await signed(2);
    const { node, chain } = sceneOf({ kaia_chainID: hex(1) });
    const outcomes = await chain.broadcastAll(all);
    expect(outcomes).toMatchObject([
      { kind: "unknown", error: { code: "ERR_CHAIN_ID_MISMATCH" } },
      { kind: "unknown", error: { code: "ERR_CHAIN_ID_MISMATCH" } },
    ]);
    expect(rawsIn(node.asked)).toEqual([]);
  });

  it("may each be under way where the transport fails as a whole, or answers with another hash", async () => {
    const all = await signed(2);
    const transport = { ...scriptedKaia(), requestAll: () => Promise.reject(trouble("ERR_RPC_UNREACHABLE")) };
    expect(kinds(await kaia({ name: "kaia", chainId, transport }).broadcastAll(all))).toEqual(["unknown", "unknown"]);
    const { chain } = sceneOf({ kaia_sendRawTransaction: `0x${"ab".repeat(32)}` });
    expect(kinds(await chain.broadcastAll(all))).toEqual(["unknown", "unknown"]);
  });
});
