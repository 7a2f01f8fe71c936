import { describe, expect, it } from "vitest";
import type { Reservation } from "../../../src/transactions/policy/policy.ts";
import type { PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { thrownBy } from "../../harness/errors.ts";
import { askOf, hourly, newPlace, newUser, openPolicy, transfer } from "./open-policy.ts";

const alice = newUser();

// Budget of the file: 5 s.
describe("settle", () => {
  it("gives back all that was returned, once the transaction is written", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    const ask = askOf(alice, transfer(100n), clock.now());
    const held = await inBook([alice], (book) => book.admit(ask));
    await inBook([alice], (book) => book.settle(held, { kind: "spent", fee: 0n }));
    expect(await thrownBy(() => inBook([alice], (book) => book.admit(ask)))).toMatchObject({ context: { used: 100n } });
    await inBook([alice], (book) => book.settle(held, { kind: "returned" }));
    await inBook([alice], (book) => book.admit(ask));
  });

  it("finds the counter by the reservation alone: the user's id may be unknown, and the rule gone", async () => {
    const shared = newPlace();
    const rule: PolicyRule = { ...hourly, users: ["alice"] };
    const { inBook, clock } = await openPolicy({ rules: [rule] }, shared);
    const ask = askOf(alice, transfer(100n), clock.now());
    const held = await inBook([alice], (book) => book.admit(ask));
    const unknown = { ...alice, userId: "" };
    const without = await openPolicy(undefined, shared);
    await without.inBook([unknown], (book) => book.settle(held, { kind: "returned" }));
    await inBook([alice], (book) => book.admit(ask));
  });

  it("takes no more from a counter than it has", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    const ask = askOf(alice, transfer(10n), clock.now());
    const held = await inBook([alice], (book) => book.admit(ask));
    const more: Reservation[] = held.map((each) => ({ ...each, amount: 10n ** 30n }));
    await inBook([alice], (book) => book.settle(more, { kind: "returned" }));
    await inBook([alice], async (book) => {
      await book.admit({ ...ask, intent: transfer(100n) });
      expect(await thrownBy(() => book.admit(ask))).toMatchObject({ context: { used: 100n } });
    });
  });
});
