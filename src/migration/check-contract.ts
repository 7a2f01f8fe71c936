import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import { readNew } from "./ask-chain.ts";
import type { RunIdentity } from "./run-folder.ts";
import type { PlanResult } from "./types.ts";

/**
 * Whether the contract at an address is the one that the plan describes, by what it says of itself.
 *
 * @throws `ERR_MIGRATION_NEW_UNSUITABLE`; `ERR_RPC_*`.
 */
export async function checkContract(
  chain: ChainAdapter,
  address: string,
  { oldChainId, oldContract }: RunIdentity,
  plan: Pick<PlanResult, "root" | "count" | "compareWithOld" | "baseURI" | "uriSuffix">,
): Promise<void> {
  const code = await chain.transport.request({ method: "eth_getCode", params: [address, "latest"] });
  if (code === "0x") throw unsuitable(address, "has no code");
  const expected = {
    root: plan.root,
    committedCount: BigInt(plan.count),
    oldChainId: BigInt(oldChainId),
    oldContract,
    compareWithOld: plan.compareWithOld,
  } as const;
  for (const view of ["root", "committedCount", "oldChainId", "oldContract", "compareWithOld"] as const) {
    const found = await readNew(chain, address, view).catch((error: unknown) => notTold(error, address, view));
    if (String(found).toLowerCase() !== String(expected[view])) throw unsuitable(address, `has another ${view}`, view);
  }
}

/** @param what - follows "The contract". */
export function unsuitable(address: string, what: string, view?: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_NEW_UNSUITABLE",
    `The contract at ${address} ${what}. Nothing was sent to it; look whether it is the one that this run deployed.`,
    { context: { address, ...(view === undefined ? {} : { view }) } },
  );
}

/** A contract of another kind refuses, or answers with something else; a node that is in trouble is no contract's fault. */
function notTold(error: unknown, address: string, view: string): never {
  if (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_CHAIN_"))
    throw unsuitable(address, `does not say its ${view}`, view);
  throw error;
}
