// The main job in under a minute: users log in, own wallets, send value and call a contract on a real EVM node.
//   npm run demo              a story to read
//   npm run demo -- --json    one JSON object
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAnvil } from "../test/harness/anvil.ts";
import { startKaiaNode } from "../test/kaia-node/index.ts";
import { guestBook } from "./contracts/guest-book.ts";
import { openBackend } from "./demo/backend.ts";
import { burst } from "./demo/burst.ts";
import { moveCollection } from "./demo/move-collection.ts";
import { payForUser } from "./demo/pay-for-user.ts";
import { createReport } from "./demo/report.ts";
import { startSecondProcess } from "./demo/start-second-process.ts";
import { storedWallet } from "./demo/stored-bytes.ts";

const json = process.argv.includes("--json");
const startMs = performance.now();
const { chapter, line, done, style } = createReport(json);
const users = ["alice", "bob", "carol", "dave", "erin"];
const chainId = 31_337;
const ether = 10n ** 18n;
const plural = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? "" : "s"}`;

const directory = await mkdtemp(join(tmpdir(), "latchkey-demo-"));
let stepMs = performance.now();
chapter("1. Two nodes, and a backend of two processes");
const [anvil, kaiaNode] = await Promise.all([startAnvil({ chainId }), startKaiaNode()]);
const nodes = { evm: anvil, kaia: kaiaNode };
done(`anvil, a real EVM node, answers on chain ${String(chainId)}`, stepMs);
done(`a Kaia node on an EVM of its own answers on chain ${String(kaiaNode.chainId)}`, stepMs);

try {
  stepMs = performance.now();
  const { latchkey, counts } = await openBackend(directory, nodes);
  const second = await startSecondProcess(directory, nodes, users);
  done("Latchkey is open in both: SQLite and a local root key, in a temporary directory", stepMs);

  chapter("2. Five users log in, at the same time, twice each, in both processes");
  stepMs = performance.now();
  const [elsewhere, ...wallets] = await Promise.all([
    second.login(),
    ...[...users, ...users].map((user) => latchkey.login(user)),
  ]);
  const walletsCreated = counts.walletsCreated + elsewhere.walletsCreated;
  done(`${String(4 * users.length)} logins made ${String(walletsCreated)} wallets`, stepMs);
  const here = Object.fromEntries(wallets.map((wallet) => [wallet.userId, wallet.accounts.local.address]));
  for (const user of users) {
    const same = here[user] === elsewhere.addresses[user];
    if (!same) throw new Error(`the two processes disagree on ${user}`);
    line(`${user.padEnd(6)} ${here[user] ?? ""}  ${style.dim("same in both")}`);
  }
  const onKaia = Object.fromEntries(wallets.map((wallet) => [wallet.userId, wallet.accounts.kaia.address]));
  line(style.dim(`and each has an address on Kaia, at Kaia's own path: alice ${onKaia["alice"] ?? ""}`));

  chapter("3. Alice pays Bob, and Bob signs a guest book");
  const [alice, bob] = await Promise.all([latchkey.login("alice"), latchkey.login("bob")]);
  await anvil.setBalance(alice.accounts.local.address, 10n * ether);
  const transactions: { hash: string; status: string }[] = [];
  const mined = async (what: string, sending: ReturnType<typeof alice.accounts.local.send>) => {
    const sinceMs = performance.now();
    const handle = await sending;
    const receipt = await handle.wait("mined");
    transactions.push({ hash: receipt.hash, status: receipt.status });
    done(`${what}: ${receipt.status} in block ${String(receipt.blockNumber)}`, sinceMs);
    line(style.dim(receipt.hash));
    return receipt;
  };
  await mined(
    "Alice sends Bob 2.5 ether",
    alice.accounts.local.send({ transfer: { to: bob.accounts.local.address, value: (25n * ether) / 10n } }),
  );
  line(`Bob has ${String(await bob.accounts.local.getBalance())} wei`);
  const deployed = await mined(
    "Alice deploys a guest book",
    alice.accounts.local.send({ deploy: { bytecode: guestBook.bytecode } }),
  );
  const book = { to: deployed.contractAddress ?? "", abi: guestBook.abi };
  await mined("Bob signs it", bob.accounts.local.send({ call: { ...book, function: "sign", args: ["Bob was here"] } }));
  line(`The book has ${String(await bob.accounts.local.read({ ...book, function: "count" }))} entry`);

  chapter("4. On Kaia, Carol has nothing and signs all the same: the shop pays the fee");
  const feeDelegated = await payForUser(latchkey, kaiaNode, { line, done, style });
  const chain = alice.accounts.local.adapter;
  const strangers = Array.from(
    { length: 20 },
    (_, index) => `0x${(0x5eed_0000 + index).toString(16).padStart(40, "0")}`,
  );
  const holders = [...users.map((user) => here[user] ?? ""), ...strangers, book.to];

  chapter(
    "5. A collection moves off its old contract: tickets of users, of strangers, and one owner that is a contract",
  );
  const move = await moveCollection(directory, anvil, chain, holders, book.to, { line, done, style });
  if (!move.verified) process.exitCode = 1;
  await latchkey.close();

  chapter("6. A burst of payments from two processes, one of them killed in the middle");
  const burstOutcome = await burst(directory, nodes, anvil, { line, done });
  if (burstOutcome.lost + burstOutcome.doubled > 0) process.exitCode = 1;

  chapter("7. A restart");
  stepMs = performance.now();
  const restarted = await (await startSecondProcess(directory, nodes, users)).login();
  for (const user of users)
    if (restarted.addresses[user] !== here[user]) throw new Error(`${user} has another address after the restart`);
  if (restarted.walletsCreated > 0 || restarted.wrappingKeyCalls > 0) throw new Error("the restart made something");
  done(`A new process shows the same ${String(users.length)} addresses, makes no wallet and asks for no key`, stepMs);

  chapter("8. What lies in the database");
  const { columns, envelopeBytes } = storedWallet(join(directory, "wallets.db"), "alice");
  for (const [name, value] of columns) line(`${name.padEnd(14)} ${style.dim(value)}`);
  line(
    `The envelope is ${String(envelopeBytes)} bytes of ciphertext in the AWS Encryption SDK's format; its key is wrapped by the root key.`,
  );

  const wrappingKeyCalls = counts.wrappingKeyCalls + elsewhere.wrappingKeyCalls + restarted.wrappingKeyCalls;
  const ms = Math.round(performance.now() - startMs);
  line("");
  line(
    `${String(users.length)} users, ${String(transactions.length + 2 + burstOutcome.once + move.transactions)} transactions, ${plural(wrappingKeyCalls, "call")} to the wrapping key, ${(ms / 1000).toFixed(1)} s.`,
  );
  if (json) {
    const result = {
      users: users.length,
      walletsCreated,
      addresses: here,
      transactions,
      wrappingKeyCalls,
      kaia: { addresses: onKaia, feeDelegated },
      move,
      burst: burstOutcome,
      ms,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
} finally {
  await Promise.all([anvil.stop(), kaiaNode.stop()]);
  await rm(directory, { recursive: true, force: true });
}
