import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { anvilOfFile, openScene, type OutboxScene, pay, person } from "./scene.ts";

const main = anvilOfFile();
const huge = "a".repeat(10 * 2 ** 20);
const abi = ["function act(uint256 amount, address to)"];
const checksummed = "0x00000000000000000000000000000000000A11cE";

/** What JavaScript callers can pass, past the types. */
const badIntents: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a text", "transfer"],
  ["an empty object", {}],
  ["an empty list", []],
  ["two intents in one", { ...pay(1n), data: { to: person, data: "0x" } }],
  ["an unknown kind", { mint: { to: person } }],
  ["the outbox's own kind", { cancel: { nonce: 0 } }],
  ["a wrong checksum", pay(1n, checksummed.replace("A11cE", "a11CE"))],
  ["the zero address", pay(1n, `0x${"0".repeat(40)}`)],
  ["a short address", pay(1n, person.slice(0, -1))],
  ["no address", { transfer: { value: 1n } }],
  ["an address of 10 MB", pay(1n, huge)],
  ["a negative amount", pay(-1n)],
  ["an amount past 256 bits", pay(2n ** 256n)],
  ["NaN", { transfer: { to: person, value: NaN } }],
  ["a float", { transfer: { to: person, value: 1.5 } }],
  ["a number", { transfer: { to: person, value: 1 } }],
  ["a text as the amount", { transfer: { to: person, value: "1" } }],
  ["no amount", { transfer: { to: person } }],
  ["a token amount as text", { token: { contract: person, to: person, amount: "1" } }],
  ["a negative token amount", { token: { contract: person, to: person, amount: -1n } }],
  ["a token of the zero address", { token: { contract: `0x${"0".repeat(40)}`, to: person, amount: 1n } }],
  ["data of odd length", { data: { to: person, data: "0x123" } }],
  ["data that is no hexadecimal", { data: { to: person, data: "0xzz" } }],
  ["data without 0x", { data: { to: person, data: "1234" } }],
  ["data of 10 MB", { data: { to: person, data: `0x${huge}` } }],
  ["no bytecode", { deploy: { bytecode: "0x" } }],
  ["bytecode of 10 MB", { deploy: { bytecode: `0x${huge}` } }],
  ["arguments without an ABI", { deploy: { bytecode: "0x60", args: [1n] } }],
  ["an empty ABI", { call: { to: person, abi: [], function: "act", args: [] } }],
  ["a function that the ABI has not", { call: { to: person, abi, function: "run", args: [] } }],
  ["an empty list of arguments", { call: { to: person, abi, function: "act", args: [] } }],
  ["a float argument", { call: { to: person, abi, function: "act", args: [1.5, person] } }],
  ["a negative argument", { call: { to: person, abi, function: "act", args: [-1n, person] } }],
  [
    "an argument with a wrong checksum",
    { call: { to: person, abi, function: "act", args: [1n, checksummed.replace("A11cE", "a11CE")] } },
  ],
  [
    "an argument of a megabyte",
    { call: { to: person, abi: ["function act(string text)"], function: "act", args: [huge.slice(0, 2 ** 20)] } },
  ],
  ["a function's name of 10 MB", { call: { to: person, abi, function: huge, args: [] } }],
  ["a memo, which this chain has not", { transfer: { to: person, value: 1n, memo: "hello" } }],
];

const badOptions: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["a key of 10 MB", { idempotencyKey: huge }],
  ["an empty key", { idempotencyKey: "" }],
  ["a deadline in the past", { deadlineMs: Date.now() - 1 }],
  ["a ceiling as text", { feeCeiling: "1" }],
  ["a fee payer that is not registered", { feePayer: "nobody" }],
  ["an unknown option", { nonce: 7 }],
];

const tables = ["transactions", "attempts", "receipts", "senders", "limits", "webhook_deliveries"] as const;

function countsIn({ sql }: OutboxScene): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    tables.map((table) => [table, sql(`SELECT count(*) AS count FROM latchkey_${table}`)[0]?.["count"]]),
  );
}

const nothing = Object.fromEntries(tables.map((table) => [table, 0]));

/** Calls past the types. */
async function callers() {
  const scene = await openScene(main.node);
  const accounts = [await scene.user("alice"), await scene.service("minter")];
  return {
    scene,
    sends: accounts.map(
      (account) =>
        (intent: unknown, options?: unknown): unknown =>
          Reflect.apply(account.send, account, [intent, options]),
    ),
  };
}

async function expectRefused(scene: OutboxScene, what: string, attempt: () => unknown): Promise<void> {
  const error = await thrownBy(attempt);
  expect(isLatchkeyError(error), `${what}: ${String(error)}`).toBe(true);
  expect(String(error).length, what).toBeLessThan(600);
  expect(countsIn(scene), what).toEqual(nothing);
}

// Budget of the file: 6 s, the node's start included.
describe("what cannot be sent", { timeout: 30_000 }, () => {
  it("is refused by a typed error, for users and services, and no row is stored", async () => {
    const { scene, sends } = await callers();
    for (const send of sends) {
      for (const [what, intent] of badIntents) await expectRefused(scene, what, () => send(intent));
      for (const [what, options] of badOptions) await expectRefused(scene, what, () => send(pay(1n), options));
    }
    await sends[0]?.(pay(1n));
    expect(countsIn(scene)).toMatchObject({ transactions: 1, senders: 1 });
  });

  it("is not explained either", async () => {
    const { user } = await openScene(main.node);
    const account = await user("alice");
    for (const [what, intent] of badIntents) {
      const error = await thrownBy((): unknown => Reflect.apply(account.explain, account, [intent]));
      expect(isLatchkeyError(error), `${what}: ${String(error)}`).toBe(true);
    }
  });
});

describe("what cannot be looked up", { timeout: 30_000 }, () => {
  it.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["an empty text", ""],
    ["half a hash", "0x1234"],
    ["10 MB", huge],
    ["a list", ["id"]],
  ])("by id: %s", async (_, id) => {
    const { latchkey } = await openScene(main.node);
    const { transactions } = latchkey;
    const error = await thrownBy((): unknown => Reflect.apply(transactions.get, transactions, [id]));
    expect(isLatchkeyError(error, "ERR_TRANSACTION_OPTIONS_INVALID"), String(error)).toBe(true);
  });

  it("by what nobody has", async () => {
    const { latchkey } = await openScene(main.node);
    for (const id of ["0".repeat(36), "-".repeat(36), `0x${"0".repeat(64)}`, "01890000-0000-7000-8000-000000000000"])
      expect(await latchkey.transactions.get(id)).toBeUndefined();
  });
});
