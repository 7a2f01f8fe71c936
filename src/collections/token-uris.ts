import { askAll } from "../chains/ethereum/ask-all.ts";
import { encodeRead } from "../chains/ethereum/encode-read.ts";
import { loadEthers } from "../chains/ethereum/ethers.ts";
import { isLatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import { isHex } from "../units/bytes.ts";

const uriAbi = ["function tokenURI(uint256 tokenId) view returns (string)"] as const;
/** Questions of one batch. */
const callsPerBatch = 50;

/**
 * The URIs of tokens at the node's latest block, in the order asked; null where the contract gives none, or gives what is no text.
 *
 * @throws `ERR_PEER_MISSING`; `ERR_RPC_*` the node could not be asked.
 */
export async function tokenUris(
  chain: ChainAdapter,
  contract: string,
  ids: readonly bigint[],
): Promise<readonly (string | null)[]> {
  const ethers = await loadEthers();
  const reads = ids.map((id) => encodeRead(ethers, { to: contract, abi: uriAbi, function: "tokenURI", args: [id] }));
  const uris: (string | null)[] = [];
  for (let start = 0; start < reads.length; start += callsPerBatch) {
    const some = reads.slice(start, start + callsPerBatch);
    const answers = await askAll(
      chain.transport,
      some.map(({ to, data }) => ({ method: "eth_call", params: [{ to, data }, "latest"] })),
    );
    for (const [index, answer] of answers.entries()) {
      const read = some[index];
      if (answer.status === "rejected" && !isRefusal(answer.reason)) throw answer.reason;
      uris.push(
        answer.status === "fulfilled" && read !== undefined && isHex(answer.value) ? textIn(read, answer.value) : null,
      );
    }
  }
  return uris;
}

/** The contract's own answer, as against the node's. */
function isRefusal(error: unknown): boolean {
  return isLatchkeyError(error) && (error.code === "ERR_RPC_REJECTED" || error.code === "ERR_CHAIN_REVERTED");
}

function textIn(read: ReturnType<typeof encodeRead>, answer: `0x${string}`): string | null {
  try {
    const text = read.decode(answer);
    return typeof text === "string" ? text : null;
  } catch {
    return null;
  }
}
