import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { subjectText } from "../../../src/transactions/senders.ts";
import { refusingContract } from "../../harness/simulated-node.ts";
import { identityOf } from "../../harness/simulated-transaction.ts";
import { alive, limitWindowMs, oneOf, type Scene, type Wanted } from "./scene.ts";
import type { Instance } from "./world.ts";

const someone = `0x${"9".repeat(40)}`;
const token = `0x${"8".repeat(40)}`;

/** Asks for something new, or again for something old. */
export async function sendStep(scene: Scene): Promise<void> {
  const { world, reference, pick } = scene;
  const instance = oneOf(scene, alive(scene));
  const sender = oneOf(scene, world.senders);
  if (instance === undefined || sender === undefined) return;
  const keyed = reference.wanted.filter(({ options }) => options.idempotencyKey !== undefined);
  const old = oneOf(scene, keyed);
  const way = pick(8);
  if (old !== undefined && way === 0) {
    await ask(scene, instance, old);
    return;
  }
  if (old !== undefined && way === 1) {
    await askWithUsedKey(scene, instance, old);
    return;
  }
  const number = reference.wanted.length + 1;
  const made = intentOf(scene, number);
  const wanted: Wanted = {
    ...made,
    sender,
    options: {
      ...made.options,
      ...(pick(2) === 0 ? { idempotencyKey: `key ${String(number)}` } : {}),
      ...(pick(4) === 0 ? { feeCeiling: BigInt(150 + pick(400)) } : {}),
      ...(pick(10) === 0 ? { deadlineMs: world.clock.now() + 1 + pick(20_000) } : {}),
      ...(pick(5) === 0 ? { speed: "fast" } : {}),
    },
    ids: new Set(),
    refusals: new Set(),
    startedAt: (reference.events += 1),
    storedAt: undefined,
    isCancelAsked: false,
    isCounted: reference.limit !== undefined,
  };
  reference.wanted.push(wanted);
  await ask(scene, instance, wanted);
}

type Made = Pick<Wanted, "intent" | "identity" | "value" | "options">;

function intentOf({ pick }: Scene, number: number): Made {
  const value = BigInt(1_000 * (1 + pick(30)) + number);
  const data = `0xabcdef01${number.toString(16).padStart(8, "0")}` as const;
  const made = (intent: Intent, seen: Parameters<typeof identityOf>[0], options: Wanted["options"] = {}): Made => ({
    intent,
    identity: identityOf(seen),
    value: seen.value,
    options,
  });
  switch (pick(8)) {
    case 0:
      return made({ data: { to: someone, data, value } }, { to: someone, data, value });
    case 1: {
      const word = (digits: string): string => digits.padStart(64, "0");
      const calldata = `0xa9059cbb${word(someone.slice(2))}${word(number.toString(16))}` as const;
      const seen = { to: token, data: calldata, value: 0n };
      return made({ token: { contract: token, to: someone, amount: BigInt(number) } }, seen);
    }
    case 2: {
      // Without a gas limit the simulation refuses it, with one the chain does.
      const options = pick(2) === 0 ? {} : { gasLimit: 60_000n };
      return made({ data: { to: refusingContract, data, value } }, { to: refusingContract, data, value }, options);
    }
    default:
      return made({ transfer: { to: someone, value } }, { to: someone, data: "0x", value });
  }
}

async function ask(scene: Scene, { outbox, life }: Instance, wanted: Wanted): Promise<void> {
  const { world, reference } = scene;
  const settled = { isOver: false };
  void outbox.send(wanted.sender, wanted.intent, wanted.options).then(
    ({ id }) => {
      settled.isOver = true;
      wanted.ids.add(id);
      wanted.storedAt ??= reference.events += 1;
      if (wanted.ids.size > 1) reference.wrongs.push(`two transactions for ${wanted.identity}`);
    },
    (error: unknown) => {
      settled.isOver = true;
      wanted.refusals.add(isLatchkeyError(error) ? error.code : String(error));
    },
  );
  await world.pass(1);
  if (settled.isOver && life.latencyMs === 0) await checkLimit(scene, wanted);
}

async function askWithUsedKey({ world, reference }: Scene, { outbox }: Instance, old: Wanted): Promise<void> {
  if (old.ids.size === 0) return;
  const other = { transfer: { to: someone, value: 999_999_999n } };
  const { idempotencyKey = "" } = old.options;
  void outbox.send(old.sender, other, { idempotencyKey }).then(
    () => reference.wrongs.push(`a used key was taken for another intent: ${idempotencyKey}`),
    (error: unknown) => {
      if (!isLatchkeyError(error, "ERR_TRANSACTION_KEY_REUSED"))
        reference.wrongs.push(`a used key was refused with ${String(error)}`);
    },
  );
  await world.pass(1);
}

/** Holds the policy's books against the reference's own. */
async function checkLimit({ world, reference }: Scene, wanted: Wanted): Promise<void> {
  const { limit } = reference;
  const subject = subjectText(wanted.sender.subject);
  const own = (await world.rows()).filter(({ record }) => record.subject === subject);
  const nowMs = world.clock.now();
  if (wanted.refusals.has("ERR_POLICY_DENIED") && wanted.ids.size === 0) {
    // Whatever may be counted: from its acceptance, or anew when it was signed; parts of a window count until all of it is over.
    const counted = own.filter(
      ({ record, attempts }) =>
        !["failed", "cancelled"].includes(record.state) &&
        [record.createdAt, ...attempts.map(({ signedAt }) => signedAt)].some(
          (atMs) => atMs > nowMs - (limitWindowMs * 62) / 60,
        ),
    );
    const sum = counted.reduce((total, { record }) => total + record.payload.intent.value, 0n);
    if (limit === undefined || sum + wanted.value <= limit)
      reference.wrongs.push(`${wanted.identity} was denied, with ${String(sum)} of ${String(limit)} used`);
  }
  const [id] = wanted.ids;
  const stored = own.find(({ record }) => record.id === id);
  if (limit === undefined || stored === undefined || stored.record.createdAt < nowMs - 1) return;
  const counted = new Set(reference.wanted.filter(({ isCounted }) => isCounted).map(({ identity }) => identity));
  const held = own.filter(
    ({ record }) =>
      !["failed", "cancelled"].includes(record.state) &&
      counted.has(identityOf(record.payload.intent)) &&
      record.createdAt > nowMs - limitWindowMs &&
      record.id !== id,
  );
  const sum = held.reduce((total, { record }) => total + record.payload.intent.value, 0n);
  if (wanted.value > 0n && sum + wanted.value > limit)
    reference.wrongs.push(`${wanted.identity} was taken, with ${String(sum)} of ${String(limit)} used`);
}
