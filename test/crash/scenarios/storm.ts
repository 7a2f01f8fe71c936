import { setTimeout } from "node:timers/promises";
import { Transaction } from "ethers";
import type { Latchkey } from "../../../src/index.ts";
import type { TransactionHandle } from "../../../src/transactions/handle.ts";
import { outside } from "../check.ts";
import { hex, type TestNode, transactionsOfBlock } from "../node.ts";
import type { Order } from "../orders.ts";
import { fast, fund, mainChain, place, type Scene, until } from "../scene.ts";
import type { Scenario } from "./scenario.ts";

const gwei = 10n ** 9n;
/** As long as for anything else that has to come about: a place that waits for ever keeps the others from their deaths. */
const patience = { timeoutMs: 20_000 };
const treasury = "service:treasury";

type Name = "stuck" | "cancelled" | "behind" | "tight" | "odd" | "gapped" | "displaced" | "looker" | "late";

function ordersOf({ orders }: Scene): Readonly<Record<Name, Order>> {
  return {
    stuck: orders.transfer("stuck", "user", 21n),
    cancelled: orders.transfer("cancelled", "user", 22n, { ends: ["success", "cancelled"] }),
    behind: orders.call("behind", "user"),
    tight: orders.transfer("tight", "tight", 25n, { options: { feeCeiling: 10n * gwei } }),
    odd: orders.transfer("odd", "odd", 26n, { ends: ["success", "failed ERR_RPC_REJECTED"] }),
    gapped: orders.transfer("gapped", treasury, 23n),
    displaced: orders.transfer("displaced", treasury, 24n),
    looker: orders.transfer("looker", "user", 28n),
    late: orders.transfer("late", treasury, 27n),
  };
}

/** A chain that mines when it is told to, forgets blocks, and gets dear; and somebody else with the same key. */
export const storm: Scenario = {
  name: "storm",
  chain: "anvil",
  needsBlocks: true,
  funded: ["user", "tight", "odd", treasury],
  orders: (scene) => Object.values(ordersOf(scene)),
  options: ({ node, faults }) => ({
    chains: [mainChain(node, { ...fast, finality: { kind: "depth", blocks: 2 } }, faults)],
    worker: "manual",
  }),

  run: async (scene) => {
    const { node, meet } = scene;
    scene.faults.refuseValue = 26n;
    const latchkey = await scene.open();
    await fund(latchkey, scene, storm.funded);
    latchkey.start();
    await meet(() => node.request("evm_setAutomine", false));
    await dearAndForgetful(latchkey, scene);
    await gap(latchkey, scene);
    await displacement(latchkey, scene);
    await usedLongAgo(latchkey, scene);
    await latchkey.close();
  },
};

async function dearAndForgetful(latchkey: Latchkey<"main">, scene: Scene): Promise<void> {
  const { node, meet } = scene;
  const orders = ordersOf(scene);
  const stuck = await place(latchkey, scene, orders.stuck);
  const cancelled = await place(latchkey, scene, orders.cancelled);
  const behind = await place(latchkey, scene, orders.behind);
  const tight = await place(latchkey, scene, orders.tight);
  const odd = await place(latchkey, scene, orders.odd);
  for (const handle of [stuck, cancelled, behind, tight]) await handle.wait("broadcast", patience);
  // A limit that came after the first signature is counted at the next.
  await latchkey.policy.setRules({ user: "user" }, [
    { name: "late", limit: { value: 10n ** 18n, windowMs: 60_000, per: "user" } },
  ]);
  await meet(async () => {
    await node.request("anvil_setNextBlockBaseFeePerGas", hex(50n * gwei));
    await node.mine(1);
  });
  await cancelled.cancel();
  // Signed is not enough: the block that is mined next is to have them.
  await until("more is offered for what is stuck", async () =>
    (await stuck.status()).attempts.some(({ acceptedAt }, index) => index > 0 && acceptedAt !== null),
  );
  await until("the cancel is taken", async () =>
    (await cancelled.status()).attempts.some(({ purpose, acceptedAt }) => purpose === "cancel" && acceptedAt !== null),
  );
  await until("nothing more is offered under a ceiling", async () => (await tight.status()).error !== null);
  await until("what nobody takes is given up", async () => (await odd.status()).attempts.length > 1);
  await meet(async () => {
    calmFrom.set(node, await heightOf(node));
    await node.request("anvil_setNextBlockBaseFeePerGas", hex(gwei));
    await node.mine(1);
  });
  await until("what was stuck is mined", async () => {
    const states = await Promise.all([stuck, behind].map(async (handle) => (await handle.status()).state));
    return states.every((state) => state === "mined" || state === "final") || (await mineOnceMore(node));
  });
  const before = (await stuck.status()).receipt?.blockHash;
  await meet(() => moveLastBlock(node));
  await until("it is in the block that came instead", async () => {
    const { receipt } = await stuck.status();
    return receipt !== null && receipt.blockHash !== before;
  });
  await meet(() => node.request("anvil_reorg", 2, []));
  await until("what left the chain is sent again", async () => (await stuck.status()).receipt === null);
  await ends(scene, [stuck, cancelled, behind, tight, odd]);
}

