import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { SingleFlight } from "../../units/single-flight.ts";

/** The chain that a node has to serve. */
export interface ConfiguredChain {
  readonly name: string;
  readonly chainId: number;
}

/**
 * Makes sure that a node serves the configured chain: asks until it has been found so once.
 *
 * @param ask - asks the node for its chain id.
 * @returns what to await before the node is used for anything; throws `ERR_CHAIN_ID_MISMATCH`, and what `ask` throws.
 */
export function identification({ name, chainId }: ConfiguredChain, ask: () => Promise<number>): () => Promise<void> {
  const flight = new SingleFlight<void>();
  let isIdentified = false;
  return async () => {
    if (isIdentified) return;
    await flight.do("", async () => {
      const served = await ask();
      if (served !== chainId) {
        throw new LatchkeyError(
          "ERR_CHAIN_ID_MISMATCH",
          `"${name}" is configured as chain ${String(chainId)}, but its node serves chain ${String(served)}. Nothing was signed or sent.`,
          { context: { chain: name, configured: chainId, served } },
        );
      }
      isIdentified = true;
    });
  };
}
