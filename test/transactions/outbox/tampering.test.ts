import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ground, newGround, type World } from "../model/world.ts";
import { passed, stage, staged, type StagedSender } from "./tampered-world.ts";

/** Rows are altered in the database of a process that is gone; another one begins, with all its keys. */
type Tampering = (world: World, sender: StagedSender, other: StagedSender) => Promise<void>;

interface Case {
  readonly name: string;
  readonly tamper: Tampering;
}

let ground: Ground;
beforeAll(async () => {
  ground = await newGround();
});

/** Senders are staged together, and each altered in its own way: the last one of a world is left as it is. */
const perWorld = 8;

async function play(cases: readonly Case[]): Promise<void> {
  for (let start = 0; start < cases.length; start += perWorld) {
    const some = cases.slice(start, start + perWorld);
    const { world, senders } = await stage(ground, perWorld + 1);
    const untouched = senders.at(-1) ?? expect.fail("no sender");
    const before = world.signatures.length;
    for (const [index, { tamper }] of some.entries()) await tamper(world, senders[index] ?? untouched, untouched);
    world.open();
    for (let block = 0; block < 25; block += 1) {
      await world.pass(1_000);
      world.node.mine();
    }
    for (const { life } of world.instances) life.kill();
    for (const [index, sender] of senders.entries()) {
      const name =
        sender === untouched ? `nothing, beside ${some.map((each) => each.name).join("; ")}` : some[index]?.name;
      if (name !== undefined) expectAuthorised(world, sender, before, name, sender === untouched);
    }
  }
}

/** What was queued may be signed, once, and nothing else; nothing is paid twice. */
function expectAuthorised(world: World, { sender }: StagedSender, before: number, name: string, isAll: boolean): void {
  const { address } = sender.key;
  const asked = world.signatures.slice(before).filter((each) => each.address === address);
  const values = asked.map(({ request }) =>
    request?.kind === "transaction" ? [request.intent.kind, request.intent.value] : ["?", 0n],
  );
  // A row that is gone leaves a gap, and a gap is filled by what moves nothing. What somebody made up asks for none.
  const isFiller = ([kind]: readonly unknown[]): boolean => kind === "cancel" && !name.includes("cancel");
  const moving = values.filter((each) => !isFiller(each));
  const allowed = [["transfer", staged.queued]];
  if (isAll) expect.soft(values, name).toEqual(allowed);
  else expect.soft([[], allowed], `${name}: ${String(values)}`).toContainEqual(moving);
  const paid = world.node.blocks.flatMap(({ transactions }) =>
    transactions.filter(({ transaction }) => transaction.from === address).map(({ transaction }) => transaction.value),
  );
  expect.soft(new Set(paid).size, `${name}: paid ${String(paid)}`).toBe(paid.length);
}

/** Sets a column of a table's rows of one sender, of all of them or those in one state. */
function setting(
  table: "transactions" | "attempts" | "senders" | "receipts",
  column: string,
  value: unknown,
  state?: keyof typeof staged,
): Case {
  const expression = value instanceof Expression ? sql.raw(value.text) : sql`${value}`;
  return {
    name: `${table}.${column} = ${value instanceof Expression ? value.text : String(value)}${state === undefined ? "" : ` where ${state}`}`,
    tamper: async (world, { sender, ids }) => {
      const { address } = sender.key;
      const id = state === undefined ? undefined : ids[state];
      const mine =
        table === "receipts"
          ? sql`transaction_id IN (SELECT id FROM latchkey_transactions WHERE sender = ${address})`
          : table === "senders"
            ? sql`address = ${address}`
            : sql`sender = ${address}`;
      const narrowed =
        id === undefined ? sql`1 = 1` : table === "transactions" ? sql`id = ${id}` : sql`transaction_id = ${id}`;
      await run(
        world,
        sql`UPDATE OR IGNORE ${sql.table(`latchkey_${table}`)} SET ${sql.ref(column)} = ${expression} WHERE ${mine} AND ${narrowed}`,
      );
    },
  };
}

/** SQL, rather than a value. */
class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

async function run(world: World, statement: ReturnType<typeof sql>): Promise<void> {
  await passed(
    world,
    world.store.database.transaction(async (tx) => {
      await statement.execute(tx);
    }),
  );
}

