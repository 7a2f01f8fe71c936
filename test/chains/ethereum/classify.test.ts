import { describe, expect, it } from "vitest";
import { broadcastOutcome, outcomeOf } from "../../../src/chains/ethereum/classify.ts";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { BroadcastOutcome } from "../../../src/ports/chain-adapter.ts";
import { http } from "../../../src/rpc/http.ts";
import { thrownBy } from "../../harness/errors.ts";
import { members, rpcServerOfTest } from "../../harness/rpc-server.ts";
import { broadcastRefusals } from "../../vectors/evm-node-errors.ts";
import { trouble } from "../scripted-node.ts";

// The errors go over HTTP, since the transport's reading of them is part of it. Budget of the file: 4 s.

function nameOf(outcome: BroadcastOutcome): string {
  if (outcome.kind === "accepted") return "known";
  return outcome.kind === "unknown" ? "unknown" : outcome.reason;
}

describe("a node's refusal of signed bytes", () => {
  it.each(broadcastRefusals)("of %s (%i %s) is %s", async (_node, code, message, expected) => {
    const server = await rpcServerOfTest(members({ error: { code, message } }));
    const node = http(server.origin);
    const error = await thrownBy(() => node.request({ method: "eth_sendRawTransaction", params: ["0x02"] }));
    expect(nameOf(outcomeOf(error))).toBe(expected);
  });

  it("says nothing where the answer did not come, or is no answer", () => {
    for (const code of [
      "ERR_RPC_TIMEOUT",
      "ERR_RPC_UNREACHABLE",
      "ERR_RPC_BAD_RESPONSE",
      "ERR_RPC_NODE_FAULT",
    ] as const)
      expect(outcomeOf(trouble(code))).toEqual({ kind: "unknown", error: trouble(code) });
    for (const foreign of [new Error("nonce too low"), "nonce too low", undefined])
      expect(outcomeOf(foreign).kind).toBe("unknown");
    expect(outcomeOf(new LatchkeyError("ERR_CLOSED", "nonce too low")).kind).toBe("unknown");
    expect(outcomeOf(new LatchkeyError("ERR_CHAIN_ID_MISMATCH", "another chain")).kind).toBe("unknown");
  });
});

describe("a broadcast that settled", () => {
  const hash = `0x${"ab".repeat(32)}` as const;
  it("is taken where the node says the transaction's hash, in any case", () => {
    for (const value of [hash, hash.toUpperCase().replace("X", "x")])
      expect(broadcastOutcome({ status: "fulfilled", value }, hash)).toEqual({ kind: "accepted" });
  });

  it.each([[null], ["0x"], [`0x${"cd".repeat(32)}`], [{ hash }]])("is unclear where it says %j", (value) => {
    expect(broadcastOutcome({ status: "fulfilled", value }, hash)).toMatchObject({
      kind: "unknown",
      error: { code: "ERR_RPC_BAD_RESPONSE" },
    });
  });
});
