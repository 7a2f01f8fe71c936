import { expect } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { http } from "../../../src/index.ts";
import type { NodeFault } from "./faulty-node.ts";
import { mainChain, openObserved, type World } from "./world.ts";

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
    await observed.provoke(code, `node: ${fault.kind} on a send`, () => account.send(transfer));
  }

  node.setFault({ kind: "error", code: -32000, message: "intrinsic gas too low: $" }, "eth_sendRawTransaction");
  await observed.provoke("ERR_RPC_REJECTED", "a refused broadcast", () => account.send(transfer));
  node.setFault({ kind: "result", result: null }, "eth_getTransactionReceipt");
  const handle = await account.send(transfer);
  await observed.provoke("ERR_CHAIN_RECEIPT_TIMEOUT", "no receipt", () => handle.wait("mined", { timeoutMs: 1 }));
  node.setFault({ kind: "result", result: { transactionHash: "$", blockHash: "$" } }, "eth_getTransactionReceipt");
  await observed.provoke("ERR_RPC_BAD_RESPONSE", "an odd receipt", () => handle.wait("mined", { timeoutMs: 100 }));
  node.setFault();

  await observed.provoke("ERR_CHAIN_INSUFFICIENT_FUNDS", "too much", () =>
    account.send({ transfer: { to: nobody, value: 10n ** 30n } }),
  );
  const deployed = await account.send({ deploy: { bytecode: guestBook.bytecode } });
  const to = (await deployed.wait("mined")).contractAddress ?? expect.fail("no contract");
  const call = { to, abi: guestBook.abi, function: "entries", args: [99n] };
  await observed.provoke("ERR_CHAIN_REVERTED", "a reverting read", () => account.read(call));
  await observed.provoke("ERR_CHAIN_REVERTED", "a reverting send", () => account.send({ call }));
  // Nobody knows what became of it, so that nothing else can be sent from this account.
  const doubtful = (await latchkey.login("carol")).accounts.main;
  await anvil.setBalance(doubtful.address, 10n ** 20n);
  node.setFault({ kind: "cut" }, "eth_sendRawTransaction");
  await observed.provoke("ERR_RPC_UNREACHABLE", "no answer to a broadcast", () => doubtful.send(transfer));
  node.setFault();
  await latchkey.close();

  for (const [code, changes] of [
    ["ERR_CHAIN_ID_MISMATCH", { chainId: 5 }],
    ["ERR_CHAIN_FEE_TOO_HIGH", { maxFeePerGas: 1n }],
    ["ERR_RPC_UNREACHABLE", { transport: http(node.url.replace(/:\d+\//, ":9/")) }],
    ["ERR_RPC_TIMEOUT", { transport: http({ url: node.url, headers: node.headers, timeoutMs: 100 }) }],
  ] as const) {
    node.setFault(code === "ERR_RPC_TIMEOUT" ? { kind: "hang" } : undefined);
    const other = await openObserved(world, { chains: [mainChain(world, changes)] });
    const wallet = await other.login("bob");
    await observed.provoke(code, "another chain's options", () => wallet.accounts.main.send(transfer));
    await other.close();
  }
  node.setFault();
}
