/** Whose fault a JSON-RPC error is: the caller's request, the node, or the node's rate limit. */
export type Fault = "request" | "node" | "rate-limit";

// Texts of geth, Kaia, Erigon, Nethermind, Besu, anvil and the hosted providers; codes alone do not tell, since most use -32000
// for everything, and some -32603.

/** What a node says of the transaction or the query itself. */
const refused = anyOf(
  /nonce (?:is )?too (?:low|high)|old ?nonce|nonce ?gap|same nonce/,
  /insufficient ?(?:funds|balance)|(?:doesn't|does not) have enough funds|not enough (?:funds|balance)|upfront cost exceeds/,
  /already ?(?:known|imported|exists|reserved|in (?:the )?mempool)|existing tx|\bknown transaction|duplicate transaction|underpriced|fee ?too ?low|account limit exceeded/,
  /intrinsic gas|out of gas|vm (?:execution )?error|vm exception|gas required exceeds|gas ?limit ?(?:exceed|reached|too)|exceeds (?:block|the) gas limit|configured cap/,
  /invalid (?:sender|signature|chain ?id|opcode|transaction)|oversized data/,
  /more than \d+ results|block range/,
);
const rateLimited = anyOf(
  /rate.?limit|too many requests?|throttl|quota/,
  /\b(?:requests?|rps|calls?|credits?|usage|plan) limit|(?<!\b(?:gas|size|range) )limit exceeded/,
  /exceeded .*(?:capacity|compute units|throughput)|request (?:count|rate) exceeded/,
);
const nodeTrouble = anyOf(
  /(?:header|block) (?:not found|does not exist)|missing trie node|unknown block|no state|state .*not available|prun(?:ed|ing)/,
  /(?:pool|mempool) is full|not synced|syncing|sync is still in progress|indexing is in progress|database/,
  /internal (?:server )?error|handler crashed|time(?:d|-)? ?out|deadline exceeded|temporarily|unavailable|overloaded|\bbusy\b|shutting down/,
  /connection|backend|upstream|gateway/,
);

/** EIP-1474 "limit exceeded", and what hosted providers use beside it. */
const rateLimitCodes = new Set([429, -32005, -32029]);
/** Parse error, invalid request, unknown method, invalid params: JSON-RPC 2.0, section 5.1. */
const requestCodes = new Set([-32700, -32600, -32601, -32602]);
/** Internal error (JSON-RPC 2.0); resource not found and unavailable (EIP-1474). */
const nodeCodes = new Set([-32603, -32001, -32002]);

/**
 * Classifies a JSON-RPC error object. In doubt it is the request's: repeating a request that was refused is the worse mistake.
 *
 * @param code - 3 is a revert with data; the contract chooses the text then, so nothing is read into it.
 */
export function faultOf(code: number, message: string): Fault {
  if (code === 3 || /\brevert/i.test(message) || refused.test(message)) return "request";
  if (rateLimitCodes.has(code) || rateLimited.test(message)) return "rate-limit";
  if (requestCodes.has(code)) return "request";
  return nodeCodes.has(code) || nodeTrouble.test(message) ? "node" : "request";
}

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map((pattern) => pattern.source).join("|"), "i");
}
