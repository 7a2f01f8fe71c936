import { kaia } from "../../../src/chains/kaia/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { Turns } from "../../../src/units/turns.ts";
import type { RealNode } from "../../chains/kaia/real-node.ts";
import { assemble, signerOf } from "../../chains/kaia/scene.ts";

/**
 * The node that the environment names: KAIA_RPC_URL, and KAIA_FUNDED_KEY, the private key in hex of an account with some
 * 200 KAIA there. The key is never printed.
 */
const url = process.env["KAIA_RPC_URL"];
const key = process.env["KAIA_FUNDED_KEY"]?.replace(/^0x/, "");

/** Why nothing is run; undefined where it can be. */
export const skipped =
  url === undefined
    ? "KAIA_RPC_URL is not set: give it a Kaia node's URL, and KAIA_FUNDED_KEY the key of an account with money there."
    : key === undefined || !/^[0-9a-f]{64}$/i.test(key)
      ? "KAIA_FUNDED_KEY is not set, or is not 32 bytes in hex: it is the private key of an account with money on KAIA_RPC_URL."
      : undefined;

export async function liveNode(): Promise<RealNode> {
  if (url === undefined || key === undefined) throw new Error("there is no node to run on");
  const transport = http(url);
  const chainId = Number(await transport.request({ method: "kaia_chainID", params: [] }));
  const chain = kaia({ name: "live", chainId, transport });
  // One after another: each asks the node for the next nonce.
  const turns = new Turns();
  const funded = signerOf(key);
  return {
    url,
    chainId,
    fund: (address, kei) =>
      turns.take("", async () => {
        const signed = await assemble(
          await chain.prepare({ transfer: { to: address, value: kei } }, funded.address),
          key,
        );
        await chain.broadcast(signed);
        await chain.waitForReceipt(signed.hash);
      }),
    stop: () => chain.close(),
  };
}
