import { isLatchkeyError, type Latchkey } from "../../src/index.ts";
import { checkPlace } from "./check.ts";
import type { Job } from "./job.ts";
import { hex, sentSince, type SentTransaction, type TestNode } from "./node.ts";
import type { Order, Outcome } from "./orders.ts";
import { fund, place, type Scene, sceneOf } from "./scene.ts";
import type { Scenario } from "./scenarios/scenario.ts";

const patienceMs = 40_000;

/** Goes on at each place, waits for everything to end, and looks for what is wrong. By the place's name. */
export async function goOn(
  job: Job,
  scenario: Scenario,
  node: TestNode,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const problems = new Map<string, string[]>();
  if (scenario.chain === "anvil") await calm(node);
  const mining = scenario.needsBlocks ? mineAllTheTime(node) : undefined;
  const nothing = (action: () => Promise<unknown>): Promise<void> => action().then(() => undefined);
  const outcomes = await Promise.all(
    job.places.map(async (placeJob) => {
      const scene = sceneOf(placeJob, node, job.hooksUrl, nothing, scenario);
      const found: string[] = [];
      problems.set(placeJob.name, found);
      try {
        found.push(...((await scenario.recover?.(scene)) ?? []));
        return { scene, ends: await sendAgain(scene, scenario) };
      } catch (error) {
        found.push(`failed to go on: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
        return { scene, ends: undefined };
      }
    }),
  );
  mining?.();
  const sent =
    scenario.chain === "none" ? new Map<string, readonly SentTransaction[]>() : await sentSince(node, job.sinceBlock);
  for (const { scene, ends } of outcomes) {
    if (ends === undefined) continue;
    problems.get(scene.place.name)?.push(...(await checkPlace(scene, ends, sent)));
  }
  return problems;
}

/** As a chain is on a good day. */
async function calm(node: TestNode): Promise<void> {
  await node.request("evm_setAutomine", true);
  await node.request("anvil_setNextBlockBaseFeePerGas", hex(10n ** 9n));
  await node.mine(1);
}

function mineAllTheTime(node: TestNode): () => void {
  const mining = { isOver: false };
  void (async () => {
    while (!mining.isOver) {
      await node.mine(1);
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
  })();
  return () => {
    mining.isOver = true;
  };
}

async function sendAgain(scene: Scene, scenario: Scenario): Promise<readonly Outcome[]> {
  const orders = scenario.orders(scene);
  if (orders.length === 0) return [];
  const latchkey = await scene.open();
  try {
    await fund(latchkey, scene, scenario.funded);
    latchkey.start();
    const ends: Outcome[] = [];
    const waiting: Promise<void>[] = [];
    for (const order of orders) {
      if (order.options.idempotencyKey === undefined) {
        const id = toldIdOf(scene, order);
        if (id === undefined) ends.push({ order, end: "untold", id });
        else waiting.push(endOf(latchkey, id).then((end) => void ends.push({ order, end, id })));
        continue;
      }
      try {
        const handle = await place(latchkey, scene, order);
        waiting.push(
          endOf(latchkey, handle.id).then((end) => {
            ends.push({ order, end, id: handle.id });
          }),
        );
      } catch (error) {
        ends.push({ order, end: `refused ${codeOf(error)}`, id: undefined });
      }
    }
    await Promise.all(waiting);
    await allOver(latchkey);
    return ends;
  } finally {
    await latchkey.close();
  }
}

function toldIdOf(scene: Scene, { name }: Order): string | undefined {
  return scene
    .told()
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1);
}

async function endOf(latchkey: Latchkey<"main">, id: string): Promise<Outcome["end"]> {
  const handle = await latchkey.transactions.get(id);
  if (handle === undefined) return "open gone";
  try {
    const { status } = await handle.wait("final", { timeoutMs: patienceMs });
    return status;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ERR_TRANSACTION_WAIT_TIMEOUT") {
      const { state, error: why } = await handle.status();
      return `open ${state} ${why?.code ?? ""}`;
    }
    return code === "ERR_TRANSACTION_CANCELLED" ? "cancelled" : `failed ${code}`;
  }
}

/** Top-ups and fillers are nobody's order, and have to end as well. */
async function allOver(latchkey: Latchkey<"main">): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (performance.now() < giveUpAt) {
    const { transactions } = await latchkey.transactions.list({ limit: 500 });
    if (transactions.every(({ state }) => ["final", "failed", "cancelled"].includes(state))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function codeOf(error: unknown): string {
  return isLatchkeyError(error)
    ? error.code
    : error instanceof Error
      ? `unknown: ${error.message.slice(0, 200)}`
      : "unknown";
}
