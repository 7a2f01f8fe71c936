import type { MetricDeclaration } from "../ports/meter.ts";

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const declared = {
  logins: {
    name: "latchkey_logins_total",
    kind: "counter",
    help: "Logins by outcome.",
    labels: ["outcome"], // created | existing | failed
  },
  loginSeconds: {
    name: "latchkey_login_duration_seconds",
    kind: "histogram",
    help: "Time from login() to its answer.",
    labels: ["outcome"],
    buckets: latencyBuckets,
  },
  walletsExtended: {
    name: "latchkey_wallets_extended_total",
    kind: "counter",
    help: "Existing wallets that were given an account of a newly configured scheme.",
    labels: ["scheme"],
  },
  wrappingKeyCalls: {
    name: "latchkey_wrapping_key_calls_total",
    kind: "counter",
    help: "Calls to the wrapping key (KMS or local) by operation and outcome.",
    labels: ["operation", "outcome"], // wrap | unwrap; ok | an error code
  },
  wrappingKeySeconds: {
    name: "latchkey_wrapping_key_call_duration_seconds",
    kind: "histogram",
    help: "Duration of calls to the wrapping key, retries included.",
    labels: ["operation"],
    buckets: latencyBuckets,
  },
  branchKeyEvictions: {
    name: "latchkey_branch_key_evictions_total",
    kind: "counter",
    help: "Branch keys wiped from memory.",
    labels: ["reason"], // ttl | uses | capacity | close
  },
  signatures: {
    name: "latchkey_signatures_total",
    kind: "counter",
    help: "Signatures by scheme and outcome.",
    labels: ["scheme", "outcome"], // ok | an error code
  },
  transactionsQueued: {
    name: "latchkey_transactions_queued_total",
    kind: "counter",
    help: "Intents that were stored, by chain.",
    labels: ["chain"],
  },
  transactionsSent: {
    name: "latchkey_transactions_sent_total",
    kind: "counter",
    help: "Signed transactions handed to a node, by chain and by what it said.",
    // accepted | unknown | nonce-too-low | underpriced | pool-full | insufficient-funds | nonce-gap | delegated-limit | rate-limited | other
    labels: ["chain", "outcome"],
  },
  transactionsReplaced: {
    name: "latchkey_transactions_replaced_total",
    kind: "counter",
    help: "Further attempts at a nonce: more offered for the intent, or nothing in its place.",
    labels: ["chain", "operation"], // send | cancel
  },
  transactionsEnded: {
    name: "latchkey_transactions_ended_total",
    kind: "counter",
    help: "What became of transactions; those reorganised or displaced go on.",
    labels: ["chain", "outcome"], // success | reverted | failed | cancelled | reorganised | displaced | an error code
  },
  transactionTroubles: {
    name: "latchkey_transaction_troubles_total",
    kind: "counter",
    help: "What held up a sender's transactions, by error code.",
    labels: ["chain", "reason"],
  },
  nonceGapsFilled: {
    name: "latchkey_nonce_gaps_filled_total",
    kind: "counter",
    help: "Nonces that nobody had sent a transaction for, filled with one that does nothing.",
    labels: ["chain"],
  },
  webhookAttempts: {
    name: "latchkey_webhook_attempts_total",
    kind: "counter",
    help: "Attempts to deliver an event to a webhook endpoint, by outcome.",
    labels: ["outcome"], // delivered | retried | failed | gone | abandoned | tampered
  },
  workerTroubles: {
    name: "latchkey_worker_troubles_total",
    kind: "counter",
    help: "Looks of an outbox worker that failed, by what it looked at and error code.",
    labels: ["operation", "reason"], // beat | scan | look | leave; an error code
  },
} satisfies Record<string, MetricDeclaration>;

/** Every metric of Latchkey. Exporters, dashboards and alert rules are made from this list and from nothing else. */
export const metrics: { readonly [Name in keyof typeof declared]: MetricDeclaration } = declared;
