import { Wallet } from "ethers";
import { isRecord } from "../../scripts/guards.ts";
import type { Deployer, Node } from "../inspection/collections.ts";

/** Above what any of the nodes asks. */
const gasPrice = 100n * 10n ** 9n;
// For tests alone: the digits of a well-known constant.
const key = `0x${"31415926".repeat(8)}`;

/** Deploys with transactions signed here, for a node that signs for nobody. The account needs money first. */
export function signingDeployer(node: Node): Deployer {
  const wallet = new Wallet(key);
  async function mined(transaction: { readonly to?: string; readonly data: string }): Promise<string> {
    const chainId = BigInt(String(await node.request("eth_chainId")));
    const nonce = Number(await node.request("eth_getTransactionCount", wallet.address, "latest"));
    const bytes = await wallet.signTransaction({
      ...transaction,
      chainId,
      nonce,
      gasPrice,
      gasLimit: 10_000_000n,
      type: 0,
    });
    const hash = await node.request("eth_sendRawTransaction", bytes);
    for (;;) {
      const receipt = await node.request("eth_getTransactionReceipt", hash);
      if (!isRecord(receipt)) continue;
      if (receipt["status"] !== "0x1") throw new Error(`Reverted: ${transaction.data.slice(0, 100)}`);
      return String(receipt["contractAddress"]);
    }
  }
  return {
    address: wallet.address,
    deploy: (data) => mined({ data }),
    send: async (to, data) => {
      await mined({ to, data });
    },
  };
}
