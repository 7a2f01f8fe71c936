import { decodeBuckets } from "../../../src/transactions/policy/counter.ts";
import type { PolicyTables } from "../../../src/transactions/policy/schema.ts";
import type { StoredTransaction } from "../../../src/transactions/rows.ts";
import { endStates } from "../../../src/transactions/states.ts";
import { subjectText } from "../../../src/transactions/senders.ts";
import { identityOf } from "../../harness/simulated-transaction.ts";
import type { Reference, Wanted } from "./scene.ts";
import type { World } from "./world.ts";

/** What must hold once the world is healthy and everything has had its time. @returns what does not. */
export async function wrongsOf(world: World, reference: Reference): Promise<readonly string[]> {
  const rows = await world.rows();
  return [
    ...reference.wrongs,
    ...world.instances.flatMap(({ life }) => (life.hasLooped ? [`${life.name} called for ever`] : [])),
    ...ends(rows, reference),
    ...onChain(world, rows),
    ...nonces(rows),
    ...order(rows, reference),
    ...signed(world, rows),
    ...whileFrozen(world, reference),
    ...(await books(world, rows)),
    ...(await senders(world)),
  ];
}

function isFiller({ record }: StoredTransaction): boolean {
  return record.payload.intent.kind === "cancel";
}

/** Each stored intent is one that was asked for, is there once, and has ended as it may. */
function ends(rows: readonly StoredTransaction[], { wanted, hadLimit, hadPoverty, freezes }: Reference): string[] {
  const wrongs: string[] = [];
  const left = new Map(wanted.map((each) => [each.identity, each]));
  for (const row of rows) {
    const { record } = row;
    const identity = identityOf(record.payload.intent);
    if (!endStates.has(record.state)) wrongs.push(`${record.id} ${identity} is ${record.state} for ever`);
    if (isFiller(row)) continue;
    const asked = left.get(identity);
    left.delete(identity);
    if (asked === undefined) wrongs.push(`${identity} is stored twice, or was never asked for`);
    else if (record.state === "cancelled" && !asked.isCancelAsked) wrongs.push(`${identity} was never cancelled`);
    else if (record.state === "failed") {
      const code = record.trouble?.code ?? "nothing";
      const may: Record<string, boolean> = {
        ERR_POLICY_DENIED: hadLimit,
        ERR_POLICY_FROZEN: freezes.length > 0,
        ERR_CHAIN_INSUFFICIENT_FUNDS: hadPoverty,
        ERR_CHAIN_REVERTED: "data" in asked.intent && asked.options.gasLimit === undefined,
        ERR_TRANSACTION_DEADLINE: asked.options.deadlineMs !== undefined,
      };
      if (may[code] !== true) wrongs.push(`${identity} failed with ${code}`);
    }
  }
  for (const [identity, { ids }] of left) if (ids.size > 0) wrongs.push(`${identity} was accepted and is lost`);
  return wrongs;
}

/** Each final one is there once, and nothing else is. */
function onChain({ node, senders }: World, rows: readonly StoredTransaction[]): string[] {
  const own = new Set(senders.map(({ key }) => key.address));
  const counts = new Map<string, number>();
  for (const { transactions } of node.blocks)
    for (const { transaction } of transactions) {
      const identity = identityOf(transaction);
      if (own.has(transaction.from)) counts.set(identity, (counts.get(identity) ?? 0) + 1);
    }
  const wrongs = rows.flatMap((row) => {
    if (isFiller(row)) return [];
    const { record } = row;
    const identity = identityOf(record.payload.intent);
    const count = counts.get(identity) ?? 0;
    return count === (record.state === "final" ? 1 : 0)
      ? []
      : [`${identity} is ${record.state}, ${String(count)} times on chain`];
  });
  const asked = new Set(rows.map(({ record }) => identityOf(record.payload.intent)));
  for (const identity of counts.keys()) {
    const isOthers =
      identity.startsWith("0x7777") || senders.some(({ key }) => identity.startsWith(`${key.address} 0 `));
    if (!isOthers && !asked.has(identity)) wrongs.push(`${identity} is on chain, and was refused`);
  }
  return wrongs;
}

/** A nonce is given to one transaction for ever, and no transaction gets a new one while an old one can be mined. */
function nonces(rows: readonly StoredTransaction[]): string[] {
  const wrongs: string[] = [];
  const owners = new Map<string, string>();
  for (const { record, attempts } of rows) {
    const live = new Set(attempts.filter(({ isDead }) => !isDead).map(({ nonce }) => nonce));
    if (live.size > 1) wrongs.push(`${record.id} can be mined under ${String(live.size)} nonces`);
    for (const nonce of new Set(attempts.map((attempt) => attempt.nonce))) {
      const place = `${record.sender.address} ${String(nonce)}`;
      if (owners.has(place)) wrongs.push(`${place} was given to ${owners.get(place) ?? ""} and to ${record.id}`);
      owners.set(place, record.id);
    }
    const { feeCeiling } = record.payload.options;
    // The caller's ceiling is for the intent; what cancels it keeps to the chain's.
    const above = attempts.find(
      ({ fee, purpose }) => fee.perGas > ((purpose === "send" ? feeCeiling : null) ?? 10n ** 6n),
    );
    if (above !== undefined) wrongs.push(`${record.id} offers ${String(above.fee.perGas)}, above its ceiling`);
  }
  return wrongs;
}