/** How high the chain was when it got cheap again. */
const calmFrom = new WeakMap<TestNode, number>();
/** When a block was mined for what the one before had not. */
const minedAgain = new WeakMap<TestNode, number>();

/** Anvil now and then loses track of a transaction that replaced another until it is sent again: one block more has it. Says false. */
async function mineOnceMore(node: TestNode): Promise<false> {
  const now = performance.now();
  const since = minedAgain.get(node);
  if (since === undefined) minedAgain.set(node, now);
  else if (now - since > 3_000 && since > 0) {
    minedAgain.set(node, 0);
    await node.mine(1);
  }
  return false;
}

/** Other blocks, and one in all, have what was mined since it got cheap. */
async function moveLastBlock(node: TestNode): Promise<void> {
  const head = await heightOf(node);
  const depth = head - (calmFrom.get(node) ?? head - 1);
  const raws: unknown[] = [];
  for (let height = head - depth + 1; height <= head; height += 1)
    for (const hash of await transactionsOfBlock(node, height))
      raws.push(await node.request("eth_getRawTransactionByHash", hash));
  await node.request(
    "anvil_reorg",
    depth,
    raws.map((raw) => [raw, 0]),
  );
  await node.mine(1);
}

async function heightOf(node: TestNode): Promise<number> {
  return Number(await node.request("eth_blockNumber"));
}

/** What somebody else sent before is dropped: a nonce that nobody uses. */
async function gap(latchkey: Latchkey<"main">, scene: Scene): Promise<void> {
  const { node } = scene;
  const foreign = await sendOutside(scene, gwei * 3n);
  const gapped = await place(latchkey, scene, ordersOf(scene).gapped);
  await gapped.wait("broadcast", patience);
  await node.request("anvil_dropTransaction", foreign);
  await until("the gap is filled", async () =>
    (await latchkey.transactions.list()).transactions.some(
      ({ intent, attempts }) => intent.kind === "cancel" && attempts.some(({ acceptedAt }) => acceptedAt !== null),
    ),
  );
  await ends(scene, [gapped]);
}

/** Somebody else's transaction takes the nonce. */
async function displacement(latchkey: Latchkey<"main">, scene: Scene): Promise<void> {
  const { node, meet } = scene;
  const displaced = await place(latchkey, scene, ordersOf(scene).displaced);
  const { nonce } = await displaced.wait("broadcast", patience);
  await sendOutside(scene, gwei * 40n, nonce);
  await meet(() => Promise.resolve());
  await untilMining(node, "it has another nonce", async () => {
    const { nonce: now } = await displaced.status();
    return now !== null && now !== nonce;
  });
  await ends(scene, [displaced]);
}

/** The node says that a nonce is free which was used long ago. */
async function usedLongAgo(latchkey: Latchkey<"main">, scene: Scene): Promise<void> {
  const { node, meet, faults, treasury: wallet } = scene;
  await sendOutside(scene, gwei * 3n);
  await meet(() => node.mine(80));
  // Whose lane lets the worker see how high the chain is.
  const looker = await place(latchkey, scene, ordersOf(scene).looker);
  await looker.wait("broadcast", patience);
  await setTimeout(3 * fast.pollMs);
  faults.isBehind = wallet.address;
  const late = await place(latchkey, scene, ordersOf(scene).late);
  await until("it is signed", async () => (await late.status()).nonce !== null);
  const { nonce } = await late.status();
  delete faults.isBehind;
  await meet(() => Promise.resolve());
  await untilMining(node, "it has another nonce", async () => {
    const { nonce: now } = await late.status();
    return now !== null && now !== nonce;
  });
  await ends(scene, [late, looker]);
}

/** Mines until all have ended, once nobody minds; afterwards the others' have ended as well. */
async function ends({ node, meet }: Scene, handles: readonly TransactionHandle[]): Promise<void> {
  await meet(() => Promise.resolve());
  await untilMining(node, "all have ended", async () => {
    const statuses = await Promise.all(handles.map((handle) => handle.status()));
    return statuses.every(({ state }) => ["final", "failed", "cancelled"].includes(state));
  });
  await meet(() => Promise.resolve());
}

async function untilMining(node: TestNode, what: string, look: () => Promise<boolean>): Promise<void> {
  await until(what, async () => {
    await node.mine(1);
    return await look();
  });
}

/** By the treasury's key, past Latchkey. */
async function sendOutside({ node, treasury: wallet }: Scene, fee: bigint, given?: number): Promise<string> {
  const nonce = given ?? Number(await node.request("eth_getTransactionCount", wallet.address, "pending"));
  const price = { type: 2, maxFeePerGas: fee, maxPriorityFeePerGas: fee };
  const { chainId } = node;
  const transaction = Transaction.from({ to: outside, value: 1n, nonce, gasLimit: 21_000n, chainId, ...price });
  return String(await node.request("eth_sendRawTransaction", await wallet.signTransaction(transaction)));
}