const otherAddress = `0x${"9".repeat(40)}`;
const texts = ["", "x"];
const numbers = [0, 1, -1, 2 ** 40];
const forgedPayload = new Expression('replace(payload, \'"value":"\', \'"value":"9\')');

const transactionColumns: readonly Case[] = [
  ...[
    "id",
    "tenant",
    "chain",
    "sender",
    "subject",
    "mac_branch",
    "mac",
    "cancel_mac",
    "error_code",
    "error",
    "idempotency_key",
  ].flatMap((column) => texts.map((value) => setting("transactions", column, value))),
  ...["chain_id", "deadline_at", "cancel_requested", "created_at", "updated_at"].flatMap((column) =>
    numbers.map((value) => setting("transactions", column, value)),
  ),
  ...(["queued", "signed", "broadcast", "mined", "final", "failed", "cancelled", "other"] as const).flatMap((state) => [
    setting("transactions", "state", state),
    ...(["final", "failed", "mined", "broadcast", "signed", "cancelled", "queued"] as const).map((from) =>
      setting("transactions", "state", state, from),
    ),
  ]),
  setting("transactions", "payload", "{}"),
  setting("transactions", "payload", forgedPayload),
  setting("transactions", "payload", new Expression(`replace(payload, '${otherAddress}', '0x${"8".repeat(40)}')`)),
  setting(
    "transactions",
    "payload",
    new Expression('replace(payload, \'"feeCeiling":null\', \'"feeCeiling":"99999999999"\')'),
  ),
  setting("transactions", "reservations", '[{"scope":"x","bucketMs":0,"amount":"1","what":"value"}]'),
  setting("transactions", "reservations", "x"),
  setting("transactions", "subject", "service:minter"),
  setting("transactions", "subject", "user:00000000-0000-4000-8000-000000000001"),
];

const attemptColumns: readonly Case[] = [
  ...[
    "transaction_id",
    "tenant",
    "sender",
    "purpose",
    "raw",
    "hash",
    "per_gas",
    "tip",
    "gas_limit",
    "max_fee",
    "fee_payer",
    "payer_max_fee",
    "since_block",
    "mac",
  ].flatMap((column) => ["x", "1", "0xabcd"].map((value) => setting("attempts", column, value))),
  ...["number", "chain_id", "nonce", "signed_at", "accepted_at", "is_dead"].flatMap((column) =>
    numbers.map((value) => setting("attempts", column, value)),
  ),
];

const otherColumns: readonly Case[] = [
  ...["tenant", "address", "chain", "subject", "lease_worker"].flatMap((column) =>
    texts.map((value) => setting("senders", column, value)),
  ),
  ...["chain_id", "open", "signal", "epoch"].flatMap((column) =>
    numbers.map((value) => setting("senders", column, value)),
  ),
  ...["transaction_id", "hash", "block_number", "block_hash", "receipt"].flatMap((column) =>
    ["x", "1", "0xab"].map((value) => setting("receipts", column, value)),
  ),
  ...numbers.map((value) => setting("receipts", "attempt", value)),
];

/** Copies the sender's row in a state, with some columns replaced. */
function copying(state: keyof typeof staged, columns: Readonly<Record<string, string>>, name: string): Case {
  return {
    name,
    tamper: async (world, { sender, ids }, { sender: other }) => {
      const names = [
        "id",
        "tenant",
        "chain",
        "chain_id",
        "sender",
        "subject",
        "state",
        "payload",
        "deadline_at",
        "idempotency_key",
        "reservations",
        "mac_branch",
        "mac",
        "cancel_requested",
        "cancel_mac",
        "error_code",
        "error",
        "created_at",
        "updated_at",
      ];
      const chosen = names.map((column) => {
        const text =
          column === "id"
            ? (columns["id"] ?? "'ffffffff-ffff-7fff-8fff-' || substr(sender, 3, 12)")
            : (columns[column] ?? column);
        return text.replace("$other", `'${other.key.address}'`);
      });
      await run(
        world,
        sql`${sql.raw(`INSERT INTO latchkey_transactions SELECT ${chosen.join(", ")} FROM latchkey_transactions`)} WHERE id = ${ids[state]}`,
      );
      await run(world, sql`UPDATE latchkey_senders SET open = open + 1 WHERE address = ${sender.key.address}`);
    },
  };
}

