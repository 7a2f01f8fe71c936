// Sends transfers from accounts of users that are there already, and works on them with whoever else does.
//   argv: JSON of SendMany
// Prints "ready" when it is open, sends when a line comes in, and ends at the next one, when each is final: backends stay, too.
import { createInterface } from "node:readline";
import { evm } from "../../../src/chains/evm/index.ts";
import { http, localRootKey, openLatchkey, sqlite } from "../../../src/index.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { isSendMany } from "../send-many.ts";

const given: unknown = JSON.parse(process.argv[2] ?? "");
if (!isSendMany(given)) throw new Error("it takes what it is to send");

const latchkey = await openLatchkey({
  chains: [evm({ name: "main", chainId: given.chainId, transport: http(given.rpcUrl) })],
  store: given.database.startsWith("postgres:") ? postgres(given.database) : sqlite(given.database),
  wrappingKey: localRootKey(given.rootKey),
});
const wallets = await Promise.all(given.userIds.map((userId) => latchkey.login(userId)));
latchkey.start();
// What both sides have at hand before the clock runs: ethers is loaded, and a fee was asked for.
await latchkey.chains.main.suggestFee();
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
process.stdout.write("ready\n");
await lines.next();

const handles = await Promise.all(
  wallets.flatMap((wallet, user) =>
    Array.from({ length: given.each }, (_, index) => {
      const value = BigInt(1 + given.first + index * given.step + user * 1_000_000);
      const idempotencyKey = given.hasKeys ? `pay-${String(user)}-${String(value)}` : undefined;
      return wallet.accounts.main.send(
        { transfer: { to: given.to, value } },
        { gasLimit: 21_000n, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
      );
    }),
  ),
);
await Promise.all(handles.map((handle) => handle.wait("final")));
await lines.next();
await latchkey.close();
process.exit(0);
