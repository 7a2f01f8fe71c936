import { randomUUID } from "node:crypto";
import { expect, vi } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { http } from "../../../src/index.ts";
import type { NodeFault } from "./faulty-node.ts";
import { heldBy, loggedOf, mainChain, openObserved, type World } from "./world.ts";

const nobody = "0x000000000000000000000000000000000000dEaD";

/** What a node can do on each request, quoting what it was shown wherever it may. */
const faults: readonly (readonly [code: string, fault: NodeFault])[] = [
  ["ERR_RPC_UNREACHABLE", { kind: "cut" }],
  ["ERR_RPC_BAD_RESPONSE", { kind: "http", status: 200, body: "<html>$</html>" }],
  ["ERR_RPC_BAD_RESPONSE", { kind: "http", status: 401, body: "Invalid key: $" }],
  ["ERR_RPC_BAD_RESPONSE", { kind: "http", status: 302, body: "$", headers: { location: "$" } }],
  ["ERR_RPC_BAD_RESPONSE", { kind: "http", status: 200, body: "$".repeat(200) }],
  ["ERR_RPC_NODE_FAULT", { kind: "http", status: 503, body: "$" }],
  ["ERR_RPC_RATE_LIMITED", { kind: "http", status: 429, body: "$", headers: { "retry-after": "1" } }],
  ["ERR_RPC_NODE_FAULT", { kind: "error", code: -32603, message: "internal error: $" }],
  ["ERR_RPC_RATE_LIMITED", { kind: "error", code: -32005, message: "limit exceeded for $" }],
  ["ERR_RPC_REJECTED", { kind: "error", code: -32000, message: "invalid api key $" }],
  ["ERR_RPC_REJECTED", { kind: "error", code: -32000, message: `${"x".repeat(280)}$` }],
  ["ERR_RPC_REJECTED", { kind: "error", code: -32000, message: `${"x ".repeat(590)}$` }],
  ["ERR_RPC_BAD_RESPONSE", { kind: "result", result: "$" }],
];