/** Of what was stored before another was asked for, the nonce comes first; unless somebody else took one's nonce. */
function order(rows: readonly StoredTransaction[], { wanted }: Reference): string[] {
  const mined = wanted.flatMap((asked: Wanted) => {
    const row = rows.find(({ record }) => identityOf(record.payload.intent) === asked.identity);
    const nonce = row?.attempts.find(({ number }) => number === row.mined?.attempt)?.nonce;
    const isMoved = new Set(row?.attempts.map((attempt) => attempt.nonce)).size > 1;
    return nonce === undefined || isMoved ? [] : [{ asked, nonce }];
  });
  return mined.flatMap((one) =>
    mined.flatMap((other) => {
      const isBefore =
        one.asked.sender === other.asked.sender &&
        one.asked.storedAt !== undefined &&
        one.asked.storedAt < other.asked.startedAt;
      return isBefore && one.nonce > other.nonce ? [`${other.asked.identity} overtook ${one.asked.identity}`] : [];
    }),
  );
}

/** Every signature is over an intent that its sender had asked for, or over nothing. */
function signed({ signatures, chain }: World, rows: readonly StoredTransaction[]): string[] {
  const asked = new Set(rows.map(({ record }) => `${record.sender.address} ${identityOf(record.payload.intent)}`));
  return signatures.flatMap(({ address, digest }) => {
    const fields = chain.digests.get(digest);
    if (fields?.from !== address) return [`${address} signed something unknown`];
    const isNothing = fields.to === address && fields.value === 0n && fields.data === "0x";
    return isNothing || asked.has(`${address} ${identityOf(fields)}`)
      ? []
      : [`${address} signed ${identityOf(fields)}`];
  });
}

/** One who asked the policy before the freeze, and stood still or waited for the answer, may sign once behind it. */
function whileFrozen({ signatures, senders }: World, { freezes }: Reference): string[] {
  const graceMs = 1_000;
  return signatures.flatMap(({ address, atMs, by }) => {
    const subject = senders.find(({ key }) => key.address === address)?.subject;
    const whom = subject === undefined ? "" : subjectText(subject);
    const freeze = freezes.find(
      (each) =>
        (each.whom === "tenant" || each.whom === whom) &&
        atMs > each.fromMs + (by.wasSlow ? graceMs : 0) &&
        atMs < each.untilMs &&
        (by.wokenMs === undefined || by.wokenMs < each.fromMs),
    );
    return freeze === undefined ? [] : [`${address} signed while ${freeze.whom} was frozen`];
  });
}

/** The policy's counters hold what the final ones reserved, and no more. */
async function books({ store }: World, rows: readonly StoredTransaction[]): Promise<string[]> {
  const counters = await store.database.reader
    .$extendTables<PolicyTables>()
    .selectFrom("latchkey_limits")
    .selectAll()
    .execute();
  const spent = new Map<string, bigint>();
  for (const { record } of rows) {
    if (record.state !== "final") continue;
    for (const { scope, bucketMs, amount } of record.reservations) {
      const place = `${scope} ${String(bucketMs)}`;
      spent.set(place, (spent.get(place) ?? 0n) + amount);
    }
  }
  return counters.flatMap(({ scope, used }) =>
    [...decodeBuckets(used)].flatMap(([beginMs, { amount }]) => {
      const expected = spent.get(`${scope} ${String(beginMs)}`) ?? 0n;
      return amount === expected ? [] : [`${scope} counts ${String(amount)}, and ${String(expected)} was spent`];
    }),
  );
}

async function senders(world: World): Promise<string[]> {
  const wrongs: string[] = [];
  for (const sender of world.senders) {
    const { address } = sender.key;
    const row = await world.senderRow(sender);
    if (row !== undefined && row.open !== 0) wrongs.push(`${address} has ${String(row.open)} open`);
    if (row !== undefined && Number(row.next_nonce ?? 0) > world.node.nonce(address))
      wrongs.push(`${address} has given out ${String(row.next_nonce)}, and mined ${String(world.node.nonce(address))}`);
    if (world.node.pool.of(address).length > 0) wrongs.push(`${address} has transactions left in the pool`);
  }
  return wrongs;
}
