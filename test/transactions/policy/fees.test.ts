import { describe, expect, it } from "vitest";
import type { Reservation } from "../../../src/transactions/policy/policy.ts";
import { thrownBy } from "../../harness/errors.ts";
import { addressOf, askOf, newUser, openPolicy, transfer } from "./open-policy.ts";

const dayMs = 86_400_000;
const alice = newUser();
const bob = newUser("bob");
const feeBudget = { perTenantPerDay: 150n, perUserPerDay: 100n };

async function openFees() {
  const process = await openPolicy({ feeBudget });
  const ask = (of = alice, nowMs = process.clock.now()) => askOf(of, transfer(1n), nowMs);
  const reserve = (maxFee: bigint, held: readonly Reservation[] = [], asked = ask()) =>
    process.inBook([alice, bob], (book) => book.reserveFee(asked, maxFee, held));
  return { ...process, ask, reserve };
}

const budgetOf = async (attempt: () => unknown): Promise<unknown> => {
  const error = await thrownBy(attempt);
  expect(error).toMatchObject({ code: "ERR_POLICY_DENIED" });
  return error instanceof Error && "context" in error ? error.context : undefined;
};

// Budget of the file: 5 s.
describe("a fee budget", () => {
  it("holds for each user and for the tenant, per UTC day", async () => {
    const { ask, reserve, clock } = await openFees();
    expect(await reserve(100n)).toMatchObject([
      { amount: 100n, what: "fee" },
      { amount: 100n, what: "fee" },
    ]);
    const user = { rule: "feeBudget.perUserPerDay", limit: 100n, used: 100n, value: 1n };
    expect(await budgetOf(() => reserve(1n))).toEqual(user);
    const tenant = { rule: "feeBudget.perTenantPerDay", limit: 150n, used: 100n, value: 51n };
    expect(await budgetOf(() => reserve(51n, [], ask(bob)))).toEqual(tenant);
    await reserve(50n, [], ask(bob));
    const midnight = Math.ceil((clock.now() + 1) / dayMs) * dayMs;
    expect(await budgetOf(() => reserve(1n, [], ask(alice, midnight - 1)))).toMatchObject({ used: 150n });
    await reserve(100n, [], ask(alice, midnight));
  });

  it("counts the highest fee of a transaction, once", async () => {
    const { reserve } = await openFees();
    const first = await reserve(40n);
    const second = await reserve(90n, first);
    expect(second.map(({ amount }) => amount)).toEqual([90n, 90n]);
    expect(await reserve(60n, second)).toEqual(second);
    expect(await budgetOf(() => reserve(101n, second))).toMatchObject({ used: 90n, value: 11n });
    expect(await budgetOf(() => reserve(11n))).toMatchObject({ used: 90n });
    await reserve(10n);
  });

  it("counts what a later day adds on that day", async () => {
    const { ask, reserve, clock } = await openFees();
    const held = await reserve(100n);
    const tomorrow = ask(alice, clock.now() + dayMs);
    const raised = await reserve(130n, held, tomorrow);
    expect(raised.map(({ amount }) => amount).sort()).toEqual([100n, 100n, 30n, 30n].sort());
    expect(await budgetOf(() => reserve(71n, [], tomorrow))).toMatchObject({ used: 30n });
    expect(await budgetOf(() => reserve(1n))).toMatchObject({ used: 100n });
  });

  it("is lowered to the fee that was paid, and given back where nothing was paid", async () => {
    const { reserve, inBook } = await openFees();
    const held = await reserve(100n);
    await inBook([alice], (book) => book.settle(held, { kind: "spent", fee: 30n }));
    expect(await budgetOf(() => reserve(71n))).toMatchObject({ used: 30n });
    const second = await reserve(70n);
    await inBook([alice], (book) => book.settle(second, { kind: "returned" }));
    expect(await budgetOf(() => reserve(71n))).toMatchObject({ used: 30n });
    const third = await reserve(70n);
    await inBook([alice], (book) => book.settle(third, { kind: "spent", fee: 1_000n }));
    expect(await budgetOf(() => reserve(1n))).toMatchObject({ used: 100n });
  });

  it("gives back the latest first of what several days hold", async () => {
    const { ask, reserve, inBook, clock } = await openFees();
    const held = await reserve(80n);
    const tomorrow = ask(alice, clock.now() + dayMs);
    const raised = await reserve(100n, held, tomorrow);
    await inBook([alice], (book) => book.settle(raised, { kind: "spent", fee: 85n }));
    expect(await budgetOf(() => reserve(96n, [], tomorrow))).toMatchObject({ used: 5n });
    expect(await budgetOf(() => reserve(21n))).toMatchObject({ used: 80n });
  });

  it("is asked of fee payers outside the outbox too, as the payer's own", async () => {
    const { policy } = await openFees();
    const payer = { kind: "service", name: "payer" } as const;
    const fee = (maxFee: bigint) => policy.authorize(payer, { kind: "fee", chainId: 8217, from: addressOf(1), maxFee });
    await fee(100n);
    expect(await budgetOf(() => fee(1n))).toMatchObject({ rule: "feeBudget.perUserPerDay" });
    await policy.freeze(payer, "drained");
    expect(await thrownBy(() => fee(0n))).toMatchObject({ code: "ERR_POLICY_FROZEN" });
  });

  it("that is not set holds nobody back", async () => {
    const { inBook, clock, rows, policy } = await openPolicy({});
    const ask = askOf(alice, transfer(1n), clock.now());
    expect(await inBook([alice], (book) => book.reserveFee(ask, 10n ** 30n, []))).toEqual([]);
    await policy.authorize(alice, { kind: "fee", chainId: 8217, from: addressOf(1), maxFee: 10n ** 30n });
    expect(await rows("latchkey_limits")).toEqual([]);
  });
});
