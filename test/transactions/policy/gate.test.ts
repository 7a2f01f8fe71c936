import { describe, expect, it } from "vitest";
import type { Grant, SigningRequest } from "../../../src/ports/signing-request.ts";
import type { PolicyOptions, PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { thrownBy } from "../../harness/errors.ts";
import { addressOf, newUser, openPolicy, transfer } from "./open-policy.ts";

const alice = newUser();
const bob = newUser("bob");
const token = addressOf(0x70ce);
const spender = addressOf(0x59e);
const harmless: PolicyRule = { name: "harmless", chains: ["kaia"], denyTo: [addressOf(0xbad)] };
const tokenLimit: PolicyRule = {
  name: "tokens",
  asset: token,
  limit: { value: 100n, windowMs: 3_600_000, per: "user" },
};

const message: SigningRequest = { kind: "message", bytes: Uint8Array.of(1) };
const digest: SigningRequest = { kind: "digest" };
const fee: SigningRequest = { kind: "fee", chainId: 8217, from: addressOf(1), maxFee: 1n };
const delegation: SigningRequest = { kind: "authorization", chainId: 0, delegate: addressOf(0xde1), nonce: 0n };
const unrecognised = {
  kind: "typed-data",
  chainId: 1,
  verifyingContract: token,
  primaryType: "Order",
  grants: null,
} as const satisfies SigningRequest;
const transaction = (value: bigint, chainId = 1): SigningRequest => ({
  kind: "transaction",
  chainId,
  intent: transfer(value),
});
const permit = (amount: bigint | null, more: Partial<Grant> = {}, chainId: number | null = 1): SigningRequest => ({
  ...unrecognised,
  primaryType: "Permit",
  chainId,
  grants: [{ kind: "permit", token, spender, amount, ...more }],
});
const all = [message, digest, fee, delegation, unrecognised, transaction(1n), permit(1n)];

/** The rule that refuses; undefined where the signature may be made. */
async function refusalOf(options: PolicyOptions, request: SigningRequest): Promise<unknown> {
  const { policy } = await openPolicy(options);
  try {
    await policy.authorize(alice, request);
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_POLICY_DENIED" });
    return error instanceof Error && "context" in error ? Reflect.get(Object(error.context), "rule") : undefined;
  }
  return undefined;
}

// Budget of the file: 10 s.
describe("a signature outside the outbox", () => {
  it("is made of anything where there is no policy", async () => {
    const { policy, rows } = await openPolicy();
    for (const request of all) await policy.authorize(alice, request);
    expect([...(await rows("latchkey_controls")), ...(await rows("latchkey_limits"))]).toEqual([]);
  });

  it("is made of nothing where wallet or tenant are frozen", async () => {
    const { policy } = await openPolicy({ digests: "allow", typedData: [{ primaryType: "Order" }] });
    await policy.freeze(alice, "stolen");
    for (const request of all) {
      expect(await thrownBy(() => policy.authorize(alice, request))).toMatchObject({ code: "ERR_POLICY_FROZEN" });
    }
    await policy.authorize(bob, message);
    await policy.freeze("tenant", "incident");
    for (const request of all) {
      expect(await thrownBy(() => policy.authorize(bob, request))).toMatchObject({ code: "ERR_POLICY_FROZEN" });
    }
  });

  it.each<readonly [string, PolicyOptions, SigningRequest, unknown]>([
    ["messages by default", { rules: [harmless] }, message, undefined],
    ["messages, refused", { messages: "deny" }, message, "messages"],
    ["a digest once there is a rule", { rules: [harmless] }, digest, "digests"],
    ["a digest where messages are refused", { messages: "deny" }, digest, "digests"],
    ["a digest where typed data is listed", { typedData: [] }, digest, "digests"],
    ["a digest where delegates are listed", { delegates: [] }, digest, "digests"],
    ["a digest, refused", { digests: "deny" }, digest, "digests"],
    ["a digest, allowed", { rules: [harmless], digests: "allow" }, digest, undefined],
    ["a digest with a fee budget alone", { feeBudget: { perTenantPerDay: 1n } }, digest, undefined],
    ["unknown typed data once there is a rule", { rules: [harmless] }, unrecognised, "typedData"],
    ["unknown typed data where none is listed", { typedData: [] }, unrecognised, "typedData"],
    ["typed data by its type", { rules: [harmless], typedData: [{ primaryType: "Order" }] }, unrecognised, undefined],
    ["typed data of another type", { typedData: [{ primaryType: "order" }] }, unrecognised, "typedData"],
    [
      "typed data by all it says",
      { typedData: [{ primaryType: "Order", chainId: 1, verifyingContract: token.toUpperCase().replace("0X", "0x") }] },
      unrecognised,
      undefined,
    ],
    ["typed data of another chain", { typedData: [{ primaryType: "Order", chainId: 2 }] }, unrecognised, "typedData"],
    [
      "typed data of no contract",
      { typedData: [{ primaryType: "Order", verifyingContract: token }] },
      { ...unrecognised, verifyingContract: null },
      "typedData",
    ],
    ["typed data that grants nothing", { rules: [harmless] }, { ...unrecognised, grants: [] }, undefined],
    ["a delegation once there is a rule", { rules: [harmless] }, delegation, "delegates"],
    ["a delegation that is not listed", { delegates: [addressOf(1)] }, delegation, "delegates"],
    [
      "a delegation that is listed",
      { rules: [harmless], delegates: [addressOf(0xde1).toUpperCase().replace("0X", "0x")] },
      delegation,
      undefined,
    ],
    ["a transaction within a rule", { rules: [{ name: "cap", maxValue: 5n }] }, transaction(5n), undefined],
    ["a transaction beyond a rule", { rules: [{ name: "cap", maxValue: 5n }] }, transaction(6n), "cap"],
    ["one on another chain", { rules: [{ name: "c", chains: ["kaia"], maxValue: 5n }] }, transaction(6n), undefined],
    ["one on the chain", { rules: [{ name: "c", chains: ["kaia"], maxValue: 5n }] }, transaction(6n, 8217), "c"],
    [
      "one on a chain not configured",
      { rules: [{ name: "c", chains: ["kaia"], maxValue: 5n }] },
      transaction(6n, 9),
      "c",
    ],
    ["a permit within a limit", { rules: [tokenLimit] }, permit(100n), undefined],
    ["a permit beyond a limit", { rules: [tokenLimit] }, permit(101n), "tokens"],
    ["a permit without a limit", { rules: [tokenLimit] }, permit(null), "tokens"],
    ["a permit of all, capped", { rules: [{ name: "cap", asset: token, maxValue: 5n }] }, permit(null), "cap"],
    ["a permit of another token", { rules: [tokenLimit] }, permit(null, { token: addressOf(9) }), undefined],
    [
      "a permit, its token in capitals",
      { rules: [tokenLimit] },
      permit(null, { token: `0x${token.slice(2).toUpperCase()}` }),
      "tokens",
    ],
    ["a permit to one refused", { rules: [{ name: "d", denyTo: [spender] }] }, permit(1n), "d"],
    ["a permit of a token refused", { rules: [{ name: "d", denyTo: [token] }] }, permit(1n), "d"],
    ["a permit to one not listed", { rules: [{ name: "a", allowTo: [token] }] }, permit(1n), "a"],
    ["a permit to one listed", { rules: [{ name: "a", allowTo: [token, spender] }] }, permit(1n), undefined],
    ["a permit of no chain", { rules: [{ ...tokenLimit, chains: ["kaia"] }] }, permit(null, {}, null), "tokens"],
    ["a fee without a budget", { rules: [harmless] }, fee, undefined],
  ])("is decided for %s", async (_, options, request, rule) => {
    expect(await refusalOf(options, request)).toBe(rule);
  });

  it("is held to stored rules as to configured ones", async () => {
    const { policy } = await openPolicy();
    await policy.setRules(alice, [harmless]);
    expect(await thrownBy(() => policy.authorize(alice, digest))).toMatchObject({ context: { rule: "digests" } });
    await policy.authorize(bob, digest);
    await policy.setRules("tenant", [harmless]);
    expect(await thrownBy(() => policy.authorize(bob, digest))).toMatchObject({ context: { rule: "digests" } });
  });

  it("counts transactions and permits as spent, all of one signature together", async () => {
    const native: PolicyRule = { name: "coins", limit: { value: 10n, windowMs: 60_000, per: "user" } };
    const { policy } = await openPolicy({ rules: [native, { ...tokenLimit, maxValue: 60n }] });
    await policy.authorize(alice, transaction(10n));
    expect(await thrownBy(() => policy.authorize(alice, transaction(1n)))).toMatchObject({ context: { used: 10n } });
    await policy.authorize(alice, permit(60n));
    expect(await thrownBy(() => policy.authorize(alice, permit(41n)))).toMatchObject({ context: { used: 60n } });
    const grant = { kind: "permit2", token, spender, amount: 31n } as const;
    const two: SigningRequest = { ...unrecognised, grants: [grant, grant] };
    expect(await thrownBy(() => policy.authorize(bob, two))).toMatchObject({ context: { limit: 60n, value: 62n } });
    await policy.authorize(bob, { ...two, grants: [grant] });
  });
});
