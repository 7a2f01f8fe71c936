/** Whose fault a JSON-RPC error is: the caller's request, the node, or the node's rate limit. */
export type Fault = "request" | "node" | "rate-limit";

// Texts of geth, Kaia, Erigon, Nethermind, Besu, anvil and the hosted providers; codes alone do not tell, since most use -32000 for everything.
const rateLimited =
  /rate limit|too many requests|request limit|limit exceeded|exceeded .*(?:capacity|quota|compute units|throughput)|quota|throttl/i;
const nodeTrouble =
  /header not found|missing trie node|unknown block|block not found|pruned|not synced|syncing|internal error|timed? ?out|temporarily|unavailable|overloaded|shutting down|connection|backend|upstream|no state|state .*not available/i;

/**
 * Classifies a JSON-RPC error object. In doubt it is the request's: repeating a request that was refused is the worse mistake.
 *
 * @param code - of the error object; -32005 is "limit exceeded" by EIP-1474.
 */
export function faultOf(code: number, message: string): Fault {
  if (code === 429 || code === -32005 || code === -32029 || rateLimited.test(message)) return "rate-limit";
  if (code === 3 || /revert/i.test(message)) return "request";
  // Internal error (JSON-RPC 2.0), resource not found and unavailable (EIP-1474).
  if (code === -32603 || code === -32001 || code === -32002 || nodeTrouble.test(message)) return "node";
  return "request";
}

const longestMessage = 300;

/** A node's text, fit for logs: bounded, on one line, without URLs, which may carry API keys. */
export function safeMessage(message: string): string {
  return message
    .slice(0, 4 * longestMessage)
    .replaceAll(/[a-z][a-z0-9+.-]*:\/\/\S+/gi, "[url]")
    .replaceAll(/\p{C}+/gu, " ")
    .slice(0, longestMessage);
}
