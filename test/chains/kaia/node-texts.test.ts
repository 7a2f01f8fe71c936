import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import type { BroadcastOutcome, ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { http } from "../../../src/rpc/http.ts";
import { members, type RpcServer, startRpcServer } from "../../harness/rpc-server.ts";
import { rejectedBy } from "../refused.ts";
import { chainId, hex } from "./scene.ts";

// What a node of Kaia 2.2.1 says to bytes that it does not take. Each text goes over HTTP, since the transport's reading of it is part
// of what is tested. Budget of the file: 3 s.

const hash = `0x${"ab".repeat(32)}` as const;
const legacy = { raw: "0xc0", hash, from: `0x${"11".repeat(20)}`, nonce: 0 } as const;

let server: RpcServer;
let chain: ChainAdapter;
beforeAll(async () => {
  server = await startRpcServer(members({ result: hex(chainId) }));
  chain = kaia({ name: "kaia", chainId, transport: http(server.origin) });
});
afterAll(async () => {
  await chain.close();
  await server.close();
});

type Reason = Extract<BroadcastOutcome, { kind: "refused" }>["reason"];

/** All that a node says to bytes that it does not take: with what one broadcast ends, and what the sender makes of it. */
const texts: readonly (readonly [string, ErrorCode, Reason])[] = [
  ["insufficient funds of the sender for value ", "ERR_CHAIN_INSUFFICIENT_FUNDS", "insufficient-funds"],
  ["insufficient funds of the fee payer for gas * price", "ERR_CHAIN_INSUFFICIENT_FUNDS", "insufficient-funds"],
  ["nonce too low", "ERR_RPC_REJECTED", "nonce-too-low"],
  ["there is another tx which has the same nonce in the tx pool", "ERR_RPC_REJECTED", "underpriced"],
  ["invalid gas price. It must be set to value greater than or equal to baseFee", "ERR_RPC_REJECTED", "underpriced"],
  ["invalid gas fee cap. It must be set to value greater than or equal to baseFee", "ERR_RPC_REJECTED", "underpriced"],
  ["max fee per gas higher than max priority fee per gas", "ERR_RPC_REJECTED", "other"],
  ["intrinsic gas too low", "ERR_RPC_REJECTED", "other"],
  ["insufficient gas for floor data gas cost: gas 37001, minimum needed 61000", "ERR_RPC_REJECTED", "other"],
  ["tx gas limit exceeds the upper limit: gas 500000001, limit 500000000", "ERR_RPC_REJECTED", "other"],
  ["invalid chain id", "ERR_RPC_REJECTED", "other"],
  ["invalid sender: invalid account key", "ERR_RPC_REJECTED", "other"],
  ["invalid sender: invalid transaction v, r, s values", "ERR_RPC_REJECTED", "other"],
  ["invalid sender: a legacy transaction must be with a legacy account key", "ERR_RPC_REJECTED", "other"],
  ["invalid fee payer: invalid account key", "ERR_RPC_REJECTED", "other"],
  ["invalid fee payer: invalid transaction v, r, s values", "ERR_RPC_REJECTED", "other"],
  ["fee ratio is out of range [1, 99]", "ERR_RPC_REJECTED", "other"],
  ["oversized data", "ERR_RPC_REJECTED", "other"],
  ["max initcode size exceeded: code size 49153, limit 49152", "ERR_RPC_REJECTED", "other"],
  ["undefined tx type", "ERR_RPC_REJECTED", "other"],
  ["rlp: expected input list for types.TxInternalDataValueTransfer", "ERR_RPC_REJECTED", "other"],
  ["Empty input", "ERR_RPC_REJECTED", "other"],
  ["recipient must be an EOA with code or an SCA", "ERR_RPC_REJECTED", "other"],
  ["recipient must be an EOA without code", "ERR_RPC_REJECTED", "other"],
  ["in-flight transaction limit reached for delegated accounts", "ERR_RPC_REJECTED", "delegated-limit"],
  ["gapped-nonce tx from delegated accounts", "ERR_RPC_REJECTED", "nonce-gap"],
  // The node's own trouble: the same bytes may be taken a moment later.
  ["txpool is full: 5120", "ERR_RPC_NODE_FAULT", "pool-full"],
];

/** Lets the node answer a broadcast so. */
async function broadcast(answer: Readonly<Record<string, unknown>>): Promise<void> {
  server.answer = (request, response) =>
    members(request.method === "kaia_chainID" ? { result: hex(chainId) } : answer)(request, response);
  await chain.broadcast(legacy);
}

const refused = (message: string, code = -32_000): Readonly<Record<string, unknown>> => ({ error: { code, message } });

describe("a broadcast", () => {
  it("goes to kaia_sendRawTransaction and is done when the node says its hash", async () => {
    await broadcast({ result: hash.toUpperCase().replace("0X", "0x") });
    const { method, body } = server.requests.at(-1) ?? expect.fail("nothing was sent");
    expect(method).toBe("kaia_sendRawTransaction");
    expect(JSON.parse(body)).toMatchObject({ params: ["0xc0"] });
  });

  it("of what the node has in its pool is done", async () => {
    await broadcast(refused(`known transaction: ${hash.slice(2)}`));
  });

  it.each([`0x${"cd".repeat(32)}`, "0x", "", null, true, [hash], { hash }])(
    "with the answer %j may be under way",
    async (result) => {
      const error = await rejectedBy(broadcast({ result }), "ERR_RPC_BAD_RESPONSE");
      expect(error.context).toEqual({ fault: "node", what: "transaction hash" });
    },
  );

  it.each(texts)("that is answered with %j", async (text, code) => {
    const error = await rejectedBy(broadcast(refused(text)), code);
    const { cause = error } = error;
    expect(cause).toMatchObject({ context: { rpcCode: -32_000, rpcMessage: text } });
  });

  it("that the fee payer cannot pay says so, and not that the sender is poor", async () => {
    const error = await rejectedBy(
      broadcast(refused("insufficient funds of the fee payer for gas * price")),
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    );
    expect(error.context).toEqual({ who: "fee payer" });
    expect(error.message).toBe("The fee payer cannot pay its part of the fee. Nothing was sent; fund it first.");
  });

  it("to a node whose kaia namespace is closed since is refused", async () => {
    await rejectedBy(
      broadcast(refused("the method kaia_sendRawTransaction does not exist", -32_601)),
      "ERR_RPC_REJECTED",
    );
  });
});

describe("the outcome of a broadcast among several", () => {
  async function outcomeOf(answer: Readonly<Record<string, unknown>>): Promise<BroadcastOutcome> {
    server.answer = (request, response) =>
      members(request.method === "kaia_chainID" ? { result: hex(chainId) } : answer)(request, response);
    const [outcome] = await chain.broadcastAll([legacy]);
    return outcome ?? expect.fail("there is no outcome");
  }

  it.each(texts)("that is answered with %j", async (text, code, reason) => {
    const outcome = await outcomeOf(refused(text));
    expect(outcome).toMatchObject({ kind: "refused", reason });
    // One error says the same as the other, but that the sender's funds are not looked at here.
    if (outcome.kind === "refused" && !text.startsWith("insufficient funds of the sender"))
      expect(outcome.error).toMatchObject({ code });
  });

  it("is taken where the node knows it, and unknown where it does not answer with its hash", async () => {
    expect(await outcomeOf(refused(`known transaction: ${hash.slice(2)}`))).toEqual({ kind: "accepted" });
    expect(await outcomeOf({ result: hash })).toEqual({ kind: "accepted" });
    expect(await outcomeOf({ result: `0x${"cd".repeat(32)}` })).toMatchObject({ kind: "unknown" });
  });

  it("is unknown of a node in trouble, and refused for a rate limit", async () => {
    expect(await outcomeOf(refused("internal error", -32_603))).toMatchObject({ kind: "unknown" });
    expect(await outcomeOf(refused("rate limit exceeded", -32_005))).toMatchObject({
      kind: "refused",
      reason: "rate-limited",
    });
  });
});
