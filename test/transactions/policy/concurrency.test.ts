import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { askOf, newPlace, newUser, openPolicy, type PolicyPlace, transfer } from "./open-policy.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const places: readonly (readonly [string, () => Promise<PolicyPlace>])[] = [
  ["SQLite", () => Promise.resolve(newPlace())],
  [
    "PostgreSQL",
    async () => ({
      place: { dialect: "postgres", location: await server.createDatabase(randomUUID()) },
      rootKey: randomBytes(32),
    }),
  ],
];

const windowMs = 3_600_000;
const together: PolicyRule = { name: "a together", limit: { value: 10n, windowMs, per: "tenant" } };
const alone: PolicyRule = { name: "b alone", limit: { value: 4n, windowMs, per: "user" } };

const isDenial = (error: unknown): boolean => isLatchkeyError(error, "ERR_POLICY_DENIED");

/** Which went through; whatever fails otherwise fails the test. */
async function countPassed(attempts: readonly Promise<unknown>[]): Promise<number> {
  const outcomes = await Promise.allSettled(attempts);
  for (const outcome of outcomes) if (outcome.status === "rejected") expect(isDenial(outcome.reason)).toBe(true);
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}

// Budget of the file: 25 s, the server's start included.
describe.each(places)("two processes on %s", (_, place) => {
  const openTwo = async (rules: readonly PolicyRule[]) => {
    const shared = await place();
    const options = { rules, feeBudget: { perTenantPerDay: 10n, perUserPerDay: 4n } };
    return [await openPolicy(options, shared), await openPolicy(options, shared)] as const;
  };

  it("pass exactly as many as the limit has, of many at once", async () => {
    const [one, two] = await openTwo([together]);
    const user = newUser();
    const attempts = Array.from({ length: 40 }, (_, at) => {
      const { inBook, clock } = at % 2 === 0 ? one : two;
      return inBook([user], (book) => book.admit(askOf(user, transfer(1n), clock.now())));
    });
    expect(await countPassed(attempts)).toBe(10);
    expect(await one.rows("latchkey_limits")).toHaveLength(1);
  });

  it("hold users in any order, with limits of one and of all, and come to an end", async () => {
    const [one, two] = await openTwo([alone, together]);
    const users = Array.from({ length: 6 }, (_, at) => newUser(`user ${String(at)}`));
    const attempts = Array.from({ length: 48 }, (_, at) => {
      const { inBook, clock } = at % 2 === 0 ? one : two;
      const first = users[at % 6] ?? expect.fail("no user");
      const second = users[(at * 5 + 3) % 6] ?? expect.fail("no user");
      return inBook([first, second], async (book) => {
        await book.admit(askOf(second, transfer(1n), clock.now()));
        return await book.admit(askOf(first, transfer(1n), clock.now()));
      });
    });
    // Each takes two of the ten.
    expect(await countPassed(attempts)).toBe(5);
  });

  it("sign and settle at the same time, with fees and values, and come to an end with nothing held", async () => {
    const [one, two] = await openTwo([alone, together]);
    const users = Array.from({ length: 4 }, (_, at) => newUser(`user ${String(at)}`));
    const attempts = Array.from({ length: 32 }, async (_, at) => {
      const { inBook, clock } = at % 2 === 0 ? one : two;
      const user = users[at % 4] ?? expect.fail("no user");
      const ask = askOf(user, transfer(1n), clock.now());
      const admitted = await inBook([user], (book) => book.admit(ask));
      const held = await inBook([user], async (book) => {
        try {
          return await book.reserveFee(ask, 1n, await book.recheck(ask, admitted));
        } catch (error) {
          if (!isDenial(error)) throw error;
          return admitted;
        }
      });
      await inBook([user], (book) => book.settle(held, { kind: "returned" }));
    });
    expect(await countPassed(attempts)).toBeGreaterThanOrEqual(10);
    const used = (await one.rows("latchkey_limits")).map((row) => row["used"]);
    // One counter for all and one for each user, of values; as many of fees, where it came to that.
    expect(used.length).toBeGreaterThan(5);
    expect(new Set(used)).toEqual(new Set(["[]"]));
  });

  it("spend a limit through signatures outside the outbox as well", async () => {
    const [one, two] = await openTwo([together]);
    const user = newUser();
    const attempts = Array.from({ length: 30 }, (_, at) =>
      (at % 2 === 0 ? one : two).policy.authorize(user, { kind: "transaction", chainId: 1, intent: transfer(1n) }),
    );
    expect(await countPassed(attempts)).toBe(10);
  });

  it("see a freeze of the other at once, and every version of the controls", async () => {
    const [one, two] = await openTwo([]);
    const user = newUser();
    const changes = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? one : two).policy.freeze(user, String(at)));
    const versions = (await Promise.all(changes)).map(({ version }) => version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(await one.policy.controls(user)).toEqual(await two.policy.controls(user));
    for (const { policy } of [one, two]) {
      await expect(policy.authorize(user, { kind: "digest" })).rejects.toMatchObject({ code: "ERR_POLICY_FROZEN" });
    }
  });
});
