// What a backend writes without a library for it: keys in the clear, nonces counted in memory, gas and fees given, nothing stored.
//   argv: JSON of BareLoop
// Prints "ready", sends when a line comes in, prints "done" when a node has taken each.
import { createInterface } from "node:readline";
import { JsonRpcProvider, Network, Wallet } from "ethers";
import { isBareLoop } from "../send-many.ts";

const given: unknown = JSON.parse(process.argv[2] ?? "");
if (!isBareLoop(given)) throw new Error("it takes what it is to send");

const network = Network.from(given.chainId);
const provider = new JsonRpcProvider(given.rpcUrl, network, {
  staticNetwork: true,
  batchMaxCount: 1,
  cacheTimeout: -1,
});
const wallets = given.keys.map((key) => new Wallet(key, provider));
await provider.getBlockNumber();
process.stdout.write("ready\n");
await new Promise((resolve) => createInterface(process.stdin).once("line", resolve));

await Promise.all(
  wallets.map(async (wallet, user) => {
    let nonce = 0;
    const loop = async (): Promise<void> => {
      while (nonce < given.each) {
        const mine = nonce++;
        const raw = await wallet.signTransaction({
          type: 2,
          chainId: given.chainId,
          nonce: mine,
          to: given.to,
          value: BigInt(1 + mine + user * 1_000_000),
          gasLimit: 21_000n,
          maxFeePerGas: 3_000_000_000n,
          maxPriorityFeePerGas: 1_000_000_000n,
        });
        await provider.broadcastTransaction(raw);
      }
    };
    await Promise.all(Array.from({ length: given.inFlight }, loop));
  }),
);
process.stdout.write("done\n");
provider.destroy();
process.exit(0);
