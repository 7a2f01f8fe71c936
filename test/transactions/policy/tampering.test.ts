import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { branchKeyStore } from "../../../src/store/branch-keys.ts";
import type { PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { branchKeyContext } from "../../../src/vault/envelope/encryption-context.ts";
import { thrownBy } from "../../harness/errors.ts";
import {
  addressOf,
  askOf,
  newPlace,
  newUser,
  openPolicy,
  type PolicyProcess,
  tenant,
  transfer,
} from "./open-policy.ts";

const alice = newUser();
const bob = newUser("bob");
const limited: PolicyRule = { name: "limited", limit: { value: 100n, windowMs: 3_600_000, per: "user" } };
const hex = "ab".repeat(32);

const send = ({ inBook, clock }: PolicyProcess, subject = alice) =>
  inBook([alice, bob], (book) => book.admit(askOf(subject, transfer(1n), clock.now())));
const tampered = { code: "ERR_POLICY_TAMPERED", retryable: false };

// Budget of the file: 10 s.
describe("a row of the controls that was altered", () => {
  it.each([
    ["frozen", "frozen = 0"],
    ["frozen, to another word for no", "frozen = ''"],
    ["reason", "reason = 'found'"],
    ["reason, to nothing", "reason = NULL"],
    ["reason, to bytes", "reason = x'00'"],
    ["rules", "rules = '[]'"],
    ["rules, to nonsense", "rules = '{'"],
    ["version", "version = version + 1"],
    ["version, to text", "version = 'one'"],
    ["mac_branch", "mac_branch = '00000000-0000-4000-8000-000000000000:1'"],
    ["mac_branch, to nonsense", "mac_branch = ''"],
    ["mac_branch, to another version", "mac_branch = substr(mac_branch, 1, 37) || '2'"],
    ["mac", `mac = '${hex}'`],
    ["mac, to nothing", "mac = ''"],
    ["updated_at", "updated_at = updated_at + 1"],
    ["updated_at, to text", "updated_at = 'now'"],
    ["subject", `subject = 'user:${bob.walletId}'`, bob],
  ])("in its %s refuses everything for whom it concerns", async (_, change, victim = alice) => {
    const process = await openPolicy();
    const { policy, sql, rows } = process;
    await policy.setRules(alice, [limited]);
    await policy.freeze(alice, "stolen");
    await sql(`UPDATE latchkey_controls SET ${change}`);
    // A branch key that is not open is looked for once.
    const first = await thrownBy(() => send(process, victim));
    expect(first).toMatchObject({ code: "ERR_POLICY_TAMPERED" });
    expect(await thrownBy(() => send(process, victim))).toMatchObject(tampered);
    for (const attempt of [
      () => policy.authorize(victim, { kind: "message", bytes: new Uint8Array() }),
      () => policy.controls(victim),
      () => policy.unfreeze(victim),
      () => policy.freeze(victim, "again"),
      () => policy.setRules(victim, []),
    ]) {
      expect(await thrownBy(attempt)).toMatchObject(tampered);
    }
    if (victim === alice) await send(process, bob);
    expect(await rows("latchkey_controls")).toHaveLength(1);
  });

  it("in its tenant is nobody's, and of another tenant's rows none passes for one of this", async () => {
    const process = await openPolicy();
    await process.policy.freeze("tenant", "incident");
    await process.sql("UPDATE latchkey_controls SET tenant = 'another'");
    await send(process);
    await process.policy.freeze("tenant", "incident");
    await process.sql("DELETE FROM latchkey_controls WHERE tenant = 'tenant'");
    await process.sql("UPDATE latchkey_controls SET tenant = 'tenant', frozen = 0");
    expect(await thrownBy(() => send(process))).toMatchObject(tampered);
  });

  it("refuses everybody where it is the tenant's", async () => {
    const process = await openPolicy();
    await process.policy.freeze("tenant", "incident");
    await process.sql("UPDATE latchkey_controls SET frozen = 0");
    for (const subject of [alice, bob]) expect(await thrownBy(() => send(process, subject))).toMatchObject(tampered);
  });
});

describe("a counter that was altered", () => {
  it.each([
    ["used", "used = '[]'"],
    ["used, to nonsense", "used = '{'"],
    ["used, to bytes", "used = x'5b5d'"],
    ["version", "version = version + 1"],
    ["mac_branch", "mac_branch = '00000000-0000-4000-8000-000000000000:1'"],
    ["mac", `mac = '${hex}'`],
    ["mac, to nothing", "mac = ''"],
  ])("in its %s refuses what needs it", async (_, change) => {
    const process = await openPolicy({ rules: [limited] });
    const { policy, sql, inBook, rows, recorder } = process;
    const held = await send(process);
    await send(process, bob);
    await sql(`UPDATE latchkey_limits SET ${change} WHERE scope LIKE '%${alice.walletId}%'`);
    const before = await rows("latchkey_limits");
    expect(await thrownBy(() => send(process))).toMatchObject({ code: "ERR_POLICY_TAMPERED" });
    expect(await thrownBy(() => send(process))).toMatchObject(tampered);
    const intent = transfer(1n, addressOf(5));
    expect(await thrownBy(() => policy.authorize(alice, { kind: "transaction", chainId: 1, intent }))).toMatchObject(
      tampered,
    );
    // What does not need it goes on, and what ends is not held up.
    await policy.authorize(alice, { kind: "message", bytes: new Uint8Array() });
    await inBook([alice], (book) => book.settle(held, { kind: "returned" }));
    expect(recorder.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(await rows("latchkey_limits")).toEqual(before);
    await send(process, bob);
  });

  it("is not another's: neither scope nor tenant can be exchanged", async () => {
    const process = await openPolicy({ rules: [limited] });
    const { sql } = process;
    await send(process);
    await send(process, bob);
    await sql(`DELETE FROM latchkey_limits WHERE scope LIKE '%${alice.walletId}%'`);
    await sql(`UPDATE latchkey_limits SET scope = replace(scope, '${bob.walletId}', '${alice.walletId}')`);
    expect(await thrownBy(() => send(process))).toMatchObject(tampered);
  });
});

describe("a row under another branch key of the tenant's", () => {
  it("is opened the next time, and written under the first", async () => {
    const shared = newPlace();
    const process = await openPolicy({ rules: [limited] }, shared);
    const { policy, sql, rows } = process;
    await policy.freeze(alice, "stolen");
    await policy.freeze(bob, "stolen");
    // The slots change places: what was first is now a branch key beside it.
    await sql("UPDATE latchkey_branch_keys SET slot = 7");
    const branch = { tenant, branchId: randomUUID(), version: 1 };
    const wrapped = await process.wrappingKey.wrap(randomBytes(32), branchKeyContext(branch));
    const branchKeys = branchKeyStore(process.database);
    await branchKeys.claim(tenant, 0, "claim");
    await branchKeys.publish(0, { ...branch, wrapped });
    const next = await openPolicy({ rules: [limited] }, shared);
    const error = await thrownBy(() => send(next));
    expect(error).toMatchObject({ code: "ERR_POLICY_TAMPERED", retryable: true });
    expect(await thrownBy(() => send(next))).toMatchObject({ code: "ERR_POLICY_FROZEN" });
    // Where the policy has its transaction in hand itself, nobody notices.
    const third = await openPolicy({ rules: [limited] }, shared);
    expect(await third.policy.controls(alice)).toMatchObject({ isFrozen: true });
    expect(await third.policy.unfreeze(alice)).toMatchObject({ isFrozen: false, version: 2 });
    const branches = (await rows("latchkey_controls")).map((row) => row["mac_branch"]);
    expect(new Set(branches).size).toBe(2);
    await send(third);
  });
});
