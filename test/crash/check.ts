import type { Database } from "../../src/store/database.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import { decodeBuckets } from "../../src/transactions/policy/counter.ts";
import type { PolicyTables } from "../../src/transactions/policy/schema.ts";
import type { SenderRow, TransactionRow, TransactionTables } from "../../src/transactions/schema.ts";
import type { WebhookTables } from "../../src/transactions/webhooks/schema.ts";
import type { SentTransaction, TestNode } from "./node.ts";
import type { Order, Outcome } from "./orders.ts";
import type { Scene } from "./scene.ts";

interface Rows {
  readonly transactions: readonly TransactionRow[];
  readonly senders: readonly SenderRow[];
  readonly hashes: ReadonlySet<string>;
}

type Sent = ReadonlyMap<string, readonly SentTransaction[]>;

/** What is wrong at a place where everything should have ended: with the chain, the books, or between them. */
export async function checkPlace(scene: Scene, outcomes: readonly Outcome[], sent: Sent): Promise<readonly string[]> {
  const database = await scene.store.open(silentLogger);
  try {
    const rows = await readRows(database);
    return [
      ...outcomes.flatMap((outcome) => orderProblems(outcome, rows, sent)),
      ...outcomes.flatMap((outcome) => toldProblems(outcome, scene.told())),
      ...(await senderProblems(scene.node, rows, sent)),
      ...rows.transactions.flatMap(({ id, state, error_code: code }) =>
        ["final", "failed", "cancelled"].includes(state) ? [] : [`lost: ${id} is ${state} for ever (${code ?? ""})`],
      ),
      ...(await limitProblems(database, outcomes)),
      ...(await webhookProblems(database, rows)),
    ];
  } finally {
    await database.close();
  }
}

async function readRows(database: Database): Promise<Rows> {
  const reader = database.reader.$extendTables<TransactionTables>();
  const attempts = await reader.selectFrom("latchkey_attempts").select("hash").execute();
  return {
    transactions: await reader.selectFrom("latchkey_transactions").selectAll().execute(),
    senders: await reader.selectFrom("latchkey_senders").selectAll().execute(),
    hashes: new Set(attempts.map(({ hash }) => hash)),
  };
}

function isFor({ mark }: Order, { to, value, input }: SentTransaction): boolean {
  if (to !== mark.to || value !== mark.value) return false;
  if (mark.input === undefined) return true;
  return mark.to === null ? input === mark.input : input.includes(mark.input.replace(/^0x/, ""));
}

/** Each is on chain exactly as often as its end says. */
function orderProblems({ order, end, id }: Outcome, { transactions }: Rows, sent: Sent): readonly string[] {
  const sender = transactions.find((row) => row.id === id)?.sender.toLowerCase();
  const everywhere = [...sent.entries()].flatMap(([from, list]) =>
    list.filter((each) => isFor(order, each)).map((each) => ({ ...each, from })),
  );
  const count = everywhere.length;
  const wanted = end === "success" || end === "reverted" ? 1 : 0;
  if (end === "untold") return count > 1 ? [`doubled: ${order.name} is on chain ${String(count)} times`] : [];
  const problems: string[] = [];
  if (end.startsWith("open")) problems.push(`lost: ${order.name} never ended: ${end}`);
  else if (!order.ends.some((each) => each === end)) problems.push(`lost: ${order.name} ended as ${end}`);
  if (count < wanted) problems.push(`lost: ${order.name} is ${end}, and on no chain`);
  if (count > wanted) problems.push(`doubled: ${order.name} is ${end}, and on chain ${String(count)} times`);
  if (everywhere.some(({ from }) => from !== sender)) problems.push(`doubled: ${order.name} was sent by somebody else`);
  return problems;
}

/** What a send or a cancel resolved with holds, whatever was killed then. */
function toldProblems({ order: { name }, id, end }: Outcome, told: readonly string[]): readonly string[] {
  return told.flatMap((line) => {
    const [about, what] = line.split(" ");
    if (about !== name || what === id) return [];
    if (what === "cancelled") return end === "cancelled" ? [] : [`lost: ${name} was cancelled, and is ${end}`];
    return [`lost: ${name} was stored as ${what ?? ""}, and is ${id ?? "nothing"} now`];
  });
}

async function senderProblems(node: TestNode, { senders, hashes }: Rows, sent: Sent): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { address, open, lease_worker: worker, next_nonce: next } of senders) {
    const mined = sent.get(address.toLowerCase()) ?? [];
    const [count, pending] = await Promise.all([
      node.request("eth_getTransactionCount", address, "latest"),
      node.request("eth_getTransactionCount", address, "pending"),
    ]);
    if (Number(count) !== mined.length)
      problems.push(
        `gap: ${address} has used ${String(Number(count))} nonces for ${String(mined.length)} transactions`,
      );
    if (Number(pending) !== Number(count)) problems.push(`doubled: ${address} has something in the pool still`);
    if (next !== null && Number(next) > mined.length)
      problems.push(`gap: ${address} gives out nonce ${String(next)} after ${String(mined.length)} transactions`);
    if (open !== 0) problems.push(`books: ${address} has ${String(open)} open`);
    if (worker !== null && open !== 0) problems.push(`lease: ${address} is held by ${worker}`);
    // Those that nobody signed here are the scenario's own, sent from outside, and go where nothing else goes.
    for (const { hash, to, value } of mined) {
      if (!hashes.has(hash) && to !== outside) problems.push(`doubled: ${hash} of ${String(value)} is in no book`);
    }
  }
  return problems;
}

/** Where a scenario sends what it sends by the key itself, past Latchkey. */
export const outside = "0x0000000000000000000000000000000000000fff";

/** A rule named `hour` counts what was moved, and nothing that came to nothing. */
async function limitProblems(database: Database, outcomes: readonly Outcome[]): Promise<readonly string[]> {
  const rows = await database.reader.$extendTables<PolicyTables>().selectFrom("latchkey_limits").selectAll().execute();
  const counted = rows
    .filter(({ scope }) => scope.includes("hour"))
    .flatMap(({ used }) => [...decodeBuckets(used).values()])
    .reduce((sum, { amount }) => sum + amount, 0n);
  const moved = outcomes
    .filter(({ order, end }) => order.from === "limited" && end === "success")
    .reduce((sum, { order }) => sum + order.mark.value, 0n);
  return counted === moved ? [] : [`books: ${String(counted)} is reserved, ${String(moved)} was moved`];
}

/** One event for each end, for each endpoint that wants it; what the scenario itself put there has an empty body. */
async function webhookProblems(database: Database, { transactions }: Rows): Promise<readonly string[]> {
  const rows = await database.reader
    .$extendTables<WebhookTables>()
    .selectFrom("latchkey_webhook_deliveries")
    .select(["event", "endpoint"])
    .where("body", "<>", "{}")
    .execute();
  if (rows.length === 0) return [];
  const { length: finals } = transactions.filter(({ state }) => state === "final");
  const problems: string[] = [];
  for (const endpoint of new Set(rows.map((row) => row.endpoint))) {
    const count = (event: string): number =>
      rows.filter((row) => row.endpoint === endpoint && row.event === event).length;
    if (count("transaction.final") !== finals || count("transaction.failed") !== transactions.length - finals)
      problems.push(
        `lost: ${endpoint} has ${String(count("transaction.final"))} events of ${String(finals)} final transactions, ` +
          `${String(count("transaction.failed"))} of ${String(transactions.length - finals)} others`,
      );
  }
  return problems;
}
