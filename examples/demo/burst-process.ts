// A server of the demo's backend with payments to make: asks for each once, says so, waits until all are in blocks that stay, and says
// "done". Started again it asks for all of them once more: by their keys they are the same payments.
import { openBackend } from "./backend.ts";
import { burstUsers, payee, payments } from "./burst-payments.ts";

const [directory = "", evmUrl = "", evmChainId = "", kaiaUrl = "", kaiaChainId = "", name = ""] = process.argv.slice(2);
const { latchkey } = await openBackend(directory, {
  evm: { url: evmUrl, chainId: Number(evmChainId) },
  kaia: { url: kaiaUrl, chainId: Number(kaiaChainId) },
});
try {
  const wallets = await Promise.all(burstUsers.map((user) => latchkey.login(user)));
  const handles = [];
  for (const [index, { key, value }] of payments(name).entries()) {
    const account = wallets[index % wallets.length]?.accounts.local;
    if (account === undefined) throw new Error("nobody pays");
    const handle = await account.send({ transfer: { to: payee, value } }, { idempotencyKey: key });
    handles.push(handle);
    process.stdout.write(`asked for ${key}\n`);
    // Not all in one go: whoever is killed has some on the chain, some with the node and some in the queue.
    if (index % 5 === 4) await handle.wait("broadcast");
  }
  await Promise.all(handles.map((handle) => handle.wait("final")));
  process.stdout.write("done\n");
} finally {
  await latchkey.close();
}
