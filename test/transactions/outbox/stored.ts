import { toJson } from "../../../src/transactions/json.ts";
import type { Attempt, Payload, TransactionRecord } from "../../../src/transactions/record.ts";
import type { StoredTransaction } from "../../../src/transactions/rows.ts";

export const someAddress = `0x${"12".repeat(20)}`;

export const somePayload: Payload = {
  intent: {
    kind: "transfer",
    to: someAddress,
    value: 5n,
    data: "0x",
    function: null,
    args: [],
    token: null,
    errors: [],
  },
  options: { speed: "standard", feeCeiling: null, gasLimit: null, feePayer: "chain", feeRatio: null, format: null },
};

/** A transaction as the store gives it, without authority: nobody has made its MACs. */
export function storedIn(
  changes: Partial<TransactionRecord> = {},
  attempts: readonly Attempt[] = [],
): StoredTransaction {
  const payload = changes.payload ?? somePayload;
  return {
    record: {
      id: "00000000-0000-7000-8000-000000000001",
      sender: { chain: "main", chainId: 1, address: someAddress },
      subject: "service:minter",
      payload,
      payloadText: toJson(payload),
      deadlineAt: null,
      idempotencyKey: null,
      reservations: [],
      reservationsText: "[]",
      macBranch: "",
      mac: "",
      state: "queued",
      isCancelRequested: false,
      isGivenUp: false,
      cancelMac: null,
      trouble: null,
      createdAt: 1_700_000_000_000,
      updatedAt: 1_700_000_000_000,
      ...changes,
    },
    attempts,
    mined: null,
  };
}

export function someAttempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    transactionId: "00000000-0000-7000-8000-000000000001",
    number: 1,
    nonce: 3,
    purpose: "send",
    raw: "0xabcd",
    hash: `0x${"34".repeat(32)}`,
    fee: { perGas: 2n, tip: 1n },
    gasLimit: 21_000n,
    maxFee: 42_000n,
    feePayer: null,
    signedAt: 1_700_000_000_001,
    sinceBlock: 7n,
    acceptedAt: null,
    isDead: false,
    mac: "",
    ...changes,
  };
}