export async function breakNode(world: World): Promise<void> {
  const { observed, node, anvil } = world;
  const transport = http({ url: node.url, headers: node.headers, timeoutMs: 5_000, maxResponseBytes: 20_000 });
  const chain = mainChain(world, { transport });
  const latchkey = await openObserved(world, { chains: [chain] });
  const account = (await latchkey.login("bob")).accounts.main;
  observed.add("object transport", transport);
  await anvil.setBalance(account.address, 10n ** 20n);

  const transfer = { transfer: { to: nobody, value: 1n } };
  for (const [code, fault] of faults) {
    node.setFault(fault);
    await observed.provoke(code, `node: ${fault.kind} on a balance`, () => account.getBalance());
    await observed.provoke(code, `node: ${fault.kind} on a read`, () =>
      account.read({ to: nobody, abi: guestBook.abi, function: "count" }),
    );
    await observed.provoke(code, `node: ${fault.kind} on a transaction`, () =>
      account.adapter.prepare(transfer, account.address),
    );
    // A user for each: whoever was held up before waits longer.
    const { main: held } = (await latchkey.login(`held ${randomUUID()}`)).accounts;
    const waiting = await held.send(transfer);
    await loggedOf(observed, code, held.address);
    await waiting.cancel();
    observed.add("status of a transaction", await waiting.status());
  }

  node.setFault({ kind: "error", code: -32000, message: "intrinsic gas too low: $" }, "eth_sendRawTransaction");
  const refused = await account.send(transfer);
  await heldBy(observed, "ERR_RPC_REJECTED", refused);
  // Refused three times, it is given up: another transaction frees its nonce.
  const isGivenUp = async () => {
    expect((await refused.status()).attempts).toContainEqual(expect.objectContaining({ purpose: "cancel" }));
  };
  await vi.waitFor(isGivenUp, { timeout: 10_000 });
  node.setFault();
  await observed.provoke("ERR_RPC_REJECTED", "a refused broadcast", () => refused.wait("final"));

  node.setFault({ kind: "result", result: null }, "eth_getTransactionReceipt");
  const handle = await account.send(transfer);
  const { hash } = await handle.wait("broadcast");
  const { adapter } = account;
  await observed.provoke("ERR_CHAIN_RECEIPT_TIMEOUT", "no receipt", () =>
    adapter.waitForReceipt(hash, { timeoutMs: 1 }),
  );
  await observed.provoke("ERR_TRANSACTION_WAIT_TIMEOUT", "no receipt", () => handle.wait("mined", { timeoutMs: 200 }));
  node.setFault({ kind: "result", result: { transactionHash: "$", blockHash: "$" } }, "eth_getTransactionReceipt");
  await observed.provoke("ERR_RPC_BAD_RESPONSE", "an odd receipt", () =>
    adapter.waitForReceipt(hash, { timeoutMs: 100 }),
  );
  node.setFault();
  await handle.wait("final");

  await observed.provoke("ERR_CHAIN_INSUFFICIENT_FUNDS", "too much", async () =>
    (await account.send({ transfer: { to: nobody, value: 10n ** 30n } })).wait("broadcast"),
  );
  const deployed = await account.send({ deploy: { bytecode: guestBook.bytecode } });
  const to = (await deployed.wait("mined")).contractAddress ?? expect.fail("no contract");
  const call = { to, abi: guestBook.abi, function: "entries", args: [99n] };
  await observed.provoke("ERR_CHAIN_REVERTED", "a reverting read", () => account.read(call));
  await observed.provoke("ERR_CHAIN_REVERTED", "a reverting send", async () =>
    (await account.send({ call })).wait("broadcast"),
  );
  // Nobody knows what became of it: the same bytes are sent again.
  const doubtful = (await latchkey.login("carol")).accounts.main;
  await anvil.setBalance(doubtful.address, 10n ** 20n);
  node.setFault({ kind: "cut" }, "eth_sendRawTransaction");
  const unanswered = await doubtful.send(transfer);
  await heldBy(observed, "ERR_RPC_UNREACHABLE", unanswered);
  node.setFault();
  observed.add("object transaction", await unanswered.wait("final"), await unanswered.status());
  await latchkey.close();
  await lieAboutNonces(world);

  for (const [code, changes] of [
    ["ERR_CHAIN_ID_MISMATCH", { chainId: 5 }],
    ["ERR_CHAIN_FEE_TOO_HIGH", { maxFeePerGas: 1n }],
    ["ERR_RPC_UNREACHABLE", { transport: http(node.url.replace(/:\d+\//, ":9/")) }],
    ["ERR_RPC_TIMEOUT", { transport: http({ url: node.url, headers: node.headers, timeoutMs: 100 }) }],
  ] as const) {
    node.setFault(code === "ERR_RPC_TIMEOUT" ? { kind: "hang" } : undefined);
    const other = await openObserved(world, { chains: [mainChain(world, changes)] });
    const wallet = await other.login("bob");
    await observed.provoke(code, "another chain's options", () =>
      other.chains.main.prepare(transfer, wallet.accounts.main.address),
    );
    await other.close();
  }
  node.setFault();
}

/** A node that says that the sender has sent far more than anybody could have. */
async function lieAboutNonces(world: World): Promise<void> {
  const { observed, node, anvil } = world;
  const latchkey = await openObserved(world, { chains: [mainChain(world)] });
  const { main: account } = (await latchkey.login("carol")).accounts;
  await anvil.setBalance(account.address, 10n ** 20n);
  await (await account.send({ transfer: { to: nobody, value: 1n } })).wait("final");
  await latchkey.close();
  const lied = await openObserved(world, { chains: [mainChain(world)] });
  node.setFault({ kind: "result", result: "0xfffff" }, "eth_getTransactionCount");
  const handle = await (await lied.login("carol")).accounts.main.send({ transfer: { to: nobody, value: 1n } });
  await loggedOf(observed, "ERR_TRANSACTION_NONCE_IMPLAUSIBLE", account.address);
  node.setFault();
  observed.add("status of a transaction", await handle.status(), await handle.wait("final"));
  await lied.close();
}
