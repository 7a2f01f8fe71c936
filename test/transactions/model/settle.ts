import { endStates } from "../../../src/transactions/states.ts";
import { alive, type Scene } from "./scene.ts";
import { unfreezeAll } from "./steps.ts";

const longestMs = 300_000;

/** Nothing is wrong with the world any more. */
export async function heal(scene: Pick<Scene, "world" | "reference" | "pick">): Promise<void> {
  const { world, reference } = scene;
  const { chain, node, policy, senders } = world;
  chain.faults.broadcasts.length = 0;
  Object.assign(chain.faults, { isDown: false, lag: 0, receiptLag: 0 });
  node.pool.limit = 5_000;
  node.baseFee = 100n;
  for (const { key } of senders) node.fund(key.address, 10n ** 12n);
  for (const { life } of world.instances) {
    life.spare();
    life.latencyMs = 0;
    life.wake();
  }
  await unfreezeAll(scene);
  if (reference.hadLimit) await policy.setRules("tenant", []);
  reference.limit = undefined;
  if (alive(scene).length === 0) world.open();
  // Whoever is being drained has ended before it is started again.
  await world.pass(2_000);
  for (const { outbox } of alive(scene)) outbox.start();
}

/** Time passes and blocks come until everything has ended. @returns whether it did. */
export async function settle({ world }: Pick<Scene, "world">): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += 1_000) {
    world.node.mine();
    await world.pass(1_000);
    if (waitedMs % 3_000 !== 0) continue;
    const rows = await world.rows();
    if (rows.every(({ record }) => endStates.has(record.state)) && world.node.pool.size === 0) return true;
  }
  return false;
}
