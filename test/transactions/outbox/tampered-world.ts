import { evm } from "../../../src/profiles/profiles.ts";
import type { Sender } from "../../../src/transactions/senders.ts";
import { type Ground, newWorld, type World } from "../model/world.ts";

const profile = {
  ...evm,
  blockTimeMs: 1_000,
  finality: { kind: "depth", blocks: 3 },
  inFlight: 2,
  inFlightWhenFull: 2,
  stuckAfterMs: 86_400_000,
  rebroadcastMs: 5_000,
  pollMs: 1_000,
} as const;
const to = `0x${"9".repeat(40)}`;

/** What each staged sender has: a payment's value, and the state that its transaction is in. The values are different for each. */
export const staged = {
  final: 1n,
  failed: 10n ** 13n,
  mined: 2n,
  broadcast: 3n,
  signed: 4n,
  cancelled: 5n,
  queued: 6n,
} as const;

export interface StagedSender {
  readonly sender: Sender;
  /** The transaction's id by its state. */
  readonly ids: Readonly<Record<keyof typeof staged, string>>;
}

export interface Staged {
  readonly world: World;
  readonly senders: readonly StagedSender[];
}

/** A world without a worker, whose senders have a transaction in every state. Sender 0 is a service's, the others are users'. */
export async function stage(ground: Ground, count: number): Promise<Staged> {
  const world = await newWorld(ground, { profile, senders: count });
  const instance = world.open();
  await world.pass(10);
  const sent = new Map<Sender, Map<bigint, string>>();
  const sendAll = async (value: bigint): Promise<void> => {
    for (const sender of world.senders) {
      const ids = sent.get(sender) ?? new Map<bigint, string>();
      sent.set(sender, ids);
      const handle = await passed(world, instance.outbox.send(sender, { transfer: { to, value } }));
      ids.set(value, handle.id);
    }
    await world.pass(2_000);
  };
  await sendAll(staged.failed);
  await sendAll(staged.final);
  world.node.mine();
  for (let block = 0; block < 4; block += 1) world.node.mine();
  await world.pass(3_000);
  await sendAll(staged.mined);
  await sendAll(staged.broadcast);
  await sendAll(staged.signed);
  await sendAll(staged.cancelled);
  for (const sender of world.senders) {
    const handle = await passed(world, instance.outbox.get(sent.get(sender)?.get(staged.cancelled) ?? ""));
    await passed(world, handle?.cancel() ?? Promise.resolve());
  }
  await sendAll(staged.queued);
  // What is sent once there is room again is lost on its way, however often.
  world.chain.faults.broadcasts.push(...Array.from({ length: 500 }, () => "time-out-lost" as const));
  const firsts = world.senders.flatMap(({ key }) => world.node.pool.of(key.address)[0] ?? []);
  world.node.mine(0, firsts);
  await world.pass(1_500);
  instance.life.kill();
  world.chain.faults.broadcasts.length = 0;
  return {
    world,
    senders: world.senders.map((sender) => {
      const ids = sent.get(sender) ?? new Map<bigint, string>();
      const idOf = (state: keyof typeof staged): string => ids.get(staged[state]) ?? "";
      return {
        sender,
        ids: {
          final: idOf("final"),
          failed: idOf("failed"),
          mined: idOf("mined"),
          broadcast: idOf("broadcast"),
          signed: idOf("signed"),
          cancelled: idOf("cancelled"),
          queued: idOf("queued"),
        },
      };
    }),
  };
}

/** Time passes until it has settled. */
export async function passed<T>(world: World, work: Promise<T>): Promise<T> {
  const state = { isSettled: false };
  const watched = work.finally(() => (state.isSettled = true));
  watched.catch(() => undefined);
  while (!state.isSettled) await world.pass(1);
  return await watched;
}
