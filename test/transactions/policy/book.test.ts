import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../src/transactions/policy/create-policy.ts";
import type { PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { thrownBy } from "../../harness/errors.ts";
import { recordedDatabase } from "../../store/statements.ts";
import {
  addressOf,
  askOf,
  chains,
  hourly,
  hourMs,
  newPlace,
  newUser,
  openPolicy,
  tenant,
  transfer,
} from "./open-policy.ts";

const alice = newUser();
const bob = newUser("bob");
const service = { kind: "service", name: "payer" } as const;

// Budget of the file: 5 s.
describe("admit", () => {
  it("counts up to the limit and not beyond, for each user alone or for all", async () => {
    const together: PolicyRule = { name: "together", limit: { value: 150n, windowMs: hourMs, per: "tenant" } };
    const { inBook, clock, rows } = await openPolicy({ rules: [hourly, together] });
    const ask = (value: bigint, of = alice) => askOf(of, transfer(value), clock.now());
    await inBook([alice, bob], async (book) => {
      expect(await book.admit(ask(60n))).toMatchObject([{ amount: 60n, what: "value" }, { amount: 60n }]);
      await book.admit(ask(40n));
      const error = await thrownBy(() => book.admit(ask(1n)));
      expect(error).toMatchObject({
        code: "ERR_POLICY_DENIED",
        context: { rule: "hourly", limit: 100n, used: 100n, value: 1n },
      });
      expect(String(error)).toContain('"hourly"');
      // Nothing of what was refused is counted, by either rule.
      await book.admit(ask(50n, bob));
      expect(await thrownBy(() => book.admit(ask(1n, bob)))).toMatchObject({
        context: { rule: "together", used: 150n },
      });
    });
    // In the next transaction, as any process would see it.
    await inBook([alice, bob], async (book) => {
      expect(await thrownBy(() => book.admit(ask(1n)))).toMatchObject({ context: { rule: "hourly" } });
    });
    // Made, and written once: what was refused writes nothing.
    expect((await rows("latchkey_limits")).map(({ version }) => version)).toEqual([2, 2, 2]);
  });

  it("takes one amount of exactly the limit, and an ask of nothing always", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    await inBook([alice], async (book) => {
      expect(await thrownBy(() => book.admit(askOf(alice, transfer(101n), clock.now())))).toMatchObject({
        context: { used: 0n, value: 101n },
      });
      await book.admit(askOf(alice, transfer(100n), clock.now()));
      expect(await book.admit(askOf(alice, transfer(0n), clock.now()))).toEqual([]);
    });
  });

  it("leaves no trace where the transaction is undone or the book is not written", async () => {
    const { inBook, policy, database, clock, rows } = await openPolicy({ rules: [hourly] });
    const ask = askOf(alice, transfer(100n), clock.now());
    await thrownBy(() =>
      inBook([alice], async (book) => {
        await book.admit(ask);
        throw new Error("undone");
      }),
    );
    expect(await rows("latchkey_limits")).toEqual([]);
    const lease = await policy.lease();
    await database.transaction(async (tx) => {
      await (await lease.open(tx, [alice])).admit(ask);
    });
    lease.release();
    await inBook([alice], (book) => book.admit(ask));
  });

  it("counts by rule and asset: whoever changes a rule's numbers does not begin anew", async () => {
    const shared = newPlace();
    const { inBook, clock } = await openPolicy({ rules: [hourly] }, shared);
    await inBook([alice], (book) => book.admit(askOf(alice, transfer(90n), clock.now())));
    const changed = { ...hourly, limit: { value: 100n, windowMs: 2 * hourMs, per: "user" } } as const;
    const next = await openPolicy({ rules: [changed] }, shared);
    await next.inBook([alice], async (book) => {
      expect(await thrownBy(() => book.admit(askOf(alice, transfer(11n), clock.now())))).toMatchObject({
        context: { used: 90n },
      });
    });
    const asset = addressOf(7);
    const other = await openPolicy({ rules: [{ ...hourly, asset }] }, shared);
    const token = { contract: asset, to: addressOf(1), amount: 100n };
    await other.inBook([alice], (book) =>
      book.admit(askOf(alice, { ...transfer(0n, asset), kind: "token", token }, clock.now())),
    );
  });

  it("counts services by themselves, and rules by subject, chain and chain id", async () => {
    const rules: PolicyRule[] = [
      { name: "users", users: ["alice"], maxValue: 10n },
      { name: "services", services: ["payer"], maxValue: 20n },
      { name: "chain", chains: ["kaia"], maxValue: 5n },
    ];
    const { inBook, clock } = await openPolicy({ rules });
    await inBook([alice, bob, service], async (book) => {
      const ruleAgainst = async (subject: Parameters<typeof askOf>[0], value: bigint, chain?: string) => {
        const error = await thrownBy(async () => {
          await book.admit(askOf(subject, transfer(value), clock.now(), chain));
          throw new Error("admitted");
        });
        return error instanceof Error && "context" in error ? error.context : "admitted";
      };
      expect(await ruleAgainst(alice, 11n)).toMatchObject({ rule: "users", limit: 10n, value: 11n });
      expect(await ruleAgainst(alice, 10n)).toBe("admitted");
      expect(await ruleAgainst(bob, 11n)).toBe("admitted");
      expect(await ruleAgainst(service, 21n)).toMatchObject({ rule: "services" });
      expect(await ruleAgainst(service, 20n)).toBe("admitted");
      expect(await ruleAgainst(bob, 6n, "kaia")).toMatchObject({ rule: "chain" });
      // A second name for the same chain is no way around.
      const ask = { ...askOf(bob, transfer(6n), clock.now()), chain: "kaia again", chainId: 8217 };
      expect(await thrownBy(() => book.admit(ask))).toMatchObject({ context: { rule: "chain" } });
    });
  });

  it("lets a cancellation pass that does nothing, but not past a freeze", async () => {
    const { inBook, policy, clock } = await openPolicy({ rules: [{ name: "none", allowTo: [], allowSelectors: [] }] });
    const cancel = { ...transfer(0n, addressOf(1)), kind: "cancel" } as const;
    await inBook([alice], async (book) => {
      expect(await book.admit(askOf(alice, cancel, clock.now()))).toEqual([]);
      for (const more of [{ value: 1n }, { data: "0x01" } as const]) {
        expect(await thrownBy(() => book.admit(askOf(alice, { ...cancel, ...more }, clock.now())))).toMatchObject({
          context: { rule: "none" },
        });
      }
    });
    await policy.freeze(alice, "stolen");
    await inBook([alice], async (book) => {
      expect(await thrownBy(() => book.admit(askOf(alice, cancel, clock.now())))).toMatchObject({
        code: "ERR_POLICY_FROZEN",
      });
    });
  });

  it("is for subjects that the book was opened for", async () => {
    const { inBook, clock } = await openPolicy();
    await inBook([alice], async (book) => {
      expect(await thrownBy(() => book.admit(askOf(bob, transfer(1n), clock.now())))).toBeInstanceOf(RangeError);
    });
  });

  it("costs one query where there is no policy, and writes nothing", async () => {
    const { database, macs, clock, recorder } = await openPolicy();
    const recorded = recordedDatabase(database);
    const { logger } = recorder;
    const policy = createPolicy({
      tenant,
      database: recorded.database,
      macs,
      clock,
      logger,
      options: undefined,
      chains,
    });
    (await policy.lease()).release();
    const before = recorded.statements.length;
    const lease = await policy.lease();
    await recorded.database.transaction(async (tx) => {
      const book = await lease.open(tx, [alice, bob]);
      for (const subject of [alice, bob]) {
        const ask = askOf(subject, transfer(5n), clock.now());
        const held = await book.recheck(ask, await book.admit(ask));
        expect(await book.reserveFee(ask, 7n, held)).toEqual([]);
        await book.settle([], { kind: "returned" });
      }
      await book.write();
    });
    lease.release();
    await policy.authorize(alice, { kind: "digest" });
    expect(recorded.statements.slice(before).map(({ sql }) => sql.slice(0, 6))).toEqual(["select", "select"]);
  });
});
