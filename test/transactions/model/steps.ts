import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { ControlTarget } from "../../../src/transactions/policy/policy.ts";
import { subjectText } from "../../../src/transactions/senders.ts";
import { decodeSimulated, signOutside } from "../../harness/simulated-transaction.ts";
import { alive, limitWindowMs, oneOf, type Scene } from "./scene.ts";
import { sendStep } from "./sending.ts";

const elsewhere = `0x${"7".repeat(40)}`;

type Step = (scene: Scene) => Promise<void> | void;

/** What can happen, each with how often it does. */
const steps: Readonly<Record<string, readonly [often: number, step: Step]>> = {
  send: [16, sendStep],

  mine: [
    6,
    ({ world, pick }) => {
      world.node.mine(pick(3) === 0 ? 1 : undefined);
    },
  ],

  reorganise: [
    2,
    ({ world, pick }) => {
      const { finality } = world.node.profile;
      if (finality.kind !== "depth" || world.node.blocks.length < 3) return;
      world.node.reorganise(1 + pick(finality.blocks), pick(2) === 0 ? "dropped" : "back-to-pool");
    },
  ],

  drop: [
    2,
    (scene) => {
      const { node } = scene.world;
      const dropped = scene.pick(2) === 0 ? node.pool.all() : [oneOf(scene, node.pool.all())];
      for (const transaction of dropped) if (transaction !== undefined) node.drop(transaction);
    },
  ],

  restartNode: [
    1,
    ({ world }) => {
      world.node.restart();
    },
  ],

  timeOut: [
    3,
    ({ world, pick }) => {
      const { broadcasts } = world.chain.faults;
      const kinds = ["time-out-taken", "time-out-lost", "rate-limited"] as const;
      for (let left = 1 + pick(4); left > 0; left -= 1) broadcasts.push(kinds[pick(3)] ?? "time-out-taken");
    },
  ],

  kill: [
    4,
    (scene) => {
      oneOf(scene, alive(scene))?.life.killAfter(scene.pick(60));
    },
  ],

  open: [
    3,
    (scene) => {
      if (alive(scene).length < 2) scene.world.open();
    },
  ],

  stall: [
    2,
    (scene) => {
      oneOf(scene, alive(scene))?.life.stall();
    },
  ],

  wake: [
    2,
    ({ world }) => {
      for (const { life } of world.instances) life.wake();
    },
  ],

  slow: [
    2,
    (scene) => {
      for (const { life } of alive(scene)) life.latencyMs = scene.pick(3) * 200;
    },
  ],

  outside: [3, outsideStep],

  fee: [
    3,
    ({ world, pick }) => {
      world.node.baseFee = [30n, 100n, 300n, 1_000n, 3_000_000n][pick(5)] ?? 100n;
    },
  ],

  freeze: [2, freezeStep],

  unfreeze: [3, unfreezeAll],

  limit: [
    3,
    async ({ world, reference, pick }) => {
      const value = BigInt(1_000 * (20 + pick(80)));
      const rule = { name: "limit", limit: { value, windowMs: limitWindowMs, per: "user" } } as const;
      await world.policy.setRules("tenant", [rule]);
      reference.limit = value;
      reference.hadLimit = true;
    },
  ],

  cancel: [4, cancelStep],

  poolFull: [
    1,
    ({ world, pick }) => {
      world.node.pool.limit = pick(2) === 0 ? pick(10) : 5_000;
    },
  ],

  lag: [
    2,
    ({ world: { chain }, pick }) => {
      chain.faults.lag = pick(4);
      chain.faults.receiptLag = pick(3);
    },
  ],

  down: [
    1,
    ({ world, pick }) => {
      world.chain.faults.isDown = pick(2) === 0;
    },
  ],

  poor: [
    1,
    (scene) => {
      const { node, senders } = scene.world;
      const address = oneOf(scene, senders)?.key.address ?? "";
      node.fund(address, -node.balance(address));
      scene.reference.hadPoverty = true;
    },
  ],

  drain: [
    2,
    (scene) => {
      void oneOf(scene, alive(scene))?.outbox.drain();
    },
  ],

  start: [
    2,
    (scene) => {
      oneOf(scene, alive(scene))?.outbox.start();
    },
  ],

  time: [8, ({ world, pick }) => world.pass([100, 700, 2_000, 8_000, 20_000][pick(5)] ?? 100)],
};

/** Names of steps, each as often as it is to happen. */
export const stepNames: readonly string[] = Object.entries(steps).flatMap(([name, [often]]) =>
  Array<string>(often).fill(name),
);

export async function takeStep(name: string, scene: Scene): Promise<void> {
  await steps[name]?.[1](scene);
}

/** Somebody else sends with the same key: behind what is pending, or in the place of it. */
function outsideStep(scene: Scene): void {
  const { world, pick } = scene;
  const { node, chain } = world;
  const from = oneOf(scene, world.senders)?.key.address;
  if (from === undefined) return;
  const isSteal = pick(2) === 0;
  const nonce = isSteal ? node.nonce(from) : node.pool.pendingNonce(from, node.nonce(from));
  const isCancel = pick(3) === 0 && node.profile.replacement.kind === "unit";
  const perGas = isCancel ? node.baseFee : 900_000n;
  const { raw } = signOutside({
    chainId: chain.chainId,
    from,
    nonce,
    to: isCancel ? from : elsewhere,
    value: isCancel ? 0n : 7n,
    data: "0x",
    gasLimit: 21_000n,
    perGas,
    tip: perGas,
    isCancel,
  });
  const transaction = decodeSimulated(raw);
  if (pick(2) === 0 && transaction !== undefined) node.mine(0, [transaction]);
  else node.submit(raw);
}

async function freezeStep(scene: Scene): Promise<void> {
  const { world, reference, pick } = scene;
  const subject = oneOf(scene, world.senders)?.subject;
  const target: ControlTarget = subject === undefined || pick(4) === 0 ? "tenant" : subject;
  const whom = target === "tenant" ? target : subjectText(target);
  if (reference.freezes.some((freeze) => freeze.whom === whom && freeze.untilMs === Infinity)) return;
  await world.policy.freeze(target, "a test");
  reference.freezes.push({ whom, fromMs: world.clock.monotonicMs(), untilMs: Infinity });
}

export async function unfreezeAll({ world, reference }: Pick<Scene, "world" | "reference">): Promise<void> {
  for (const freeze of reference.freezes) {
    if (freeze.untilMs !== Infinity) continue;
    const subject = world.senders.find((sender) => subjectText(sender.subject) === freeze.whom)?.subject;
    freeze.untilMs = world.clock.monotonicMs();
    await world.policy.unfreeze(subject ?? "tenant");
  }
}

async function cancelStep(scene: Scene): Promise<void> {
  const { world, reference } = scene;
  const wanted = oneOf(
    scene,
    reference.wanted.filter(({ ids }) => ids.size > 0),
  );
  const instance = oneOf(scene, alive(scene));
  const [id] = wanted?.ids ?? [];
  if (wanted === undefined || instance === undefined || id === undefined) return;
  wanted.isCancelAsked = true;
  const cancelling = instance.outbox.get(id).then((handle) => handle?.cancel());
  void cancelling.catch((error: unknown) => {
    if (!isLatchkeyError(error, "ERR_TRANSACTION_NOT_CANCELLABLE"))
      reference.wrongs.push(`cancel was refused with ${String(error)}`);
  });
  await world.pass(1);
}
