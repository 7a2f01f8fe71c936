import { describe, expect, it } from "vitest";
import type { ControlTarget } from "../../../src/transactions/policy/policy.ts";
import type { PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { thrownBy } from "../../harness/errors.ts";
import { addressOf, askOf, newPlace, newUser, openPolicy, type PolicyProcess, transfer } from "./open-policy.ts";

const alice = newUser();
const bob = newUser("bob");
const service = { kind: "service", name: "payer" } as const;
const everything: PolicyRule = {
  name: "everything",
  chains: ["ethereum"],
  users: ["alice"],
  services: ["payer"],
  asset: addressOf(0xabcdef),
  maxValue: 2n ** 200n,
  limit: { value: 2n ** 220n, windowMs: 86_400_000, per: "tenant" },
  allowTo: [addressOf(1)],
  denyTo: [addressOf(2)],
  allowSelectors: ["0xa9059cbb"],
  denySelectors: ["0x095ea7b3"],
};
const capped: PolicyRule = { name: "cap", maxValue: 5n };

const send = ({ inBook, clock }: PolicyProcess, subject: Parameters<typeof askOf>[0], value = 1n) =>
  inBook([subject], (book) => book.admit(askOf(subject, transfer(value), clock.now())));

// Budget of the file: 10 s.
describe("controls", () => {
  it("are stored, with the last reason and a version for each change", async () => {
    const { policy, clock, rows, recorder } = await openPolicy();
    const none = { isFrozen: false, reason: null, rules: [], version: 0, updatedAtMs: null };
    for (const target of ["tenant", alice, service] as const satisfies readonly ControlTarget[]) {
      expect(await policy.controls(target)).toEqual(none);
      const frozen = await policy.freeze(target, "stolen");
      expect(frozen).toEqual({ ...none, isFrozen: true, reason: "stolen", version: 1, updatedAtMs: clock.now() });
      await clock.advance(5);
      const ruled = await policy.setRules(target, [everything]);
      expect(ruled).toEqual({ ...frozen, rules: [everything], version: 2, updatedAtMs: clock.now() });
      expect(await policy.controls(target)).toEqual(ruled);
      expect(await policy.unfreeze(target, "found")).toEqual({
        ...ruled,
        isFrozen: false,
        reason: "found",
        version: 3,
      });
      expect(await policy.unfreeze(target)).toEqual({ ...ruled, isFrozen: false, reason: null, version: 4 });
    }
    expect((await rows("latchkey_controls")).map(({ subject }) => subject)).toEqual([
      "tenant",
      `user:${alice.walletId}`,
      "service:payer",
    ]);
    expect(recorder.lines.filter(({ message }) => message === "policy controls changed")).toHaveLength(12);
  });

  it("keep every change of many at once", async () => {
    const shared = newPlace();
    const [one, two] = [await openPolicy(undefined, shared), await openPolicy(undefined, shared)];
    const changes = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? one : two).policy.freeze(alice, String(at)));
    const versions = (await Promise.all(changes)).map(({ version }) => version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  });

  it("refuse a frozen wallet, and only it; the tenant's freeze everybody", async () => {
    const process = await openPolicy();
    const { policy } = process;
    await policy.freeze(alice, "phone lost");
    const error = await thrownBy(() => send(process, alice));
    expect(error).toMatchObject({ code: "ERR_POLICY_FROZEN", context: { frozen: "subject" } });
    expect(String(error)).toContain("phone lost");
    await send(process, bob);
    await process.inBook([alice, bob], async (book) => {
      await thrownBy(() => book.admit(askOf(alice, transfer(1n), process.clock.now())));
      await book.admit(askOf(bob, transfer(1n), process.clock.now()));
    });
    await policy.unfreeze(alice);
    await send(process, alice);
    await policy.freeze("tenant", "incident");
    for (const subject of [alice, bob, service]) {
      expect(await thrownBy(() => send(process, subject))).toMatchObject({ context: { frozen: "tenant" } });
    }
  });

  it("hold beside the configured rules: all have to pass", async () => {
    const process = await openPolicy({ rules: [{ name: "config", maxValue: 100n }] });
    const { policy } = process;
    await policy.setRules("tenant", [{ name: "all", maxValue: 50n }]);
    await policy.setRules(alice, [capped]);
    const ruleAt = async (subject: typeof alice, value: bigint) => thrownBy(() => send(process, subject, value));
    expect(await ruleAt(alice, 6n)).toMatchObject({ context: { rule: "cap" } });
    expect(await ruleAt(bob, 51n)).toMatchObject({ context: { rule: "all" } });
    expect(await ruleAt(bob, 101n)).toMatchObject({ context: { rule: "config" } });
    await send(process, bob, 50n);
    await policy.setRules(alice, []);
    await send(process, alice, 50n);
  });

  it("count a stored limit under its own name, beside a configured one that is called the same", async () => {
    const limited = (value: bigint): PolicyRule => ({ name: "l", limit: { value, windowMs: 60_000, per: "user" } });
    const process = await openPolicy({ rules: [limited(10n)] });
    await process.policy.setRules("tenant", [limited(20n)]);
    await process.policy.setRules(alice, [limited(30n)]);
    expect(await send(process, alice, 10n)).toHaveLength(3);
    expect(await thrownBy(() => send(process, alice, 1n))).toMatchObject({ context: { limit: 10n, used: 10n } });
  });

  it("survive the loss of a chain that a stored rule names", async () => {
    const shared = newPlace();
    const { policy } = await openPolicy(undefined, shared);
    await policy.setRules(alice, [{ ...capped, chains: ["kaia"] }]);
    expect(await thrownBy(() => policy.setRules(alice, [{ ...capped, chains: ["kaja"] }]))).toMatchObject({
      code: "ERR_CONFIG_INVALID",
      context: { rule: "cap", field: "chains[0]" },
    });
    expect(await policy.controls(alice)).toMatchObject({ rules: [{ chains: ["kaia"] }], version: 1 });
  });

  it.each<readonly [string, unknown, unknown]>([
    ["no reason", "tenant", ""],
    ["a long reason", "tenant", "a".repeat(501)],
    ["a reason that is no text", "tenant", 5],
    ["another word than tenant", "everybody", "why"],
    ["a service without a name", { kind: "service", name: "" }, "why"],
    ["a wallet id that is none", { kind: "user", walletId: "tenant", userId: "alice" }, "why"],
    ["nothing", undefined, "why"],
  ])("are not changed for %s", async (_, target, reason) => {
    const { policy, rows } = await openPolicy();
    const error = await thrownBy(() => Reflect.apply(policy.freeze, policy, [target, reason]));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(await rows("latchkey_controls")).toEqual([]);
  });
});
