// The other server of the demo's backend: opens Latchkey, says "ready", waits for a line, logs the same users in and prints
// what it saw as JSON.
import { once } from "node:events";
import { openBackend } from "./backend.ts";

const [directory = "", evmUrl = "", evmChainId = "", kaiaUrl = "", kaiaChainId = "", ...users] = process.argv.slice(2);
const { latchkey, counts } = await openBackend(directory, {
  evm: { url: evmUrl, chainId: Number(evmChainId) },
  kaia: { url: kaiaUrl, chainId: Number(kaiaChainId) },
});
try {
  process.stdout.write("ready\n");
  await once(process.stdin, "data");
  // Each user twice at once, as when somebody presses the button again.
  const wallets = await Promise.all([...users, ...users].map((user) => latchkey.login(user)));
  const addresses = Object.fromEntries(wallets.map((wallet) => [wallet.userId, wallet.accounts.local.address]));
  process.stdout.write(JSON.stringify({ addresses, ...counts }));
} finally {
  await latchkey.close();
  process.stdin.destroy();
}