const forged: readonly Case[] = [
  copying("queued", {}, "a copy of what is queued under another id"),
  copying("queued", { mac: "''" }, "one without a MAC"),
  copying("queued", { mac_branch: "''" }, "one of no branch key"),
  copying("queued", { payload: forgedPayload.text }, "one of another payload"),
  copying("final", { state: "'queued'" }, "a copy of what was paid"),
  copying("cancelled", { state: "'queued'" }, "a copy of what was cancelled"),
  copying("queued", { sender: "$other" }, "a copy for another wallet"),
  copying("queued", { sender: "$other", subject: "'service:minter'" }, "a copy for another wallet, of a service"),
  copying("queued", { chain: "'other'" }, "a copy for another chain"),
  copying("queued", { chain_id: "5" }, "a copy for another chain's id"),
  copying("queued", { tenant: "'other'" }, "a copy for another tenant"),
  copying("queued", { state: "'signed'" }, "a signed one without an attempt"),
  copying("queued", { state: "'mined'" }, "a mined one without a block"),
  setting("transactions", "cancel_requested", 1, "broadcast"),
  setting("transactions", "cancel_requested", 1, "signed"),
  setting("transactions", "cancel_mac", new Expression("mac")),
  {
    name: "a wish to cancel that was made up",
    tamper: async (world, { sender }) => {
      await run(
        world,
        sql`UPDATE latchkey_transactions SET cancel_requested = 1, cancel_mac = mac WHERE sender = ${sender.key.address}`,
      );
      await run(world, sql`UPDATE latchkey_senders SET signal = signal + 1 WHERE address = ${sender.key.address}`);
    },
  },
  {
    name: "an attempt that was made up",
    tamper: async (world, { sender, ids }) => {
      await run(
        world,
        sql`INSERT INTO latchkey_attempts SELECT ${ids.queued}, 1, tenant, chain_id, sender, nonce, purpose, '0xabcdef', hash, per_gas, tip, gas_limit, max_fee, fee_payer, payer_max_fee, signed_at, since_block, accepted_at, is_dead, mac FROM latchkey_attempts WHERE transaction_id = ${ids.broadcast}`,
      );
      await run(
        world,
        sql`UPDATE latchkey_transactions SET state = 'signed' WHERE id = ${ids.queued} AND sender = ${sender.key.address}`,
      );
    },
  },
  {
    name: "another one's attempt",
    tamper: async (world, { ids }, { ids: others }) => {
      await run(world, sql`DELETE FROM latchkey_attempts WHERE transaction_id = ${ids.signed}`);
      await run(
        world,
        sql`INSERT INTO latchkey_attempts SELECT ${ids.signed}, number, tenant, chain_id, sender, nonce, purpose, raw, hash, per_gas, tip, gas_limit, max_fee, fee_payer, payer_max_fee, signed_at, since_block, accepted_at, is_dead, mac FROM latchkey_attempts WHERE transaction_id = ${others.signed}`,
      );
    },
  },
  ...(["broadcast", "signed", "mined", "final"] as const).map((state): Case => ({
    name: `what is ${state} put back into the queue, its attempts called dead`,
    tamper: async (world, { ids, sender }) => {
      await run(world, sql`UPDATE latchkey_attempts SET is_dead = 1 WHERE transaction_id = ${ids[state]}`);
      await run(world, sql`DELETE FROM latchkey_receipts WHERE transaction_id = ${ids[state]}`);
      await run(world, sql`UPDATE latchkey_transactions SET state = 'queued' WHERE id = ${ids[state]}`);
      await run(world, sql`UPDATE latchkey_senders SET open = open + 1 WHERE address = ${sender.key.address}`);
    },
  })),
];

// Budget of the file: 25 s.
describe("whoever writes to the database and has no key gets no signature", { timeout: 90_000 }, () => {
  it("by any column of latchkey_transactions, in any state", () => play(transactionColumns));
  it("by any column of latchkey_attempts", () => play(attemptColumns));
  it("by any column of latchkey_senders and latchkey_receipts", () => play(otherColumns));
  it("by rows that were made up", () => play(forged));
});
