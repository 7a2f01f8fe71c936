import { describe } from "vitest";
import { caverCases } from "../../chains/kaia/cases-caver.ts";
import { errorCases } from "../../chains/kaia/cases-errors.ts";
import { loginCases } from "../../chains/kaia/cases-login.ts";
import { outboxCases } from "../../chains/kaia/cases-outbox.ts";
import { transactionCases } from "../../chains/kaia/cases-transactions.ts";
import { liveNode, skipped } from "./live-node.ts";

// The cases of test/chains/kaia, on a node that others run: KAIA_RPC_URL and KAIA_FUNDED_KEY say which. Budget: 10 minutes.

if (skipped !== undefined) process.stdout.write(`test/live/kaia is skipped: ${skipped}\n`);

describe.skipIf(skipped !== undefined)("a Kaia node", () => {
  describe("logins", () => {
    loginCases(liveNode);
  });
  describe("transactions", () => {
    transactionCases(liveNode);
  });
  describe("the outbox's questions", () => {
    outboxCases(liveNode);
  });
  describe("errors", () => {
    errorCases(liveNode);
  });
  describe("caver", () => {
    caverCases(liveNode);
  });
});
