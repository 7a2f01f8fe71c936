import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Ethers } from "./ethers.ts";

type Interface = InstanceType<Ethers["Interface"]>;

const insufficient = /insufficient (?:funds|balance)|doesn't have enough funds|not enough (?:funds|balance)/i;
const known = /already known|known transaction|already imported|already exists|duplicate transaction/i;
const longestReason = 200;

/** What a node's refusal of a call, an estimate or a transaction means; other errors come back as they are. */
export function refusal(ethers: Ethers, error: unknown, contract: Interface | undefined): unknown {
  if (!isLatchkeyError(error, "ERR_RPC_REJECTED")) return error;
  const { rpcCode, rpcMessage, rpcData } = error.context;
  const text = String(rpcMessage);
  if (insufficient.test(text)) {
    return new LatchkeyError(
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
      "The account cannot pay value and fee. Nothing was sent; fund it first.",
      { cause: error },
    );
  }
  if (rpcCode !== 3 && !/revert/i.test(text)) return error;
  const reason = typeof rpcData === "string" && rpcData.length >= 10 ? reasonOf(ethers, rpcData, contract) : undefined;
  return new LatchkeyError(
    "ERR_CHAIN_REVERTED",
    `The contract refused the call${reason === undefined ? "" : `: ${reason}`}. Nothing was sent.`,
    { context: { reason: reason ?? null, rpcData: typeof rpcData === "string" ? rpcData : null }, cause: error },
  );
}

/** Whether a node refused bytes only because it has them. */
export function isKnownTransaction(error: unknown): boolean {
  return isLatchkeyError(error, "ERR_RPC_REJECTED") && known.test(String(error.context["rpcMessage"]));
}

/** `Error("text")`, `Panic(17)` or a custom error with its arguments, as the ABI names it. */
function reasonOf(ethers: Ethers, data: string, contract: Interface | undefined): string | undefined {
  try {
    const parsed = (contract ?? new ethers.Interface([])).parseError(data);
    if (parsed === null) return undefined;
    if (parsed.name === "Error" && parsed.args.length === 1) return plain(String(parsed.args[0]));
    return plain(`${parsed.name}(${parsed.args.map(String).join(", ")})`);
  } catch {
    // A contract may revert with anything, also with what only looks like an error.
    return undefined;
  }
}

function plain(text: string): string {
  return text
    .slice(0, 2 * longestReason)
    .replaceAll(/\p{C}+/gu, " ")
    .slice(0, longestReason);
}
