import type { Transport } from "../../ports/transport.ts";
import { isRefusal, type PinnedBlock } from "./pinned-block.ts";

/** Whether a node runs the code that a request puts at an address (the third parameter of `eth_call`). */
export type OverrideSupport =
  | { readonly isHonoured: true }
  | {
      readonly isHonoured: false;
      /** `ignored`: the node answered as if nothing had been put there. */
      readonly how: "refused" | "ignored";
      /** A sentence for reports. */
      readonly reason: string;
    };

// The last 20 bytes of keccak256("latchkey.inspection.probe").
const probed = "0x24e703ebf229d8aa3b99daed6c3f1292325bc04b";
/** "latchkey probe of code overrides". */
const word = "6c617463686b65792070726f6265206f6620636f6465206f7665727269646573";
/** PUSH32 word; PUSH1 0; MSTORE; PUSH1 32; PUSH1 0; RETURN. */
const code = `0x7f${word}60005260206000f3`;

/**
 * Asks the node to run code that answers with a word of ours: only that word shows that it did.
 *
 * @throws `ERR_RPC_*` the node could not be asked.
 */
export async function probeOverrides(transport: Transport, { tag }: PinnedBlock): Promise<OverrideSupport> {
  const params = [{ to: probed, data: "0x" }, tag, { [probed]: { code } }];
  try {
    const answer = await transport.request({ method: "eth_call", params });
    if (answer === `0x${word}`) return { isHonoured: true };
    return { isHonoured: false, how: "ignored", reason: "The node ignores code overrides of eth_call." };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const text = String(error.context["rpcMessage"] ?? "no reason given");
    return { isHonoured: false, how: "refused", reason: `The node refuses code overrides of eth_call: ${text}` };
  }
}
